//! Functions, state machines and their events.

use cfn_model::{Function, Node};

use super::{Made, entries};

/// Whether the value is `Fn::If` with one branch that is not there.
fn may_be_absent(node: &Node) -> bool {
    let is_absent = |node: &Node| node.get("Ref").and_then(Node::as_str) == Some("AWS::NoValue");
    matches!(Function::call(node), Some((Function::If, Node::Array(parts))) if parts.iter().any(is_absent))
}

impl<'d> Made<'d> {
    pub(super) fn function(&mut self, id: &str, properties: &'d Node) {
        self.add(id);
        let role = properties.get("Role").and_then(|role| self.value(role));
        if role.is_none_or(may_be_absent) {
            self.add(format!("{id}Role"));
        }
        let has_alias = properties.get("AutoPublishAlias").is_some_and(|alias| self.value(alias).is_some());
        if has_alias {
            self.add(format!("{id}.Version"));
            self.add(format!("{id}.Alias"));
        }
        if let Some(url) = properties.get("FunctionUrlConfig") {
            self.add(format!("{id}Url"));
            // The transform looks at the text only, and not at the default of a parameter.
            if url["AuthType"].as_str() == Some("NONE") {
                self.add(format!("{id}UrlPublicPermissions"));
                self.add(format!("{id}URLInvokeAllowPublicAccess"));
            }
        }
        if let Some(preference) = properties.get("DeploymentPreference").filter(|_| has_alias) {
            self.deployment(id, preference);
        }
        if let Some(invoke) = properties.get("EventInvokeConfig") {
            self.add(format!("{id}EventInvokeConfig"));
            for outcome in ["OnSuccess", "OnFailure"] {
                let Some(target) = invoke["DestinationConfig"].get(outcome) else { continue };
                let made = matches!(target["Type"].as_str(), Some("SQS" | "SNS"));
                let destination = self.value(&target["Destination"]);
                if made && destination.is_none_or(may_be_absent) {
                    self.add(format!("{id}EventInvokeConfig{outcome}"));
                }
            }
        }
        for (name, event) in entries(properties.get("Events")) {
            self.event(id, name, event, properties);
        }
    }

    fn deployment(&mut self, id: &str, preference: &'d Node) {
        if self.is(&preference["Enabled"], false) {
            return;
        }
        self.add("ServerlessDeploymentApplication");
        self.add(format!("{id}DeploymentGroup"));
        if preference.get("Role").is_none() {
            self.add("CodeDeployServiceRole");
        }
    }

    /// A queue for dead letters that SAM makes, with a policy for all but schedules of EventBridge Scheduler.
    fn dead_letters(&mut self, event: &str, properties: &'d Node, with_policy: bool) {
        let Some(config) = properties.get("DeadLetterConfig").filter(|config| config.get("Arn").is_none()) else {
            return;
        };
        self.add(config["QueueLogicalId"].as_str().map_or_else(|| format!("{event}Queue"), str::to_owned));
        if with_policy {
            self.add(format!("{event}QueuePolicy"));
        }
    }

    fn event(&mut self, id: &str, name: &str, event: &'d Node, function: &'d Node) {
        let own = format!("{id}{name}");
        let properties = &event["Properties"];
        match event["Type"].as_str().unwrap_or_default() {
            "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
                self.add(format!("{own}Permission"));
                self.dead_letters(&own, properties, true);
                self.add(own);
            }
            "ScheduleV2" => self.schedule(own, properties),
            "S3" | "AlexaSkill" | "Cognito" => self.add(format!("{own}Permission")),
            "Api" => {
                self.implicit_api(properties, "RestApiId");
                self.add(format!("{own}Permission"));
            }
            "HttpApi" => {
                self.implicit_api(properties, "ApiId");
                if !covered_by_default(function, name, properties) {
                    self.add(format!("{own}Permission"));
                }
            }
            "SNS" => match properties.get("SqsSubscription").and_then(|queue| self.value(queue)) {
                Some(Node::Object(queue)) => {
                    let policy = queue.get("QueuePolicyLogicalId").and_then(Node::as_str);
                    self.add(policy.map_or_else(|| format!("{own}QueuePolicy"), str::to_owned));
                    self.add(format!("{own}EventSourceMapping"));
                    self.add(own);
                }
                Some(Node::Bool(true)) => {
                    self.add(format!("{own}Queue"));
                    self.add(format!("{own}QueuePolicy"));
                    self.add(format!("{own}EventSourceMapping"));
                    self.add(own);
                }
                _ => {
                    self.add(format!("{own}Permission"));
                    self.add(own);
                }
            },
            "IoTRule" | "CloudWatchLogs" => {
                self.add(format!("{own}Permission"));
                self.add(own);
            }
            // Queues, streams and brokers: a mapping.
            _ => self.add(own),
        }
    }

    fn schedule(&mut self, own: String, properties: &'d Node) {
        if properties.get("RoleArn").is_none_or(|role| self.value(role).is_none()) {
            self.add(format!("{own}Role"));
        }
        self.dead_letters(&own, properties, false);
        self.add(own);
    }

    fn implicit_api(&mut self, properties: &'d Node, key: &str) {
        if properties.get(key).is_some_and(|api| self.value(api).is_some()) {
            return;
        }
        let shared = |key: &str| self.globals.get(key).unwrap_or(&Node::Null);
        match key {
            "RestApiId" => self.rest_api("ServerlessRestApi", shared("Api")),
            _ => self.http_api("ServerlessHttpApi", shared("HttpApi")),
        }
    }

    pub(super) fn state_machine(&mut self, id: &str, properties: &'d Node) {
        self.add(id);
        if properties.get("Role").is_none_or(|role| self.value(role).is_none()) {
            self.add(format!("{id}Role"));
        }
        if properties.get("AutoPublishAlias").is_some() {
            self.add(format!("{id}Version"));
            self.add(format!("{id}Alias"));
        }
        for (name, event) in entries(properties.get("Events")) {
            let own = format!("{id}{name}");
            let properties = &event["Properties"];
            match event["Type"].as_str().unwrap_or_default() {
                "ScheduleV2" => self.schedule(own, properties),
                "Api" => {
                    self.implicit_api(properties, "RestApiId");
                    self.add(format!("{own}Role"));
                }
                _ => {
                    if properties.get("RoleArn").is_none() {
                        self.add(format!("{own}Role"));
                    }
                    self.dead_letters(&own, properties, true);
                    self.add(own);
                }
            }
        }
    }
}

/// Whether another event of the function takes every request of the API, so that one permission is enough. SAM comes
/// to such an event first.
fn covered_by_default(function: &Node, name: &str, properties: &Node) -> bool {
    let is_default = |properties: &Node| {
        properties.get("Path").is_none() && properties.get("Method").is_none()
            || properties["Path"].as_str() == Some("$default")
    };
    !is_default(properties)
        && entries(function.get("Events")).any(|(other, event)| {
            other != name
                && event["Type"].as_str() == Some("HttpApi")
                && event["Properties"].get("ApiId") == properties.get("ApiId")
                && is_default(&event["Properties"])
        })
}
