//! Nulls.

use crate::{
    facts::{context::Context, nulls::Part},
    rules::definition::{On, Reporter},
};

rule! {
    /// CloudFormation refuses a template with a null ("'null' values are not allowed in templates"), with the SAM
    /// transform too. In YAML, a key without a value is null. SAM removes some nulls, such as `Role: null` of a
    /// function, and writes those in the definition of a state machine into a string: these are allowed.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName:
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref AWS::NoValue
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint takes null for a missing value.
    AL0302: error "null value",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    report.nulls(context, Part::Other);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{check, findings};

    const SAM: &str = "Transform: AWS::Serverless-2016-10-31\n";

    #[test]
    fn cases() {
        let topic = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: }}}\n";
        let display_name = ("Resources/T/Properties/DisplayName", "`DisplayName` must have a value, got null");
        check(&RULE, topic, &[display_name]);
        check(&RULE, &format!("{SAM}{topic}"), &[display_name]);
        check(&RULE, &format!("Transform: AWS::LanguageExtensions\n{topic}"), &[]);
        // Nobody knows what a macro does.
        check(&RULE, &format!("Transform: Macro\n{topic}"), &[]);
        check(&RULE, "Metadata:\nResources: {}\n", &[("Metadata", "`Metadata` must have a value, got null")]);
    }

    #[test]
    fn language_extensions_keep_nulls_in_lists() {
        let topic = "Transform: AWS::LanguageExtensions\nResources: {T: {Type: AWS::SNS::Topic, Properties: {Tags: \
                     [null]}}}\n";
        check(&RULE, topic, &[("Resources/T/Properties/Tags/0", "`Tags[0]` must have a value, got null")]);
    }

    #[test]
    fn sam_removes_some_and_writes_others_into_a_string() {
        let function = |more: &str| {
            format!(
                "{SAM}Resources: {{F: {{Type: AWS::Serverless::Function, Properties: {{CodeUri: 's3://b/k', Handler: \
                 a.b, Runtime: python3.13{more}}}}}}}\n"
            )
        };
        check(&RULE, &function(", Role: "), &[]);
        check(&RULE, &function(", Tags: {a: }"), &[]);
        check(
            &RULE,
            &function(", EphemeralStorage: {Size: }"),
            &[("Resources/F/Properties/EphemeralStorage/Size", "`Size` must have a value, got null")],
        );
        let state = "{Type: Pass, ResultPath: , End: true}";
        let machine = format!(
            "{SAM}Resources: {{M: {{Type: AWS::Serverless::StateMachine, Properties: {{Definition: {{StartAt: A, \
             States: {{A: {state}}}}}}}}}}}\n"
        );
        check(&RULE, &machine, &[]);
    }

    #[test]
    fn a_shared_null_is_one_finding() {
        let function = "{Type: AWS::Serverless::Function, Properties: {CodeUri: 's3://b/k', Handler: a.b, Runtime: \
                        python3.13}}";
        let shared = |shared: &str| {
            format!("{SAM}Globals: {{Function: {shared}}}\nResources: {{F: {function}, G: {function}}}\n")
        };
        let variable = "Globals/Function/Environment/Variables/TABLE";
        let template = shared("{Environment: {Variables: {TABLE: }}}");
        check(&RULE, &template, &[(variable, "`TABLE` must have a value, got null")]);
        let found = findings(&template);
        assert_eq!(found.len(), 1, "{found:?}");
        check(&RULE, &shared("{Tracing: }"), &[]);
    }
}
