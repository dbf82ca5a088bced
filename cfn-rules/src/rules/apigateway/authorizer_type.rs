//! Authorizers of another type than the method wants.

use crate::{
    facts::values::path,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// A method with the authorization type `CUSTOM` needs an authorizer of the type `TOKEN` or `REQUEST`; a method
    /// with `COGNITO_USER_POOLS` needs one of that type.
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
    ///         Ref: One
    ///       ResourceId: root
    ///       HttpMethod: GET
    ///       AuthorizationType: COGNITO_USER_POOLS
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
    E3708: error "authorizer of another type than its method wants",
    on: On::Resource(&["AWS::ApiGateway::Method"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("AuthorizerId") {
        let Some((id, authorizer)) = look.target(&reference, "AWS::ApiGateway::Authorizer") else { continue };
        let wanted = look.beside(&reference, "AuthorizationType");
        let kind = authorizer.first(look.context, "Type");
        let fits = match (wanted.node.map(|_| wanted.text()), kind.text()) {
            (Some(Some("CUSTOM")), Some(kind)) => matches!(kind, "TOKEN" | "REQUEST"),
            (None | Some(Some("COGNITO_USER_POOLS")), Some(kind)) => kind == "COGNITO_USER_POOLS",
            _ => true,
        };
        if !fits {
            let message = format!("the type of the authorizer must fit the method `{}`", look.id);
            report.at(path(id, &kind.steps), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |wanted: &str, kind: &str| {
            format!(
                "Resources:\n  M: {{Type: AWS::ApiGateway::Method, Properties: {{AuthorizationType: {wanted}, AuthorizerId: !Ref A}}}}\n  A: {{Type: AWS::ApiGateway::Authorizer, Properties: {{Type: {kind}}}}}\n"
            )
        };
        let wrong = [("Resources/A/Properties/Type", "the type of the authorizer must fit the method `M`")];
        check(&RULE, &template("CUSTOM", "TOKEN"), &[]);
        check(&RULE, &template("CUSTOM", "COGNITO_USER_POOLS"), &wrong);
        check(&RULE, &template("COGNITO_USER_POOLS", "REQUEST"), &wrong);
        check(&RULE, &template("AWS_IAM", "REQUEST"), &[]);
    }
}
