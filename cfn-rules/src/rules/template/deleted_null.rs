//! Nulls that `AWS::LanguageExtensions` deletes.

use crate::{
    facts::{context::Context, nulls::Part, text::shortened},
    rules::definition::{On, Reporter},
};

rule! {
    /// `AWS::LanguageExtensions` deletes a key whose value is null, so that the template deploys, without the property.
    /// Without the transform, CloudFormation refuses the same template. A null in a list is not deleted, and is an error
    /// (`AL0302`).
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::LanguageExtensions
    /// Resources:
    ///   News:
    ///     Type: AWS::SNS::Topic
    ///     Properties:
    ///       DisplayName:
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::LanguageExtensions
    /// Resources:
    ///   News:
    ///     Type: AWS::SNS::Topic
    /// ```
    AL0307: warning "null that a transform deletes",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    for null in context.nulls(Part::Deleted) {
        let message = format!("`{}` is null, and `AWS::LanguageExtensions` deletes it", shortened(&null.name));
        report.at(null.path.clone(), message).actual("null").help("remove it, or give it a value");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let topic = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: }}}\n";
        let message = "`DisplayName` is null, and `AWS::LanguageExtensions` deletes it";
        let found = [("Resources/T/Properties/DisplayName", message)];
        check(&RULE, topic, &[]);
        check(&RULE, &format!("Transform: AWS::LanguageExtensions\n{topic}"), &found);
        let both = "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n";
        check(&RULE, &format!("{both}{topic}"), &found);
    }
}
