//! APIs that are a document and resources at once.

use cfn_model::Node;

use crate::{
    facts::{
        context::Context,
        values::{Step, path},
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// CloudFormation imports the whole document of an API at each change, and so deletes what other resources added to
    /// it. Define an API by a document or by resources.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Api:
    ///     Type: AWS::ApiGateway::RestApi
    ///     Properties:
    ///       Name: jobs
    ///       Body:
    ///         openapi: 3.0.1
    ///   Model:
    ///     Type: AWS::ApiGateway::Model
    ///     Properties:
    ///       RestApiId:
    ///         Ref: Api
    ///       Name: Job
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Api:
    ///     Type: AWS::ApiGateway::RestApi
    ///     Properties:
    ///       Name: jobs
    ///   Model:
    ///     Type: AWS::ApiGateway::Model
    ///     Properties:
    ///       RestApiId:
    ///         Ref: Api
    ///       Name: Job
    /// ```
    W3660: warning "REST API defined by a document and by resources",
    on: On::Document(check),
}

const PARTS: [&str; 6] = [
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Model",
    "AWS::ApiGateway::RequestValidator",
    "AWS::ApiGateway::Resource",
];

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let Some(resources) = context.section("Resources") else { return };
    for (source, target) in context.edges() {
        let Some(((part, source), (id, api))) = resources.get_index(source).zip(resources.get_index(target)) else {
            continue;
        };
        let kind = |resource: &'_ Node, wanted: &[&str]| {
            resource.get("Type").and_then(Node::as_str).is_some_and(|kind| wanted.contains(&kind))
        };
        if !kind(api, &["AWS::ApiGateway::RestApi"]) || !kind(source, &PARTS) {
            continue;
        }
        for name in ["Body", "BodyS3Location"] {
            if api.get("Properties").and_then(|properties| properties.get(name)).is_some() {
                let message = format!("`{name}` is the whole API, and `{part}` is a part of it as well");
                report.at(path(id, &[Step::Key(name)]), message);
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
        let template = |api: &str| {
            format!(
                "Resources:\n  A: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: a{api}}}}}\n  M: {{Type: AWS::ApiGateway::Model, Properties: {{RestApiId: !Ref A, ContentType: application/json, Schema: {{}}}}}}\n"
            )
        };
        let message = "`Body` is the whole API, and `M` is a part of it as well";
        check(&RULE, &template(", Body: {}"), &[("Resources/A/Properties/Body", message)]);
        check(&RULE, &template(""), &[]);
    }
}
