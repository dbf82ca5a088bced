//! SAM: events and policy templates.

use cfn_model::Node as Value;

use super::{
    Builder, Kind, Line, Node, Resource,
    permission::template_verb,
    reference::{Reference, references},
};

/// The properties of events that name where the event comes from.
const SOURCES: [&str; 9] =
    ["Queue", "Topic", "Stream", "Bucket", "Broker", "Cluster", "LogGroupName", "UserPool", "EventBusName"];

impl Builder {
    /// The arrows from what triggers a function or state machine.
    pub(super) fn events(&mut self, resource: &Resource<'_>, resources: &[Resource<'_>]) {
        for (name, event) in resource.properties["Events"].as_object().into_iter().flatten() {
            let properties = &event["Properties"];
            let found = references(properties, resources);
            match event["Type"].as_str().unwrap_or_default() {
                "Schedule" | "ScheduleV2" => {
                    let expression = properties["Schedule"]
                        .as_str()
                        .or(properties["ScheduleExpression"].as_str())
                        .unwrap_or("schedule");
                    self.source(resource, name, name, expression, Kind::Schedule);
                }
                kind @ ("Api" | "HttpApi") => self.request(resource, kind, properties, &found),
                kind => {
                    let mut sources = found.iter().filter(|reference| is_source(reference)).peekable();
                    let literal = SOURCES.iter().find_map(|key| properties[*key].as_str());
                    if sources.peek().is_some() {
                        sources.for_each(|source| self.edge(source.target, resource.id, "triggers", Line::Solid));
                    } else if let Some(literal) = literal {
                        // An ARN or name of something outside: its last part is what people call it.
                        let label = literal.rsplit([':', '/']).next().unwrap_or(literal);
                        self.source(resource, literal, label, &format!("{kind}, outside"), source_kind(kind));
                    } else {
                        self.source(resource, name, name, kind, source_kind(kind));
                    }
                }
            }
            for failure in found.iter().filter(|reference| reference.is_under("DestinationConfig")) {
                self.edge(resource.id, failure.target, "on failure", Line::Dashed);
            }
            for failure in found.iter().filter(|reference| reference.is_under("DeadLetterConfig")) {
                self.edge(resource.id, failure.target, "dead letters", Line::Dashed);
            }
        }
    }

    /// A node for something that is no resource of the template, and its arrow.
    fn source(&mut self, resource: &Resource<'_>, name: &str, label: &str, detail: &str, kind: Kind) {
        let id = format!("{}.{name}", resource.id);
        self.node(Node { id: id.clone(), label: label.to_owned(), detail: detail.to_owned(), kind });
        self.edge(&id, resource.id, "triggers", Line::Solid);
    }

    /// A route of an API; SAM makes the API where the event names none.
    fn request(&mut self, resource: &Resource<'_>, kind: &str, properties: &Value, found: &[Reference<'_>]) {
        let named = found.iter().find(|reference| reference.is_under("RestApiId") || reference.is_under("ApiId"));
        let api = match (named, kind) {
            (Some(named), _) => named.target.to_owned(),
            (None, kind) => {
                let (id, detail) = match kind {
                    "Api" => ("ServerlessRestApi", "Serverless Api, implicit"),
                    _ => ("ServerlessHttpApi", "Serverless HttpApi, implicit"),
                };
                self.node(Node { id: id.to_owned(), label: id.to_owned(), detail: detail.to_owned(), kind: Kind::Api });
                id.to_owned()
            }
        };
        let method = properties["Method"].as_str().unwrap_or("any").to_ascii_uppercase();
        let path = properties["Path"].as_str().unwrap_or("/*");
        self.edge(&api, resource.id, &format!("{method} {path}"), Line::Solid);
    }

    /// The arrows to what a function's policies allow: SAM's templates and statements.
    pub(super) fn policy_templates(&mut self, resource: &Resource<'_>, resources: &[Resource<'_>]) {
        let policies = &resource.properties["Policies"];
        self.permissions(resource.id, policies, resources);
        let single = std::slice::from_ref(policies);
        for policy in policies.as_array().unwrap_or(single) {
            for (name, parameters) in
                policy.as_object().into_iter().flatten().filter(|(name, _)| name.ends_with("Policy"))
            {
                for reference in references(parameters, resources) {
                    self.edge(resource.id, reference.target, template_verb(name), Line::Solid);
                }
            }
        }
    }
}

fn is_source(reference: &Reference<'_>) -> bool {
    SOURCES.iter().any(|property| reference.is_under(property))
}

fn source_kind(event: &str) -> Kind {
    match event {
        "SQS" | "MQ" => Kind::Queue,
        "SNS" | "Kinesis" | "MSK" | "SelfManagedKafka" => Kind::Topic,
        "S3" => Kind::Bucket,
        "DynamoDB" | "DocumentDB" => Kind::Table,
        "CloudWatchEvent" | "EventBridgeRule" => Kind::Schedule,
        _ => Kind::Other,
    }
}
