//! Batches of a FIFO queue that are too large.

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// Lambda takes at most 10 messages of a FIFO queue at once. It is reported as a cause of `AL1011`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       FifoQueue: true
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    ///   Mapping:
    ///     Type: AWS::Lambda::EventSourceMapping
    ///     Properties:
    ///       EventSourceArn:
    ///         Fn::GetAtt:
    ///           - Jobs
    ///           - Arn
    ///       FunctionName:
    ///         Ref: Worker
    ///       BatchSize: 100
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       FifoQueue: true
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    ///   Mapping:
    ///     Type: AWS::Lambda::EventSourceMapping
    ///     Properties:
    ///       EventSourceArn:
    ///         Fn::GetAtt:
    ///           - Jobs
    ///           - Arn
    ///       FunctionName:
    ///         Ref: Worker
    ///       BatchSize: 10
    /// ```
    E3705: error "batch of more than 10 messages of a FIFO queue",
    on: On::Resource(&["AWS::Lambda::EventSourceMapping"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("EventSourceArn") {
        let Some((_, queue)) = look.target(&reference, "AWS::SQS::Queue") else { continue };
        let size = look.beside(&reference, "BatchSize");
        if queue.first(look.context, "FifoQueue").boolean(false) == Some(true)
            && let Some(count) = size.number().filter(|count| *count > 10.0)
        {
            let message = format!("`BatchSize` of a FIFO queue must be at most 10, got {count}");
            report.at(look.path(&size.steps), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |fifo: bool, size: u8| {
            format!(
                "Resources:\n  Q: {{Type: AWS::SQS::Queue, Properties: {{FifoQueue: {fifo}}}}}\n  M: {{Type: AWS::Lambda::EventSourceMapping, Properties: {{FunctionName: f, EventSourceArn: !GetAtt Q.Arn, BatchSize: {size}}}}}\n"
            )
        };
        let message = "`BatchSize` of a FIFO queue must be at most 10, got 11";
        check(&RULE, &template(true, 11), &[("Resources/M/Properties/BatchSize", message)]);
        check(&RULE, &template(true, 10), &[]);
        check(&RULE, &template(false, 11), &[]);
    }
}
