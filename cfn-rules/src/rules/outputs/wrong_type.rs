//! The types of the properties of outputs.

use cfn_model::Node;

use crate::{
    facts::{context::Context, names::is_name, nulls::Part, place::Place, text},
    rules::{
        definition::{On, Reporter},
        expect::entries,
    },
};

rule! {
    /// The description of an output is a string, its export an object with a name, and its condition the name of a
    /// condition.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// Outputs:
    ///   Url:
    ///     Value: !Ref Jobs
    ///     Export: jobs
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// Outputs:
    ///   Url:
    ///     Value: !Ref Jobs
    ///     Export:
    ///       Name: jobs
    /// ```
    E6003: error "property of an output with the wrong type",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    report.section(context, "Outputs");
    report.nulls(context, Part::Output);
    let section = Place::Root.key("Outputs");
    for (name, node) in entries(context, "Outputs").filter(|(name, _)| is_name(name)) {
        let place = section.key(name);
        let Some(output) = report.object(&place, node) else { continue };
        if let Some(condition @ (Node::Array(_) | Node::Object(_) | Node::Bool(_) | Node::Number(_))) =
            output.get("Condition")
        {
            report.must_be(&place.key("Condition"), "a string", condition);
        }
        let description = output.get("Description").filter(|node| !matches!(node, Node::Null));
        if let Some(description) = description.filter(|node| text::scalar(node).is_none()) {
            report.must_be(&place.key("Description"), "a string", description);
        }
        if let Some(export) = output.get("Export") {
            report.object(&place.key("Export"), export);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let output = |output: &str| format!("Outputs: {{O: {output}}}\nResources: {{}}\n");
        check(&RULE, &output("{Value: a, Description: 3, Export: {Name: b}}"), &[]);
        check(&RULE, &output("a"), &[("Outputs/O", "`O` must be an object, got \"a\"")]);
        check(
            &RULE,
            &output("{Value: a, Export: b, Condition: 3, Description: []}"),
            &[
                ("Outputs/O/Export", "`Export` must be an object, got \"b\""),
                ("Outputs/O/Condition", "`Condition` must be a string, got 3"),
                ("Outputs/O/Description", "`Description` must be a string, got a list of 0 items"),
            ],
        );
        check(&RULE, &output("{Value: a, Export: }"), &[("Outputs/O/Export", "`Export` must have a value, got null")]);
        check(
            &RULE,
            "Outputs: []\nResources: {}\n",
            &[("Outputs", "`Outputs` must be an object, got a list of 0 items")],
        );
    }
}
