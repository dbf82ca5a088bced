//! Access control lists of buckets.

use crate::{
    facts::values::Step,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// Access control lists are older than bucket policies, which replace them. New buckets refuse access control lists
    /// by default.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       AccessControl: Private
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       BucketName: plain-bucket
    /// ```
    W3045: warning "legacy access control list on a bucket",
    on: On::Resource(&["AWS::S3::Bucket"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    if look.get("AccessControl").iter().any(|value| value.node.is_some()) {
        let message = "`AccessControl` is a legacy property, which bucket policies replace";
        report
            .at(look.path(&[Step::Key("AccessControl")]), message)
            .help("use a bucket policy, `AWS::S3::BucketPolicy`");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let bucket =
            |properties: &str| format!("Resources: {{B: {{Type: AWS::S3::Bucket, Properties: {{{properties}}}}}}}\n");
        let message = "`AccessControl` is a legacy property, which bucket policies replace";
        check(&RULE, &bucket("AccessControl: Private"), &[("Resources/B/Properties/AccessControl", message)]);
        check(&RULE, &bucket(""), &[]);
    }
}
