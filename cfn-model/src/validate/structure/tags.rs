//! Tags: keys are different and not AWS's own.

use std::collections::HashSet;

use cfn_schema::ResourceType;

use super::Sections;
use crate::{
    Function, Node, Path, Segment,
    validate::{
        Finding,
        conditions::Fact,
        functions::{self, Kind},
        place::Place,
        rules,
        schema::{if_arguments, is_no_value},
        text,
    },
};

impl Sections<'_> {
    /// Checks the tags of a resource, when its type has them. `mark` is from before the walk through its properties.
    pub(super) fn tags(
        &mut self,
        known: ResourceType,
        properties: &Node,
        place: &Place<'_>,
        facts: &[Fact],
        mark: usize,
    ) {
        let Some(name) = known.tag_property().filter(|path| !path.contains('/')) else { return };
        let Some(node) = properties.get(name) else { return };
        let place = place.key(name);
        self.tags_at(node, &place, facts);
        if name == "Tags" {
            let path = place.to_path();
            let again = self.walker.since(mark).iter().filter(|finding| is_of_tag(finding, &path));
            let again: Vec<Finding> = again.map(of_tag).collect();
            self.findings.extend(again);
        }
    }

    fn tags_at(&mut self, node: &Node, place: &Place<'_>, facts: &[Fact]) {
        match (Function::call(node), node) {
            (Some((Function::If, _)), _) => {
                let place = place.key(Function::If.name());
                let branches = if_arguments(node).map(|(_, branches)| branches);
                for (index, branch) in branches.into_iter().flatten().enumerate() {
                    self.tags_at(branch, &place.index(index + 1), facts);
                }
            }
            (Some((function, argument)), _) => {
                let is_known = !matches!(function, Function::Length | Function::ToJsonString)
                    || self.context.transforms.language_extensions;
                if is_known && functions::result(self.context, function, argument) == Kind::Scalar {
                    self.wrong(&rules::E3024, place, "a list or an object", node);
                }
            }
            (None, Node::Array(tags)) => {
                let mut seen = HashSet::new();
                for (index, tag) in tags.iter().enumerate() {
                    if let Some(key) = tag.get("Key").and_then(text::scalar)
                        && !seen.insert(key.clone())
                    {
                        let message = format!(
                            "`{}` must have different keys, got `{}` twice",
                            place.name(),
                            text::shortened(&key)
                        );
                        self.fail(&rules::E3024, place, message).actual = Some(key.into_owned());
                    }
                    self.tag(tag, &place.index(index), facts);
                }
            }
            (None, Node::Object(tags)) => {
                for key in tags.keys() {
                    self.tag_key(key, &place.key(key));
                }
            }
            (None, Node::Null) => {}
            (None, _) => self.wrong(&rules::E3024, place, "a list or an object", node),
        }
    }

    /// One tag with its key.
    fn tag(&mut self, tag: &Node, place: &Place<'_>, facts: &[Fact]) {
        if is_no_value(tag) {
            return;
        }
        if let Some((_, branches)) = if_arguments(tag) {
            let place = place.key(Function::If.name());
            for (index, branch) in branches.into_iter().enumerate() {
                self.tag(branch, &place.index(index + 1), facts);
            }
            return;
        }
        let Node::Object(object) = tag else {
            return self.wrong(&rules::E3024, place, "an object with `Key`", tag);
        };
        match object.get("Key") {
            key if key.is_none_or(|key| self.may_be_missing(key, facts)) => {
                let message = format!("`{}` needs the property `Key`", place.name());
                self.fail(&rules::E3024, place, message).help = Some("add `Key`".to_owned());
            }
            key => {
                if let Some(text) = key.and_then(text::scalar) {
                    self.tag_key(&text, &place.key("Key"));
                }
            }
        }
    }

    /// Whether a value is not there under some condition.
    fn may_be_missing(&self, node: &Node, facts: &[Fact]) -> bool {
        let Some((condition, branches)) = if_arguments(node) else { return is_no_value(node) };
        let id = self.context.conditions.id(condition);
        branches.into_iter().zip([true, false]).any(|(branch, holds)| {
            let facts: Vec<Fact> = facts.iter().copied().chain(id.map(|id| (id, holds))).collect();
            self.context.conditions.satisfiable(&facts) && self.may_be_missing(branch, &facts)
        })
    }

    fn tag_key(&mut self, key: &str, place: &Place<'_>) {
        let message = match key {
            "" => "a tag must have a key, got an empty one".to_owned(),
            _ if key.starts_with("aws:") => {
                format!("tag `{}` must not begin with `aws:`, which is AWS's own", text::shortened(key))
            }
            _ => return,
        };
        self.fail(&rules::E3024, place, message).actual = Some(key.to_owned());
    }
}

/// Whether a call that stands for a tag, its key or its value is wrong.
fn is_of_tag(finding: &Finding, tags: &Path) -> bool {
    let is_error = finding.rule.severity == crate::validate::Severity::Error;
    let code = finding.rule.code;
    let has_own_say = ["E1030", "E1031", "E1050", "E1051", "E1027"].contains(&code) || code.starts_with("AL");
    let Some(rest) = finding.path.0.strip_prefix(tags.0.as_slice()).filter(|_| is_error && !has_own_say) else {
        return false;
    };
    let call = |segment: &Segment| matches!(segment, Segment::Key(key) if Function::from_name(key).is_some());
    rest.iter().take(3).any(call)
}

/// The same mistake, as what it makes of the tag.
fn of_tag(finding: &Finding) -> Finding {
    Finding { rule: &rules::E3024, causes: Vec::new(), message: format!("tag: {}", finding.message), ..finding.clone() }
}
