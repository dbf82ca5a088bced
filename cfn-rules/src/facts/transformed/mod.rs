//! The resources that there are after the SAM transform, counted.
//!
//! Each type becomes the resources that aws-sam-translator 1.115 makes of it. Logical ids are those of the transform where
//! two of them can be the same: the application of CodeDeploy, a domain that two APIs share.

mod apis;
mod functions;

use std::collections::HashSet;

use cfn_model::{Function, Node, Object};

use crate::facts::{context::Transforms, sam};

/// The number of resources after the SAM transform, for a document into which `Globals` are merged.
pub(crate) fn after_transform(document: &Object) -> usize {
    let resources = document.get("Resources").and_then(Node::as_object);
    let parameters = document.get("Parameters").and_then(Node::as_object);
    let globals = document.get("Globals").unwrap_or(&Node::Null);
    let mut made = Made { ids: HashSet::new(), parameters, globals, anonymous: 0 };
    for (id, resource) in resources.into_iter().flatten() {
        made.resource(id, resource);
    }
    made.ids.len() + made.anonymous
}

/// The number of resources that a document has when it is deployed.
pub(crate) fn resource_count(document: &Object) -> usize {
    match Transforms::new(document).serverless {
        true => after_transform(&sam::with_globals(document).0),
        false => document.get("Resources").and_then(Node::as_object).map_or(0, Object::len),
    }
}

/// The resources after the transform.
struct Made<'d> {
    ids: HashSet<String>,
    parameters: Option<&'d Object>,
    /// `Globals`, which count for the APIs that the transform adds.
    globals: &'d Node,
    /// The number of resources whose ids no other resource can have.
    anonymous: usize,
}

impl<'d> Made<'d> {
    fn add(&mut self, id: impl Into<String>) {
        self.ids.insert(id.into());
    }

    fn resource(&mut self, id: &str, resource: &'d Node) {
        for connector in entries(resource.get("Connectors")).map(|(_, connector)| connector) {
            self.connector(&connector["Properties"]);
        }
        let properties = &resource["Properties"];
        match resource["Type"].as_str().and_then(|kind| kind.strip_prefix("AWS::Serverless::")) {
            Some("Function") => self.function(id, properties),
            Some("StateMachine") => self.state_machine(id, properties),
            Some("Api") => self.rest_api(id, properties),
            Some("HttpApi") => self.http_api(id, properties),
            Some("WebSocketApi") => self.web_socket_api(id, properties),
            Some("GraphQLApi") => self.graphql_api(id, properties),
            Some("CapacityProvider") => {
                self.add(id);
                if self.value(&properties["OperatorRole"]).is_none() {
                    self.add(format!("{id}OperatorRole"));
                }
            }
            Some("Connector") => self.connector(properties),
            // A table, an application, a layer, or a newer type: one resource.
            _ => self.add(id),
        }
    }

    /// A connector makes a policy or a permission for each destination.
    fn connector(&mut self, properties: &Node) {
        self.anonymous += properties["Destination"].as_array().map_or(1, <[Node]>::len);
    }

