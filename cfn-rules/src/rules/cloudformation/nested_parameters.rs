//! Parameters of nested stacks that their templates do not have, or need.

use std::collections::HashMap;

use cfn_model::{Node, Object};
use indexmap::{IndexMap, IndexSet};

use crate::{
    facts::{
        conditions::{ConditionId, Fact},
        context::{self, Context},
        place::Place,
        text, values,
    },
    rules::definition::{On, Reporter},
};

/// The types that are stacks of their own, and the property that says which.
const STACKS: [(&str, &str); 2] =
    [("AWS::CloudFormation::Stack", "TemplateURL"), ("AWS::Serverless::Application", "Location")];

/// How many templates of nested stacks are read.
const MOST_TEMPLATES: usize = crate::limits::LIMITS.nested_templates;

rule! {
    /// A nested stack gets the parameters of its template: no others, and all that have no default. The template is
    /// read where the validator may read files: from a relative path beside the template.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// # beside it: network.yaml, with the parameter `Zone` and no default
    /// Resources:
    ///   Network:
    ///     Type: AWS::CloudFormation::Stack
    ///     Properties:
    ///       TemplateURL: network.yaml
    ///       Parameters:
    ///         Zones: eu-west-1a
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// # beside it: network.yaml, with the parameter `Zone` and no default
    /// Resources:
    ///   Network:
    ///     Type: AWS::CloudFormation::Stack
    ///     Properties:
    ///       TemplateURL: network.yaml
    ///       Parameters:
    ///         Zone: eu-west-1a
    /// ```
    E3043: error "parameters of a nested stack that do not match its template",
    on: On::Document(check),
}

/// Reports parameters that a nested template does not have, and those that it needs and does not get.
fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let Some(templates) = context.options.nested else { return };
    // Many stacks can be of one template.
    let mut read: HashMap<&str, Option<Declared>> = HashMap::new();
    let section = Place::Root.key("Resources");
    for (id, resource) in context.section("Resources").into_iter().flatten() {
        let stack = STACKS.iter().find(|(kind, _)| resource["Type"].as_str() == Some(kind));
        let (Some((_, location)), Some(properties)) = (stack, resource["Properties"].as_object()) else { continue };
        let (Some(location), Some(given)) = (properties.get(*location), properties.get("Parameters")) else { continue };
        let mut wanted = Vec::new();
        gather(context, location, &mut wanted);
        gather(context, given, &mut wanted);
        for value in given.as_object().into_iter().flat_map(Object::values) {
            gather(context, value, &mut wanted);
        }
        let own = resource["Condition"].as_str().and_then(|name| context.conditions.id(name));
        let known: Vec<Fact<'_>> = own.map(|id| Fact::Condition(id, true)).into_iter().collect();
        let scenarios = context.conditions.scenarios(&wanted, &known).unwrap_or_default();
        let place = section.key(id);
        let place = place.key("Properties");
        let place = place.key("Parameters");
        let mut differences = Differences::default();
        for scenario in scenarios.iter() {
            let facts = [known.as_slice(), scenario].concat();
            let location = resolve(context, location, &facts).and_then(Node::as_str).filter(|path| is_local(path));
            let given = resolve(context, given, &facts).and_then(Node::as_object);
            let (Some(path), Some(given)) = (location, given.filter(|given| !context::has_unknown_entries(given)))
            else {
                continue;
            };
            if read.len() >= MOST_TEMPLATES && !read.contains_key(path) {
                context.too_much(section.to_path(), format!("there are more than {MOST_TEMPLATES} nested templates"));
                continue;
            }
            let declared = read.entry(path).or_insert_with(|| templates(path).as_ref().map(Declared::new));
            let Some(declared) = declared else { continue };
            let given: IndexSet<&str> = given
                .iter()
                .filter(|(_, value)| resolve(context, value, &facts).is_some())
                .map(|(name, _)| name.as_str())
                .collect();
            differences.add(context, declared, &given, path);
        }
        differences.report(&place, !wanted.is_empty(), report);
    }
}

/// The parameters that a nested template declares, and whether it needs them.
struct Declared(IndexMap<String, bool>);

impl Declared {
    fn new(template: &Object) -> Declared {
        let parameters = template.get("Parameters").and_then(Node::as_object);
        let is_needed = |parameter: &Node| matches!(parameter.get("Default"), None | Some(Node::Null));
        let declared = parameters.into_iter().flatten().map(|(name, node)| (name.clone(), is_needed(node)));
        Declared(declared.collect())
    }
}

/// What is wrong with the parameters of one stack, in any scenario.
#[derive(Default)]
struct Differences {
    /// Each name, and the path of the template that does not have it, with a did-you-mean.
    unknown: IndexMap<(String, String), Option<String>>,
    missing: IndexSet<(String, String)>,
}

