//! Loops that no transform unrolls.

use cfn_model::Node;

use crate::{
    facts::{context::Context, place::Place, text},
    rules::definition::{On, Reporter},
};

rule! {
    /// `Fn::ForEach` repeats a part of a template for each member of a list. CloudFormation knows it only with the
    /// transform `AWS::LanguageExtensions`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Fn::ForEach::Queues:
    ///     - Name
    ///     - [Jobs, Mails]
    ///     - "Queue${Name}":
    ///         Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::LanguageExtensions
    /// Resources:
    ///   Fn::ForEach::Queues:
    ///     - Name
    ///     - [Jobs, Mails]
    ///     - "Queue${Name}":
    ///         Type: AWS::SQS::Queue
    /// ```
    E1032: error "`Fn::ForEach` without `AWS::LanguageExtensions`",
    on: On::Document(check),
}

/// How deep loops are looked for; the readers allow 128 levels.
const DEEPEST: usize = 256;

/// Reports every loop, in each section and in each other.
fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    if !context.transforms.language_extensions {
        context.document.iter().for_each(|(key, node)| look(node, &Place::Root.key(key), 0, report));
    }
}

fn look(node: &Node, place: &Place<'_>, depth: usize, report: &mut Reporter<'_>) {
    match node {
        Node::Object(object) if depth < DEEPEST => {
            for (key, value) in object {
                let place = place.key(key);
                if key.starts_with("Fn::ForEach") {
                    let message = format!("`{}` needs the transform `AWS::LanguageExtensions`", text::shortened(key));
                    report.at(place.to_path(), message).help("add `AWS::LanguageExtensions` to `Transform`");
                }
                look(value, &place, depth + 1, report);
            }
        }
        Node::Array(items) if depth < DEEPEST => {
            items.iter().enumerate().for_each(|(index, item)| look(item, &place.index(index), depth + 1, report));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |transform: &str| {
            format!(
                "{transform}Resources:\n  'Fn::ForEach::Queues': [Name, [Jobs], {{'${{Name}}': {{Type: AWS::SQS::Queue}}}}]\n"
            )
        };
        let message = "`Fn::ForEach::Queues` needs the transform `AWS::LanguageExtensions`";
        check(&RULE, &template(""), &[("Resources/Fn::ForEach::Queues", message)]);
        check(&RULE, &template("Transform: AWS::LanguageExtensions\n"), &[]);
    }
}
