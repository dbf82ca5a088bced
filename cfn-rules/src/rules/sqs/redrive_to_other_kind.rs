//! Dead-letter queues of another kind than their queue.

use crate::{
    facts::values::Step,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// The dead-letter queue of a FIFO queue must be a FIFO queue, and that of a standard queue a standard queue.
    /// It is reported as a cause of `AL1009`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       FifoQueue: true
    ///       RedrivePolicy:
    ///         deadLetterTargetArn:
    ///           Fn::GetAtt:
    ///             - Dead
    ///             - Arn
    ///         maxReceiveCount: 3
    ///   Dead:
    ///     Type: AWS::SQS::Queue
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
    ///       RedrivePolicy:
    ///         deadLetterTargetArn:
    ///           Fn::GetAtt:
    ///             - Dead
    ///             - Arn
    ///         maxReceiveCount: 3
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       FifoQueue: true
    /// ```
    E3502: error "dead-letter queue of another kind than its queue",
    on: On::Resource(&["AWS::SQS::Queue"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("RedrivePolicy/deadLetterTargetArn") {
        let Some((id, queue)) = look.target(&reference, "AWS::SQS::Queue") else { continue };
        let own = look.beside(&reference, "FifoQueue");
        let other = queue.first(look.context, "FifoQueue").boolean(false);
        if let (Some(is_fifo), Some(other)) = (own.boolean(false), other)
            && is_fifo != other
        {
            let name = |is_fifo| if is_fifo { "a FIFO queue" } else { "a standard queue" };
            let (own, other) = (name(is_fifo), name(other));
            let message = format!("the dead-letter queue of {own} must be one as well, got `{id}`, {other}");
            report.at(look.path(&[Step::Key("FifoQueue")]), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |own: &str, dead: &str| {
            format!(
                "Resources:\n  Q: {{Type: AWS::SQS::Queue, Properties: {{FifoQueue: {own}, RedrivePolicy: {{deadLetterTargetArn: !GetAtt D.Arn, maxReceiveCount: 3}}}}}}\n  D: {{Type: AWS::SQS::Queue, Properties: {{FifoQueue: {dead}}}}}\n"
            )
        };
        let place = "Resources/Q/Properties/FifoQueue";
        let message = "the dead-letter queue of a FIFO queue must be one as well, got `D`, a standard queue";
        check(&RULE, &template("true", "false"), &[(place, message)]);
        let message = "the dead-letter queue of a standard queue must be one as well, got `D`, a FIFO queue";
        check(&RULE, &template("false", "'true'"), &[(place, message)]);
        check(&RULE, &template("true", "'true'"), &[]);
    }
}
