//! Layer ARNs that are too long.

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// The ARN of a layer has at most 176 characters, not counting the partition and the region.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    ///       Layers:
    ///         - arn:aws:lambda:us-east-1:123456789012:layer:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:1
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    ///       Layers:
    ///         - arn:aws:lambda:us-east-1:123456789012:layer:tools:1
    /// ```
    E3716: error "layer ARN that is too long",
    on: On::Resource(&["AWS::Lambda::Function"], check),
}

/// A layer ARN has at most 176 characters beside the partition and the region, which are known only once it is deployed.
const MOST: usize = 176 + "aws".len() + "us-east-1".len();

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for (value, text) in look.strings("Layers/*") {
        let length = text.chars().count();
        if length > MOST {
            let message = format!("the ARN of a layer must have at most {MOST} characters, got {length}");
            report.at(look.path(&value.steps), message).actual(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let function = |length: usize| {
            let arn = format!("arn:aws:lambda:us-east-1:123456789012:layer:{}", "a".repeat(length - 44));
            format!("Resources: {{F: {{Type: AWS::Lambda::Function, Properties: {{Layers: [\"{arn}\"]}}}}}}\n")
        };
        let message = "the ARN of a layer must have at most 188 characters, got 189";
        check(&RULE, &function(189), &[("Resources/F/Properties/Layers/0", message)]);
        check(&RULE, &function(188), &[]);
    }
}
