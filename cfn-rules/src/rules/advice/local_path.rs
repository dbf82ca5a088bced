//! Local paths in templates that CloudFormation reads as they are.

use crate::{
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
    schema::PACKAGED,
};

/// The properties that packaging replaces beside [`PACKAGED`], whose values can be something other than a path.
const NESTED: &[(&str, &str)] = &[("AWS::CloudFormation::Stack", "TemplateURL")];

rule! {
    /// `aws cloudformation package` and `sam package` upload the file of a local path and replace the path by the place
    /// in S3. A template that is deployed without them fails.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Tools:
    ///     Type: AWS::Lambda::LayerVersion
    ///     Properties:
    ///       Content: ./layer
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Tools:
    ///     Type: AWS::Lambda::LayerVersion
    ///     Properties:
    ///       Content:
    ///         S3Bucket: code
    ///         S3Key: layer.zip
    /// ```
    W3002: warning "local path that packaging must replace",
    on: On::Resource(&[], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    if look.context.transforms.serverless {
        return;
    }
    for (_, path) in NESTED.iter().chain(PACKAGED).filter(|(kind, _)| *kind == look.kind) {
        for value in look.get(path) {
            if value.text().is_some_and(|text| !text.starts_with("s3://") && !text.starts_with("https://")) {
                let property = path.rsplit('/').next().unwrap_or(path);
                report
                    .at(
                        look.path(&value.steps),
                        format!("`{property}` is a local path, which packaging has to replace"),
                    )
                    .help("run `aws cloudformation package` or `sam package` first");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let layer = |content: &str| {
            format!("Resources: {{L: {{Type: AWS::Lambda::LayerVersion, Properties: {{Content: {content}}}}}}}\n")
        };
        let message = "`Content` is a local path, which packaging has to replace";
        check(&RULE, &layer("./dir"), &[("Resources/L/Properties/Content", message)]);
        check(&RULE, &layer("'s3://a/b'"), &[]);
        check(&RULE, &layer("{S3Bucket: code-of-mine, S3Key: b}"), &[]);
        check(&RULE, &format!("Transform: AWS::Serverless-2016-10-31\n{}", layer("./dir")), &[]);
    }
}
