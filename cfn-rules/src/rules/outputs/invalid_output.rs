//! The names and properties of outputs.

use cfn_model::{Node, Object};

use crate::{
    facts::{
        context::{Context, is_replaced},
        names::is_name,
        place::Place,
        suggest, text,
    },
    rules::{
        definition::{On, Reporter},
        expect::entries,
    },
};

rule! {
    /// An output has a `Value`, and optionally a `Description`, an `Export` and a `Condition`.
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
    ///     Name: jobs
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
    E6001: error "invalid output",
    on: On::Document(check),
}

const PROPERTIES: [&str; 4] = ["Condition", "Description", "Export", "Value"];

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    report.loops(context, "Outputs");
    let section = Place::Root.key("Outputs");
    for (name, node) in entries(context, "Outputs") {
        let place = section.key(name);
        report.name(&place, name);
        match node.as_object() {
            _ if !is_name(name) => {}
            Some(output) => check_output(context, output, &place, report),
            None => {
                report.must_be(&place, "an object with `Value`", node);
            }
        }
    }
}

fn check_output(context: &Context<'_>, output: &Object, place: &Place<'_>, report: &mut Reporter<'_>) {
    report.never(context, output, place);
    for key in output.keys().filter(|key| !PROPERTIES.contains(&key.as_str()) && !is_replaced(key)) {
        let message = format!("`{}` is not a property of an output", text::shortened(key));
        report.at(place.key(key).to_path(), message).help_if(suggest::did_you_mean(key, PROPERTIES));
    }
    let export = output.get("Export").and_then(Node::as_object);
    let place = place.key("Export");
    for key in export.into_iter().flat_map(|export| export.keys()).filter(|key| *key != "Name" && !is_replaced(key)) {
        let message = format!("`{}` is not a property of an export", text::shortened(key));
        report.at(place.key(key).to_path(), message).actual(key);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let output = |output: &str| format!("Outputs: {{O: {output}}}\nResources: {{}}\n");
        check(&RULE, &output("{Value: a, Export: {Name: b}}"), &[]);
        check(
            &RULE,
            &output("{Value: a, Vaule: b, Export: {Name: c, Value: d}}"),
            &[
                ("Outputs/O/Vaule", "`Vaule` is not a property of an output"),
                ("Outputs/O/Export/Value", "`Value` is not a property of an export"),
            ],
        );
        check(&RULE, &output("a"), &[("Outputs/O", "`O` must be an object with `Value`, got \"a\"")]);
        check(
            &RULE,
            "Outputs: {a-b: {}}\nResources: {}\n",
            &[("Outputs/a-b", "`a-b` must consist of letters and digits")],
        );
    }

    #[test]
    fn a_condition_that_is_never_true() {
        let template = "Parameters: {Size: {Type: String, AllowedValues: [s, l]}}\nConditions:\n  Small: !Equals [!Ref \
                        Size, s]\n  Large: !Equals [!Ref Size, l]\n  Both: !And [!Condition Small, !Condition \
                        Large]\nOutputs: {O: {Value: a, Condition: Both}}\nResources: {}\n";
        let message = "`O` never exists: condition `Both` is always false";
        check(&RULE, template, &[("Outputs/O", message)]);
    }

    #[test]
    fn loops_need_a_transform() {
        let template = |transform: &str| {
            format!("{transform}Outputs: {{Fn::ForEach::L: [X, [a], {{'O${{X}}': {{Value: a}}}}]}}\nResources: {{}}\n")
        };
        let message = "`Fn::ForEach::L` must consist of letters and digits";
        check(&RULE, &template(""), &[("Outputs/Fn::ForEach::L", message)]);
        check(&RULE, &template("Transform: AWS::LanguageExtensions\n"), &[]);
    }
}
