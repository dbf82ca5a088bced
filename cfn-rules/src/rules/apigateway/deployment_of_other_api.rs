//! Stages that show a deployment of another API.

use super::same_api;
use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// The deployment of a stage must belong to the same REST API as the stage.
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
    ///   Deployment:
    ///     Type: AWS::ApiGateway::Deployment
    ///     Properties:
    ///       RestApiId:
    ///         Ref: One
    ///   Stage:
    ///     Type: AWS::ApiGateway::Stage
    ///     Properties:
    ///       RestApiId:
    ///         Ref: Two
    ///       StageName: prod
    ///       DeploymentId:
    ///         Ref: Deployment
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
    ///   Deployment:
    ///     Type: AWS::ApiGateway::Deployment
    ///     Properties:
    ///       RestApiId:
    ///         Ref: One
    ///   Stage:
    ///     Type: AWS::ApiGateway::Stage
    ///     Properties:
    ///       RestApiId:
    ///         Ref: One
    ///       StageName: prod
    ///       DeploymentId:
    ///         Ref: Deployment
    /// ```
    E3698: error "stage with a deployment of another API",
    on: On::Resource(&["AWS::ApiGateway::Stage"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    let message = format!("the deployment must be of the API of the stage `{}`", look.id);
    same_api::check(look, report, "DeploymentId", "AWS::ApiGateway::Deployment", &message);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |api: &str| {
            format!(
                "Resources:\n  S: {{Type: AWS::ApiGateway::Stage, Properties: {{RestApiId: !Ref One, DeploymentId: !Ref D}}}}\n  D: {{Type: AWS::ApiGateway::Deployment, Properties: {{RestApiId: {api}}}}}\n"
            )
        };
        let message = "the deployment must be of the API of the stage `S`";
        check(&RULE, &template("!Ref Two"), &[("Resources/D/Properties/RestApiId", message)]);
        check(&RULE, &template("!Ref One"), &[]);
    }
}
