//! The number of dynamic references.

use cfn_model::{Node, Path};

use crate::{
    facts::context::Context,
    rules::definition::{On, Reporter},
};

/// CloudFormation's quota of dynamic references.
const MOST: usize = 60;

rule! {
    /// A template has at most 60 dynamic references, `{{resolve:...}}`: a quota of CloudFormation.
    ///
    /// ## Mistake
    ///
    /// 61 functions, each with a variable that is a dynamic reference.
    ///
    /// ## Fix
    ///
    /// Give the value once: as a parameter of the type `AWS::SSM::Parameter::Value<String>`, or let functions read secrets when they
    /// start. A nested stack has 60 of its own.
    AL0311: error "more than 60 dynamic references",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let count: usize = context.document.values().map(references).sum();
    if count > MOST {
        let message = format!("a template must have at most {MOST} dynamic references, got {count}");
        report
            .at(Path::default(), message)
            .actual(count.to_string())
            .help("use a parameter of the type `AWS::SSM::Parameter::Value<String>`, or a nested stack");
    }
}

fn references(node: &Node) -> usize {
    match node {
        // Few strings have a brace, which is found faster than a string.
        Node::String(text) if text.contains('{') => text.matches("{{resolve:").count(),
        Node::Array(items) => items.iter().map(references).sum(),
        Node::Object(object) => object.values().map(references).sum(),
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |count: usize| {
            let queue = |number| {
                format!(
                    "  Q{number}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: '{{{{resolve:ssm:/q/{number}}}}}'}}}}\n"
                )
            };
            format!("Resources:\n{}", (0..count).map(queue).collect::<String>())
        };
        check(&RULE, &template(60), &[]);
        check(&RULE, &template(61), &[("", "a template must have at most 60 dynamic references, got 61")]);
    }
}
