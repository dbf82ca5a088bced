//! `${Name}` in a string outside of `Fn::Sub`.

use cfn_model::{Function, Node};

use crate::{
    facts::{context::Context, place::Place, substitution},
    rules::definition::{On, Reporter},
};

/// How deep strings are looked for; the readers allow 128 levels.
const DEEPEST: usize = 256;

rule! {
    /// `${Name}` is replaced in `Fn::Sub` only. Elsewhere it is not replaced, and a resource gets a name or an ARN with a
    /// dollar sign in it.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: jobs-${AWS::Region}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Sub jobs-${AWS::Region}
    /// ```
    E1029: error "`${Name}` outside of `Fn::Sub`",
    on: On::Document(check),
}

/// Reports strings with the name of a parameter or a resource, which is not replaced.
fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    for (name, node) in context.document {
        look(context, node, &Place::Root.key(name), 0, report);
    }
}

fn look(context: &Context<'_>, node: &Node, place: &Place<'_>, depth: usize, report: &mut Reporter<'_>) {
    match node {
        Node::Object(object) if depth < DEEPEST => {
            for (key, value) in object {
                // A nested template, and an `Fn::Sub` of it, mean their own names.
                if key != Function::Sub.name() && key != "TemplateBody" {
                    look(context, value, &place.key(key), depth + 1, report);
                }
            }
        }
        Node::Array(items) if depth < DEEPEST => {
            for (index, item) in items.iter().enumerate() {
                look(context, item, &place.index(index), depth + 1, report);
            }
        }
        Node::String(text) if text.contains("${") => {
            if let Some(name) = substitution::names(text).find(|name| is_forgotten(context, name, place)) {
                let message = format!("`{}` has `${{{name}}}` outside of `Fn::Sub`", place.name());
                let help = "put the string into `Fn::Sub`, or write `${!...}` in one to mean the characters";
                report.at(place.to_path(), message).actual(format!("${{{name}}}")).help(help);
            }
        }
        _ => {}
    }
}

fn is_forgotten(context: &Context<'_>, name: &str, place: &Place<'_>) -> bool {
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:.".contains(&byte)) {
        return false;
    }
    let keys = place.keys();
    if let ["Resources", id, "Properties", definition @ ("Definition" | "DefinitionString"), ..] = keys.as_slice() {
        // A state machine has substitutions of its own.
        let properties = context.section("Resources").and_then(|resources| resources.get(*id)?.get("Properties"));
        let own = properties.and_then(|properties| properties.get("DefinitionSubstitutions")?.get(name));
        if own.is_some() {
            return false;
        }
        if *definition == "DefinitionString" {
            return true;
        }
    }
    context.is_named(name)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let name =
            |name: &str| format!("Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}}}\n");
        let place = "Resources/Q/Properties/QueueName";
        let message = "`QueueName` has `${AWS::Region}` outside of `Fn::Sub`";
        check(&RULE, &name("'jobs-${AWS::Region}'"), &[(place, message)]);
        check(&RULE, &name("'jobs-${Other}'"), &[]);
        check(&RULE, &name("!Sub 'jobs-${AWS::Region}'"), &[]);
    }
}
