//! Queues whose messages become visible while the function still works on them.

use crate::{
    facts::values::{Step, Value, path},
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// While a function works on a message, the visibility timeout of the queue hides the message from others. Lambda
    /// refuses an event source mapping where it is below the timeout of the function. It is reported as a
    /// cause of `AL1008`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 30
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    ///       Timeout: 60
    ///   Mapping:
    ///     Type: AWS::Lambda::EventSourceMapping
    ///     Properties:
    ///       EventSourceArn:
    ///         Fn::GetAtt:
    ///           - Jobs
    ///           - Arn
    ///       FunctionName:
    ///         Ref: Worker
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 360
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    ///       Timeout: 60
    ///   Mapping:
    ///     Type: AWS::Lambda::EventSourceMapping
    ///     Properties:
    ///       EventSourceArn:
    ///         Fn::GetAtt:
    ///           - Jobs
    ///           - Arn
    ///       FunctionName:
    ///         Ref: Worker
    /// ```
    E3505: error "visibility timeout below the timeout of the function that consumes the queue",
    on: On::Resource(&["AWS::Lambda::EventSourceMapping"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("FunctionName") {
        let Some((_, function)) = look.target(&reference, "AWS::Lambda::Function") else { continue };
        let sources = look.under(&reference, "EventSourceArn");
        let Some((id, queue)) = sources.iter().find_map(|source| look.target(source, "AWS::SQS::Queue")) else {
            continue;
        };
        let timeout = function.first(look.context, "Timeout");
        let visible = queue.first(look.context, "VisibilityTimeout");
        let seconds = |value: &Value<'_>, default| if value.node.is_none() { Some(default) } else { value.number() };
        if let (Some(runs), Some(hidden)) = (seconds(&timeout, 3.0), seconds(&visible, 30.0))
            && hidden < runs
        {
            let message = format!("`VisibilityTimeout` must be at least the function's timeout, {runs}, got {hidden}");
            report.at(path(id, &[Step::Key("VisibilityTimeout")]), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |hidden: u8| {
            format!(
                "Resources:\n  Q: {{Type: AWS::SQS::Queue, Properties: {{VisibilityTimeout: {hidden}}}}}\n  F: {{Type: AWS::Lambda::Function, Properties: {{Timeout: 60}}}}\n  M: {{Type: AWS::Lambda::EventSourceMapping, Properties: {{FunctionName: !Ref F, EventSourceArn: !GetAtt Q.Arn}}}}\n"
            )
        };
        let message = "`VisibilityTimeout` must be at least the function's timeout, 60, got 59";
        check(&RULE, &template(59), &[("Resources/Q/Properties/VisibilityTimeout", message)]);
        check(&RULE, &template(60), &[]);
    }
}
