//! Parts of a template, which become templates of their own.

use super::Template;
use crate::{Finding, Node, Object, Path, Scope};

impl Template {
    /// The template with these resources only. Lines, findings and suppressions of others are not kept, nor are those of other
    /// sections; the other sections themselves stay as they are.
    ///
    /// ```
    /// use cfn_model::{Resource, Template};
    ///
    /// let mut template = Template::new();
    /// template.add("Jobs", Resource::raw("AWS::SQS::Queue", serde_json::json!({})));
    /// template.add("Alerts", Resource::raw("AWS::SNS::Topic", serde_json::json!({})));
    /// let part = template.part(|id| id == "Jobs");
    /// assert_eq!(part.resources().map(|(id, _)| id).collect::<Vec<_>>(), ["Jobs"]);
    /// ```
    pub fn part(&self, keep: impl Fn(&str) -> bool) -> Template {
        let is_of = |path: &Path| path.logical_id().is_some_and(|(section, id)| section == "Resources" && keep(id));
        let mut document = Object::default();
        for (section, value) in &self.document {
            let value = match (section.as_str(), value) {
                ("Resources", Node::Object(resources)) => {
                    let kept = resources.iter().filter(|(id, _)| keep(id));
                    Node::Object(kept.map(|(id, resource)| (id.clone(), resource.clone())).collect())
                }
                _ => value.clone(),
            };
            document.insert(section.clone(), value);
        }
        let origins = self.origins.iter().filter(|((section, id), _)| *section != "Resources" || keep(id));
        let problems = self.problems.iter().filter(|finding: &&Finding| is_of(&finding.path));
        let suppressions = self.suppressions.iter().filter(|wish| match &wish.scope {
            Scope::Everywhere => true,
            Scope::Resource(id) | Scope::Named(id) => keep(id),
        });
        Template {
            document,
            origins: origins.map(|(key, lines)| (key.clone(), *lines)).collect(),
            overrides: self.overrides.iter().filter(|change| is_of(&change.path)).cloned().collect(),
            problems: problems.cloned().collect(),
            suppressions: suppressions.cloned().collect(),
            origin: None,
            added_by: None,
            schemas: self.schemas.clone(),
            region: self.region.clone(),
        }
    }

    /// The document, to change what no method changes. An entry keeps its line as long as it keeps its name.
    pub fn document_mut(&mut self) -> &mut Object {
        &mut self.document
    }
}
