//! Names in `DependsOn`.

use cfn_model::{Node, Object};

use crate::{
    facts::{conditions::Fact, context::Context, place::Place, text},
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// `DependsOn` is the logical id of another resource of the template, or a list of such ids. The other resource
    /// must exist whenever this one is created.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   Mails:
    ///     Type: AWS::SQS::Queue
    ///     DependsOn: Job
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   Mails:
    ///     Type: AWS::SQS::Queue
    ///     DependsOn: Jobs
    /// ```
    E3005: error "invalid name in DependsOn",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let Some(resource) = entry.object() else { return };
    let place = entry.place.key("DependsOn");
    match resource.get("DependsOn") {
        Some(Node::String(name)) => dependency(entry, resource, name, &place, report),
        Some(Node::Array(names)) => {
            for (index, name) in names.iter().enumerate() {
                if let Some(name) = name.as_str() {
                    dependency(entry, resource, name, &place.index(index), report);
                }
            }
        }
        _ => {}
    }
}

fn dependency(entry: &Entry<'_>, resource: &Object, name: &str, place: &Place<'_>, report: &mut Reporter<'_>) {
    let context = entry.context;
    if name == entry.name {
        let message = format!("`{name}` must not depend on itself");
        report.at(place.to_path(), message).help("remove it from `DependsOn`");
    } else if context.resource(name).is_some() {
        if let Some(condition) = missing_when_false(context, resource, name) {
            let condition = text::shortened(condition);
            let message = format!("`{name}` does not exist when condition `{condition}` is false");
            let help = format!("give this resource the condition `{condition}` too");
            report.at(place.to_path(), message).help(help);
        }
    } else if !context.is_open() && !context.is_part_of_module(name) {
        let known = context.section("Resources").into_iter().flat_map(|all| all.keys().map(String::as_str));
        let message = format!("`{}` is not a resource of this template", text::shortened(name));
        report.at(place.to_path(), message).actual(name).help_if(context.did_you_mean(name, known));
    }
}

/// The condition of a resource that can be false while this one is created.
fn missing_when_false<'d>(context: &Context<'d>, resource: &Object, name: &str) -> Option<&'d str> {
    let target = context.section("Resources")?.get(name)?.get("Condition")?.as_str()?;
    let own = resource.get("Condition").and_then(Node::as_str);
    let conditions = &context.conditions;
    let may_be_missing = match (own, conditions.id(target)) {
        // Where nothing is known, a condition that nobody can change is taken for one that somebody will.
        (None, _) => true,
        (Some(_), None) => false,
        (Some(own), Some(id)) => conditions.id(own).is_some_and(|own| {
            own != id && conditions.satisfiable(&[Fact::Condition(own, true), Fact::Condition(id, false)])
        }),
    };
    may_be_missing.then_some(target)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn names() {
        let queue = |depends_on: &str| {
            format!(
                "Resources: {{R: {{Type: AWS::SQS::Queue, DependsOn: {depends_on}}}, Other: {{Type: AWS::SQS::Queue}}}}\n"
            )
        };
        check(&RULE, &queue("Other"), &[]);
        check(
            &RULE,
            &queue("[Other, Otter]"),
            &[("Resources/R/DependsOn/1", "`Otter` is not a resource of this template")],
        );
        check(&RULE, &queue("R"), &[("Resources/R/DependsOn", "`R` must not depend on itself")]);
        // The type of the value is another rule's.
        check(&RULE, &queue("!Ref Other"), &[]);
    }

    #[test]
    fn conditions() {
        let template = |own: &str| {
            format!(
                "Parameters: {{Stage: {{Type: String}}}}\nConditions:\n  A: !Equals [!Ref Stage, a]\n  B: !And \
                 [!Condition A, !Equals [!Ref AWS::Region, b]]\nResources:\n  Q: {{Type: AWS::SQS::Queue, DependsOn: \
                 T{own}}}\n  T: {{Type: AWS::SQS::Queue, Condition: A}}\n"
            )
        };
        check(&RULE, &template(", Condition: A"), &[]);
        check(&RULE, &template(", Condition: B"), &[]);
        let message = "`T` does not exist when condition `A` is false";
        check(&RULE, &template(""), &[("Resources/Q/DependsOn", message)]);
    }
}
