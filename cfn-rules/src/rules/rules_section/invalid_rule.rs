//! The names and properties of rules.

use cfn_model::{Node, Object};

use crate::{
    facts::{context::Context, names::is_name, place::Place, text},
    rules::{
        definition::{On, Reporter},
        expect::entries,
    },
};

rule! {
    /// The section `Rules` checks parameters before any resource is created. A rule has a name of letters and
    /// digits and a list of assertions. An optional condition decides whether the assertions are checked.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Rules:
    ///   KnownStage:
    ///     RuleCondition: !Equals [!Ref AWS::Region, eu-central-1]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref Stage
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Rules:
    ///   KnownStage:
    ///     RuleCondition: !Equals [!Ref AWS::Region, eu-central-1]
    ///     Assertions:
    ///       - Assert: !Equals [!Ref Stage, prod]
    ///         AssertDescription: only production runs in this region
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref Stage
    /// ```
    E1700: error "invalid rule in the section Rules",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    report.section(context, "Rules");
    let section = Place::Root.key("Rules");
    for (name, node) in entries(context, "Rules") {
        let place = section.key(name);
        report.name(&place, name);
        if let Some(rule) = is_name(name).then(|| report.object(&place, node)).flatten() {
            check_rule(rule, &place, report);
        }
    }
}

fn check_rule(rule: &Object, place: &Place<'_>, report: &mut Reporter<'_>) {
    let Some(assertions) = rule.get("Assertions") else {
        let message = format!("`{}` needs the property `Assertions`", text::shortened(&place.name()));
        report.at(place.to_path(), message).help("add `Assertions`");
        return;
    };
    let place = place.key("Assertions");
    let Node::Array(assertions) = assertions else {
        report.must_be(&place, "a list", assertions);
        return;
    };
    for (index, node) in assertions.iter().enumerate() {
        let place = place.index(index);
        let Some(assertion) = report.object(&place, node) else { continue };
        if let Some(words @ (Node::Array(_) | Node::Object(_))) = assertion.get("AssertDescription") {
            report.must_be(&place.key("AssertDescription"), "a string", words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[track_caller]
    fn rules(rules: &str, expected: &[(&str, &str)]) {
        check(&RULE, &format!("Parameters: {{Stage: {{Type: String}}}}\nRules: {rules}\nResources: {{}}\n"), expected);
    }

    #[test]
    fn cases() {
        rules("{R: {RuleCondition: !Equals [!Ref Stage, a], Assertions: [{Assert: !Equals [!Ref Stage, b]}]}}", &[]);
        rules("{a-b: {}}", &[("Rules/a-b", "`a-b` must consist of letters and digits")]);
        rules("{R: []}", &[("Rules/R", "`R` must be an object, got a list of 0 items")]);
        rules("{R: {}}", &[("Rules/R", "`R` needs the property `Assertions`")]);
        rules("{R: {Assertions: a}}", &[("Rules/R/Assertions", "`Assertions` must be a list, got \"a\"")]);
        rules(
            "{R: {Assertions: [a, {AssertDescription: []}]}}",
            &[
                ("Rules/R/Assertions/0", "`Assertions[0]` must be an object, got \"a\""),
                (
                    "Rules/R/Assertions/1/AssertDescription",
                    "`AssertDescription` must be a string, got a list of 0 items",
                ),
            ],
        );
    }
}
