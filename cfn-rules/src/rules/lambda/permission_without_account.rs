//! Permissions to invoke a function that any account could use.

use super::permission_for_other_service::caller;
use crate::{
    facts::{
        text::scalar,
        values::{Value, is_replaced_later},
    },
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// The ARN of a bucket has no account in it. When the bucket is deleted, anybody can make one of the same name in another
    /// account and call the function from it. `SourceAccount` closes that gap. The same is true of every `SourceArn` without
    /// an account.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Bucket:
    ///     Type: AWS::S3::Bucket
    ///   Permission:
    ///     Type: AWS::Lambda::Permission
    ///     Properties:
    ///       Action: lambda:InvokeFunction
    ///       FunctionName: resize
    ///       Principal: s3.amazonaws.com
    ///       SourceArn: !GetAtt Bucket.Arn
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Bucket:
    ///     Type: AWS::S3::Bucket
    ///   Permission:
    ///     Type: AWS::Lambda::Permission
    ///     Properties:
    ///       Action: lambda:InvokeFunction
    ///       FunctionName: resize
    ///       Principal: s3.amazonaws.com
    ///       SourceArn: !GetAtt Bucket.Arn
    ///       SourceAccount: !Ref AWS::AccountId
    /// ```
    W3663: warning "permission without an account",
    on: On::Resource(&["AWS::Lambda::Permission"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    let is_open = |source: &Value<'_>| {
        let Some(node) = source.node else { return false };
        // The ARN of a bucket has no account, and anybody can have a bucket of that name when this one is gone.
        let has_no_account = match scalar(node) {
            Some(arn) => !is_replaced_later(&arn) && !has_account(&arn),
            None => caller(look, source) == Some("AWS::S3::Bucket"),
        };
        has_no_account && look.under(source, "SourceAccount").iter().all(|account| account.node.is_none())
    };
    if look.get("SourceArn").iter().any(is_open) {
        report
            .at(look.path(&[]), "`SourceArn` names no account, and nor does `SourceAccount`")
            .help("add `SourceAccount: !Ref AWS::AccountId`");
    }
}

/// Whether a part of an ARN in the middle is twelve digits.
fn has_account(arn: &str) -> bool {
    let middle = arn.split_once(':').and_then(|(_, rest)| rest.rsplit_once(':')).map_or("", |(middle, _)| middle);
    middle.split(':').any(|part| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let permission = |properties: &str| {
            format!(
                "Parameters: {{Stage: {{Type: String}}}}\nConditions: {{Prod: !Equals [!Ref Stage, prod]}}\nResources:\n  \
                 Bucket: {{Type: AWS::S3::Bucket}}\n  Topic: {{Type: AWS::SNS::Topic}}\n  P: {{Type: \
                 AWS::Lambda::Permission, Properties: {{Action: 'lambda:InvokeFunction', FunctionName: f, \
                 {properties}}}}}\n"
            )
        };
        let message = "`SourceArn` names no account, and nor does `SourceAccount`";
        let expected: &[_] = &[("Resources/P/Properties", message)];
        let s3 = "Principal: s3.amazonaws.com";
        for wrong in [
            "SourceArn: !GetAtt Bucket.Arn",
            "SourceArn: 'arn:aws:s3:::bucket'",
            "SourceArn: !If [Prod, !GetAtt Bucket.Arn, !Ref AWS::NoValue], SourceAccount: !If [Prod, !Ref AWS::NoValue, '123456789012']",
        ] {
            check(&RULE, &permission(&format!("{s3}, {wrong}")), expected);
        }
        for right in [
            "SourceArn: !GetAtt Bucket.Arn, SourceAccount: !Ref AWS::AccountId",
            "SourceArn: 'arn:aws:sns:us-east-1:123456789012:topic'",
            "SourceArn: !Ref Topic",
            "SourceArn: !If [Prod, !GetAtt Bucket.Arn, !Ref AWS::NoValue], SourceAccount: !If [Prod, '123456789012', !Ref AWS::NoValue]",
        ] {
            check(&RULE, &permission(&format!("{s3}, {right}")), &[]);
        }
    }
}