impl Differences {
    fn add(&mut self, context: &Context<'_>, Declared(declared): &Declared, given: &IndexSet<&str>, path: &str) {
        let path = text::shortened(path);
        for name in given.iter().copied().filter(|name| !declared.contains_key(*name)) {
            let help = || context.did_you_mean(name, declared.keys().map(String::as_str));
            self.unknown.entry((name.to_owned(), path.to_string())).or_insert_with(help);
        }
        for (name, _) in declared.iter().filter(|(name, is_needed)| **is_needed && !given.contains(name.as_str())) {
            self.missing.insert((name.clone(), path.to_string()));
        }
    }

    fn report(self, place: &Place<'_>, conditional: bool, report: &mut Reporter<'_>) {
        // Where a condition decides, it is the whole that does not match.
        if let (true, Some(((_, path), _))) = (conditional, self.unknown.first()) {
            let names = text::listed(self.unknown.keys().map(|(name, _)| name.as_str()), "and");
            let mut message = format!("`{path}` does not have the parameters {names}");
            if !self.missing.is_empty() {
                let missing = text::listed(self.missing.iter().map(|(name, _)| name.as_str()), "and");
                message.push_str(&format!(", and needs {missing}"));
            }
            report.at(place.to_path(), message).help("give it in each branch the parameters of its template");
            return;
        }
        for ((name, path), help) in self.unknown {
            let message = format!("`{}` is not a parameter of `{path}`", text::shortened(&name));
            let place = place.key(&name);
            let reported = report.at(place.to_path(), message).actual(name.as_str());
            if let Some(help) = help {
                reported.help(help);
            }
        }
        if let Some((_, path)) = self.missing.first() {
            let names = text::listed(self.missing.iter().map(|(name, _)| name.as_str()), "and");
            let message = format!("`{path}` needs the parameters {names}");
            report.at(place.to_path(), message).help(format!("add {names}"));
        }
    }
}

/// Whether a location is a file beside the template.
fn is_local(path: &str) -> bool {
    !["http://", "https://", "s3://"].into_iter().any(|scheme| path.starts_with(scheme)) && !path.contains("{{")
}

/// The conditions on which a value depends.
fn gather(context: &Context<'_>, node: &Node, wanted: &mut Vec<ConditionId>) {
    values::conditions_of(context, node, &|_| false, wanted);
}

/// The value where the facts hold; `None` for `AWS::NoValue`.
fn resolve<'n>(context: &Context<'_>, node: &'n Node, facts: &[Fact<'_>]) -> Option<&'n Node> {
    values::under(context, node, &|id| facts.iter().find_map(|fact| fact.holds(id)))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    /// A stack of `network.yaml`, whose template needs the parameter `Zone` and can have `Size`.
    fn stack(location: &str, parameters: &str) -> String {
        format!(
            "Parameters: {{Stage: {{Type: String}}}}\nConditions: {{Prod: !Equals [!Ref Stage, prod]}}\nResources:\n  S: \
             {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {location}, Parameters: {parameters}}}}}\n"
        )
    }

    const PLACE: &str = "Resources/S/Properties/Parameters";
    const LOCAL: &str = "network.yaml";
    const MISSING: &str = "`network.yaml` needs the parameters `Zone`";

    #[test]
    fn parameters() {
        check(&RULE, &stack(LOCAL, "{Zone: a, Size: 5}"), &[]);
        check(&RULE, &stack(LOCAL, "{}"), &[(PLACE, MISSING)]);
        let unknown = (&*format!("{PLACE}/Zones"), "`Zones` is not a parameter of `network.yaml`");
        check(&RULE, &stack(LOCAL, "{Zones: a}"), &[(PLACE, MISSING), unknown]);
        for elsewhere in ["elsewhere.yaml", "https://example.com/network.yaml", "!Ref Stage"] {
            check(&RULE, &stack(elsewhere, "{Zones: a}"), &[]);
        }
    }

    #[test]
    fn parameters_under_conditions() {
        check(&RULE, &stack(LOCAL, "!If [Prod, {Zone: a}, {Zone: b, Size: 1}]"), &[]);
        check(&RULE, &stack(LOCAL, "!If [Prod, {Zone: a}, {Size: 1}]"), &[(PLACE, MISSING)]);
        check(&RULE, &stack(LOCAL, "{Zone: !If [Prod, a, !Ref AWS::NoValue]}"), &[(PLACE, MISSING)]);
        let message = "`network.yaml` does not have the parameters `Zones`, and needs `Zone`";
        check(&RULE, &stack(LOCAL, "!If [Prod, {Zones: a}, {Zone: a}]"), &[(PLACE, message)]);
        check(&RULE, &stack("!If [Prod, network.yaml, 's3://a/b']", "{Zone: a}"), &[]);
    }
}
