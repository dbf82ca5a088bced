//! APIs of all kinds.

use cfn_model::Node;

use super::{Made, entries};
use crate::facts::text::canonical;

impl<'d> Made<'d> {
    pub(super) fn rest_api(&mut self, id: &str, properties: &'d Node) {
        self.add(id);
        self.add(format!("{id}Deployment"));
        self.add(format!("{id}Stage"));
        let auth = &properties["Auth"];
        for (name, authorizer) in entries(auth.get("Authorizers")) {
            if authorizer.get("FunctionArn").is_some()
                && !self.is(&authorizer["DisableFunctionDefaultPermissions"], true)
            {
                self.add(format!("{id}{name}AuthorizerPermission"));
            }
        }
        let plan = match self.value(&auth["UsagePlan"]["CreateUsagePlan"]).and_then(Node::as_str) {
            Some("PER_API") => Some(id),
            Some("SHARED") => Some("Serverless"),
            _ => None,
        };
        for part in ["UsagePlan", "UsagePlanKey", "ApiKey"] {
            plan.into_iter().for_each(|plan| self.add(format!("{plan}{part}")));
        }
        self.domain(id, properties);
    }

    pub(super) fn http_api(&mut self, id: &str, properties: &'d Node) {
        self.add(id);
        // Without a name the stage is `$default`, and there is always one.
        self.add(format!("{id}Stage"));
        for (name, authorizer) in entries(properties["Auth"].get("Authorizers")) {
            if authorizer.get("FunctionArn").is_some() && self.is(&authorizer["EnableFunctionDefaultPermissions"], true)
            {
                self.add(format!("{id}{name}AuthorizerPermission"));
            }
        }
        self.domain(id, properties);
    }

    pub(super) fn web_socket_api(&mut self, id: &str, properties: &'d Node) {
        self.add(id);
        self.add(format!("{id}Stage"));
        for (route, _) in entries(properties.get("Routes")) {
            ["Route", "Integration", "Permission"].iter().for_each(|part| self.add(format!("{id}{route}{part}")));
        }
        let auth = &properties["Auth"];
        if auth["AuthType"].as_str() == Some("CUSTOM") {
            self.add(format!("{id}ConnectAuthorizer"));
            if auth.get("InvokeRole").is_none() && auth.get("AuthArn").is_some() {
                self.add(format!("{id}AuthorizerPermission"));
            }
        }
        self.domain(id, properties);
    }

    /// A domain of one's own, which APIs can share, the paths of this API in it, and its names in Route 53.
    fn domain(&mut self, id: &str, properties: &'d Node) {
        let Some(domain) = properties.get("Domain").and_then(|domain| self.value(domain)) else { return };
        let name = self.value(&domain["DomainName"]).map(canonical).unwrap_or_default();
        let is_private = domain["EndpointConfiguration"].as_str() == Some("PRIVATE");
        self.add(format!("domain {is_private} {name}"));
        if is_private && domain.get("AccessAssociation").is_some() {
            self.add(format!("access {name}"));
        }
        match self.value(&domain["BasePath"]) {
            Some(Node::Array(paths)) => {
                for path in paths {
                    let letters = path.as_str().unwrap_or_default().chars().filter(|letter| letter.is_alphanumeric());
                    self.add(format!("{id}{}BasePathMapping", letters.collect::<String>()));
                }
            }
            _ => self.add(format!("{id}BasePathMapping")),
        }
        if let Some(route) = domain.get("Route53") {
            let zone = self.value(&route["HostedZoneId"]).or_else(|| self.value(&route["HostedZoneName"]));
            let zone = zone.map(canonical).unwrap_or_default();
            match self.is(&route["SeparateRecordSetGroup"], true) {
                true => self.add(format!("records {name} {zone}")),
                false => self.add(format!("records {zone}")),
            }
        }
    }

    pub(super) fn graphql_api(&mut self, id: &str, properties: &'d Node) {
        self.add(id);
        self.add(format!("{id}Schema"));
        let logging = &properties["Logging"];
        if logging != &Node::Bool(false) && logging.get("CloudWatchLogsRoleArn").is_none() {
            self.add(format!("{id}CloudWatchRole"));
        }
        if properties.get("Cache").is_some() {
            self.add(format!("{id}ApiCache"));
        }
        if properties.get("DomainName").is_some() {
            self.anonymous += 2;
        }
        self.anonymous += entries(properties.get("ApiKeys")).count();
        for (_, sources) in entries(properties.get("DataSources")) {
            for (_, source) in entries(Some(sources)) {
                // The source; its role and the policy of that.
                self.anonymous += if source.get("ServiceRoleArn").is_some() { 1 } else { 3 };
            }
        }
        let functions = || entries(properties.get("Functions")).map(|(_, function)| function);
        self.anonymous += functions().filter(|function| function.get("Id").is_none()).count();
        let is_none =
            |function: &Node| function["DataSource"].as_str().is_some_and(|source| source.eq_ignore_ascii_case("none"));
        self.anonymous += usize::from(functions().any(is_none));
        for (_, fields) in entries(properties.get("Resolvers")) {
            self.anonymous += entries(Some(fields)).count();
        }
        let auth = &properties["Auth"];
        let others = auth["Additional"].as_array().unwrap_or_default();
        let is_lambda = |auth: &&Node| auth["Type"].as_str() == Some("AWS_LAMBDA");
        self.anonymous += std::iter::once(auth).chain(others).filter(is_lambda).count();
    }
}
