//! Method settings that set nothing.

use cfn_model::Node;

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// API Gateway drops an entry of `MethodSettings` that has a path and a method, but no setting.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGateway::Stage
    ///     Properties:
    ///       RestApiId: api
    ///       StageName: prod
    ///       MethodSettings:
    ///         - HttpMethod: GET
    ///           ResourcePath: /jobs
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGateway::Stage
    ///     Properties:
    ///       RestApiId: api
    ///       StageName: prod
    ///       MethodSettings:
    ///         - HttpMethod: GET
    ///           ResourcePath: /jobs
    ///           MetricsEnabled: true
    /// ```
    W3705: warning "method setting without an effect",
    on: On::Resource(&["AWS::ApiGateway::Stage"], check),
}

const SETTINGS: [&str; 8] = [
    "CacheDataEncrypted",
    "CacheTtlInSeconds",
    "CachingEnabled",
    "DataTraceEnabled",
    "LoggingLevel",
    "MetricsEnabled",
    "ThrottlingBurstLimit",
    "ThrottlingRateLimit",
];

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for entry in look.get("MethodSettings/*") {
        let Some(object) = entry.node.and_then(Node::as_object).filter(|object| !object.is_empty()) else { continue };
        if !entry.is_call() && !SETTINGS.iter().any(|name| object.contains_key(*name)) {
            report.at(look.path(&entry.steps), "an entry of `MethodSettings` has no effect without a setting");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let stage = |setting: &str| {
            format!(
                "Resources: {{S: {{Type: AWS::ApiGateway::Stage, Properties: {{RestApiId: a, MethodSettings: [{{ResourcePath: /, HttpMethod: GET{setting}}}]}}}}}}\n"
            )
        };
        let message = "an entry of `MethodSettings` has no effect without a setting";
        check(&RULE, &stage(""), &[("Resources/S/Properties/MethodSettings/0", message)]);
        check(&RULE, &stage(", LoggingLevel: INFO"), &[]);
    }
}
