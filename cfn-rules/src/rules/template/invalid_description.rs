//! The type of the description.

use cfn_model::Node;

use crate::{
    facts::{context::Context, nulls::Part, place::Place},
    rules::definition::{On, Reporter},
};

rule! {
    /// The description of a template is a plain string, without functions and references.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Description: !Sub Queues of ${AWS::StackName}
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Description: Queues of the shop
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    E1004: error "description is not a string",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    match context.document.get("Description") {
        None | Some(Node::Null | Node::String(_)) => {}
        Some(other) => {
            report.must_be(&Place::Root.key("Description"), "a string", other);
        }
    }
    report.nulls(context, Part::Description);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |description: &str| format!("Description: {description}\nResources: {{}}\n");
        check(&RULE, &template("queues"), &[]);
        check(&RULE, &template("[a]"), &[("Description", "`Description` must be a string, got a list of 1 item")]);
        check(&RULE, &template(""), &[("Description", "`Description` must have a value, got null")]);
    }
}
