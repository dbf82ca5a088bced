//! Permissions to invoke a function for a service that does not invoke it.

use cfn_pattern::Pattern;

use crate::{
    facts::{
        context::Target,
        text::{scalar, shortened},
        values::{Value, is_replaced_later},
    },
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// The principal of a permission is the service that calls the function, and `SourceArn` is the resource on whose behalf
    /// it calls. A permission for another service than that of the resource allows nothing that happens.
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
    ///       Principal: sns.amazonaws.com
    ///       SourceArn: !GetAtt Bucket.Arn
    ///       SourceAccount: !Ref AWS::AccountId
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
    W3664: warning "permission for the wrong service",
    on: On::Resource(&["AWS::Lambda::Permission"], check),
}

/// The service that invokes a function on behalf of a resource of a type.
const CALLERS: [(&str, &str); 10] = [
    ("AWS::ApiGateway::RestApi", "apigateway.amazonaws.com"),
    ("AWS::ApiGatewayV2::Api", "apigateway.amazonaws.com"),
    ("AWS::Cognito::UserPool", "cognito-idp.amazonaws.com"),
    ("AWS::Config::ConfigRule", "config.amazonaws.com"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "elasticloadbalancing.amazonaws.com"),
    ("AWS::Events::Rule", "events.amazonaws.com"),
    ("AWS::IoT::TopicRule", "iot.amazonaws.com"),
    ("AWS::Logs::LogGroup", LOGS),
    ("AWS::S3::Bucket", "s3.amazonaws.com"),
    ("AWS::SNS::Topic", "sns.amazonaws.com"),
];

const LOGS: &str = "logs.amazonaws.com";
/// CloudWatch Logs has a principal for each region as well.
const LOGS_OF_A_REGION: &str = r"^logs\.[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-[0-9]+\.amazonaws\.com$";

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for source in look.get("SourceArn") {
        let kind = caller(look, &source);
        let Some((_, service)) = CALLERS.iter().find(|(known, _)| kind == Some(*known)) else { continue };
        let wrong = look.under(&source, "Principal").into_iter().find_map(|principal| {
            let given = principal.node.and_then(scalar).filter(|given| !is_replaced_later(given))?.into_owned();
            (!is_principal(service, &given)).then_some((principal, given))
        });
        if let Some((principal, given)) = wrong {
            let message = format!(
                "`Principal` must be `{service}`, whose resource `SourceArn` names, got `{}`",
                shortened(&given)
            );
            report.at(look.path(&principal.steps), message).expected(*service).actual(given);
            return;
        }
    }
}

/// The type of the resource of the template on whose behalf a function is invoked.
pub(super) fn caller<'d>(look: &Look<'_, 'd>, source: &Value<'d>) -> Option<&'d str> {
    match look.context.target(source.resource()?)? {
        Target::Resource(kind) => Some(kind),
        _ => None,
    }
}

fn is_principal(service: &str, given: &str) -> bool {
    given == service || (service == LOGS && Pattern::new(LOGS_OF_A_REGION).is_ok_and(|pattern| pattern.is_match(given)))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let permission = |principal: &str, source: &str| {
            format!(
                "Parameters: {{Stage: {{Type: String}}}}\nConditions: {{Prod: !Equals [!Ref Stage, prod]}}\nResources:\n  \
                 Topic: {{Type: AWS::SNS::Topic}}\n  Group: {{Type: AWS::Logs::LogGroup}}\n  P: {{Type: \
                 AWS::Lambda::Permission, Properties: {{Action: 'lambda:InvokeFunction', FunctionName: f, Principal: \
                 {principal}, SourceArn: {source}}}}}\n"
            )
        };
        let message =
            "`Principal` must be `sns.amazonaws.com`, whose resource `SourceArn` names, got `s3.amazonaws.com`";
        let place = "Resources/P/Properties/Principal";
        check(&RULE, &permission("s3.amazonaws.com", "!Ref Topic"), &[(place, message)]);
        let either = "!If [Prod, s3.amazonaws.com, sns.amazonaws.com]";
        let place = "Resources/P/Properties/Principal/Fn::If/1";
        check(&RULE, &permission(either, "!Ref Topic"), &[(place, message)]);
        check(&RULE, &permission("sns.amazonaws.com", "!Ref Topic"), &[]);
        check(&RULE, &permission("logs.eu-west-1.amazonaws.com", "!GetAtt Group.Arn"), &[]);
        check(&RULE, &permission("s3.amazonaws.com", "!Sub 'arn:aws:s3:::${AWS::StackName}'"), &[]);
    }
}
