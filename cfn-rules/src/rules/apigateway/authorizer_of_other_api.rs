//! Authorizers that belong to another API than the method.

use super::same_api;
use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// The authorizer of a method must belong to the same REST API as the method.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   One:
    ///     Type: AWS::ApiGateway::RestApi
    ///     Properties:
    ///       Name: one
    ///   Two:
    ///     Type: AWS::ApiGateway::RestApi
    ///     Properties:
    ///       Name: two
    ///   Authorizer:
    ///     Type: AWS::ApiGateway::Authorizer
    ///     Properties:
    ///       Name: who
    ///       RestApiId:
    ///         Ref: One
    ///       Type: TOKEN
    ///       IdentitySource: method.request.header.Auth
    ///       AuthorizerUri: arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/who/invocations
    ///   Method:
    ///     Type: AWS::ApiGateway::Method
    ///     Properties:
    ///       RestApiId:
    ///         Ref: Two
    ///       ResourceId: root
    ///       HttpMethod: GET
    ///       AuthorizationType: CUSTOM
    ///       AuthorizerId:
    ///         Ref: Authorizer
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   One:
    ///     Type: AWS::ApiGateway::RestApi
    ///     Properties:
    ///       Name: one
    ///   Two:
    ///     Type: AWS::ApiGateway::RestApi
    ///     Properties:
    ///       Name: two
    ///   Authorizer:
    ///     Type: AWS::ApiGateway::Authorizer
    ///     Properties:
    ///       Name: who
    ///       RestApiId:
    ///         Ref: One
    ///       Type: TOKEN
    ///       IdentitySource: method.request.header.Auth
    ///       AuthorizerUri: arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/who/invocations
    ///   Method:
    ///     Type: AWS::ApiGateway::Method
    ///     Properties:
    ///       RestApiId:
    ///         Ref: One
    ///       ResourceId: root
    ///       HttpMethod: GET
    ///       AuthorizationType: CUSTOM
    ///       AuthorizerId:
    ///         Ref: Authorizer
    /// ```
    E3699: error "method with an authorizer of another API",
    on: On::Resource(&["AWS::ApiGateway::Method"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    let message = format!("the authorizer must be of the API of the method `{}`", look.id);
    same_api::check(look, report, "AuthorizerId", "AWS::ApiGateway::Authorizer", &message);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |api: &str| {
            format!(
                "Resources:\n  M: {{Type: AWS::ApiGateway::Method, Properties: {{RestApiId: !Ref One, AuthorizerId: !Ref A}}}}\n  A: {{Type: AWS::ApiGateway::Authorizer, Properties: {{Type: TOKEN, RestApiId: {api}}}}}\n"
            )
        };
        let message = "the authorizer must be of the API of the method `M`";
        check(&RULE, &template("!Ref Two"), &[("Resources/A/Properties/RestApiId", message)]);
        check(&RULE, &template("!Ref One"), &[]);
    }
}
