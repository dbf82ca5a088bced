//! Secrets of Secrets Manager outside of the properties of a resource.

use super::dynamic_references::references;
use crate::{
    facts::text,
    rules::definition::{Literal, On, Reporter},
};

rule! {
    /// A secret of Secrets Manager can be used in the properties of a resource only: in metadata or outputs
    /// CloudFormation would have to show it.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// Outputs:
    ///   Password:
    ///     Value: "{{resolve:secretsmanager:shop:SecretString:password}}"
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Database:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       DBInstanceClass: db.t4g.micro
    ///       Engine: postgres
    ///       AllocatedStorage: "20"
    ///       MasterUsername: shop
    ///       MasterUserPassword: "{{resolve:secretsmanager:shop:SecretString:password}}"
    /// ```
    E1051: error "secret outside the properties of a resource",
    on: On::Literal(check),
}

fn check(literal: &Literal<'_>, report: &mut Reporter<'_>) {
    let is_in_property = || matches!(literal.place.keys().as_slice(), ["Resources", _, "Properties", ..]);
    let secrets = references(literal).filter(|one| one.split(':').next() == Some("secretsmanager"));
    for reference in secrets.take_while(|_| !is_in_property()) {
        let shown = text::shortened(reference);
        report.at(literal.place.to_path(), format!("dynamic reference `{shown}` must be in a property of a resource"));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let secret = "'{{resolve:secretsmanager:a:SecretString:b}}'";
        let topic =
            |properties: &str| format!("Resources: {{T: {{Type: AWS::SNS::Topic, Properties: {{{properties}}}}}}}\n");
        let message = "dynamic reference `secretsmanager:a:SecretString:b` must be in a property of a resource";
        let output = format!("{}Outputs: {{O: {{Value: {secret}}}}}\n", topic(""));
        check(&RULE, &output, &[("Outputs/O/Value", message)]);
        check(&RULE, &topic(&format!("DisplayName: {secret}")), &[]);
        let condition = format!("{}Conditions: {{C: !Equals [!Ref AWS::Region, {secret}]}}\n", topic(""));
        check(&RULE, &condition, &[("Conditions/C/Fn::Equals/1", message)]);
    }
}