    /// A value; the default of a parameter that it refers to. `None` where it is not there.
    fn value(&self, node: &'d Node) -> Option<&'d Node> {
        match Function::call(node) {
            Some((Function::Ref, name)) => match name.as_str() {
                Some("AWS::NoValue") => None,
                Some(name) => match self.parameters.and_then(|all| all.get(name)?.get("Default")) {
                    Some(default) => Some(default),
                    None => Some(node),
                },
                None => Some(node),
            },
            _ => Some(node).filter(|node| !matches!(node, Node::Null)),
        }
    }

    fn is(&self, node: &'d Node, wanted: bool) -> bool {
        self.value(node).and_then(crate::facts::flow::model::flag) == Some(wanted)
    }
}

/// The entries of an object.
fn entries(node: Option<&Node>) -> impl Iterator<Item = (&String, &Node)> {
    node.and_then(Node::as_object).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::resource_count;
    use cfn_model::{
        Node,
        text::{Limits, parse},
    };

    /// A template with these resources has as many after the transform; the numbers are aws-sam-translator's.
    #[track_caller]
    fn check(resources: &str, expected: usize) {
        let text = format!(
            "Transform: AWS::Serverless-2016-10-31\nParameters: {{Auth: {{Type: String, Default: NONE}}}}\nResources:\n{resources}"
        );
        let Node::Object(document) = parse(&text, &Limits::default()).unwrap().node else { panic!("{text}") };
        assert_eq!(resource_count(&document), expected, "{text}");
    }

    fn function(properties: &str) -> String {
        format!("  F: {{Type: AWS::Serverless::Function, Properties: {{Handler: a.b, {properties}}}}}\n")
    }

    fn event(kind: &str, properties: &str) -> String {
        function(&format!("Events: {{E: {{Type: {kind}, Properties: {{{properties}}}}}}}"))
    }

    #[test]
    fn functions_and_what_they_bring() {
        for (properties, expected) in [
            ("Timeout: 3", 2),
            ("Role: arn", 1),
            ("Role: !If [C, arn, !Ref AWS::NoValue]", 2),
            ("AutoPublishAlias: live", 4),
            ("AutoPublishAlias: live, DeploymentPreference: {Type: AllAtOnce}", 7),
            ("AutoPublishAlias: live, DeploymentPreference: {Type: AllAtOnce, Enabled: false}", 4),
            ("FunctionUrlConfig: {AuthType: NONE}", 5),
            ("FunctionUrlConfig: {AuthType: !Ref Auth}", 3),
            (
                "EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS}, OnSuccess: {Type: SNS, Destination: arn}}}",
                4,
            ),
        ] {
            check(&function(properties), expected);
        }
    }

    #[test]
    fn events() {
        for (kind, properties, expected) in [
            ("SQS", "Queue: arn", 3),
            ("Schedule", "Schedule: rate(1 day)", 4),
            ("Schedule", "Schedule: rate(1 day), DeadLetterConfig: {Type: SQS}", 6),
            ("ScheduleV2", "ScheduleExpression: rate(1 day)", 4),
            ("ScheduleV2", "ScheduleExpression: rate(1 day), RoleArn: arn, DeadLetterConfig: {Type: SQS}", 4),
            ("SNS", "Topic: arn", 4),
            ("SNS", "Topic: arn, SqsSubscription: true", 6),
            ("Api", "Path: /, Method: get", 6),
            ("HttpApi", "Path: /, Method: get", 5),
            ("IoTRule", "Sql: a", 4),
            ("Cognito", "UserPool: !Ref P, Trigger: PreSignUp", 3),
        ] {
            check(&event(kind, properties), expected);
        }
    }

    #[test]
    fn apis_and_the_rest() {
        let api = |properties: &str| {
            format!("  A: {{Type: AWS::Serverless::Api, Properties: {{StageName: s, {properties}}}}}\n")
        };
        check(&api(""), 3);
        check(&api("Auth: {UsagePlan: {CreateUsagePlan: PER_API}}"), 6);
        check(&api("Auth: {Authorizers: {L: {FunctionArn: arn}}}"), 4);
        check(
            &api("Domain: {DomainName: a.b, CertificateArn: arn, BasePath: [/x, /y], Route53: {HostedZoneId: Z}}"),
            7,
        );
        check("  A: {Type: AWS::Serverless::HttpApi}\n", 2);
        check("  T: {Type: AWS::Serverless::SimpleTable}\n  Q: {Type: AWS::SQS::Queue}\n", 2);
        check(
            "  M: {Type: AWS::Serverless::StateMachine, Properties: {Definition: {}, Events: {E: {Type: Schedule}}}}\n",
            4,
        );
    }
}
