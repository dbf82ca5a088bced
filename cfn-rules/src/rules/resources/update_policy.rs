//! `UpdatePolicy`: how a resource is updated.

use cfn_model::{Function, Node};

use crate::{
    facts::{text, values::is_no_value},
    found::Findings,
    rules::{
        definition::{Attribute, On, Reporter},
        functions::Walker,
        shape::{Shape, Shapes},
    },
};

rule! {
    /// `UpdatePolicy` controls the update of an Auto Scaling group, AppStream fleet, ElastiCache replication group,
    /// OpenSearch domain or Lambda alias. Each type has its own policies; other types have none.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     UpdatePolicy:
    ///       UseOnlineResharding: true
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Cache:
    ///     Type: AWS::ElastiCache::ReplicationGroup
    ///     UpdatePolicy:
    ///       UseOnlineResharding: true
    ///     Properties:
    ///       ReplicationGroupDescription: sessions
    /// ```
    E3016: error "invalid update policy",
    on: On::Attribute("UpdatePolicy", check),
    supersedes: ["E3001"],
}

const PERCENT: Shape = Shape::Int(0, 100);
const COUNT: Shape = Shape::Int(i64::MIN, i64::MAX);
const TWO_DAYS: Shape = Shape::Int(0, 172_800);

const REFRESH: Shape = Shape::Object(
    &[
        (
            "Preferences",
            &Shape::Object(
                &[
                    ("AlarmSpecification", &Shape::Object(&[("Alarms", &Shape::List(10, &Shape::String))], &[])),
                    ("BakeTime", &TWO_DAYS),
                    ("CheckpointDelay", &TWO_DAYS),
                    ("CheckpointPercentages", &Shape::List(usize::MAX, &COUNT)),
                    ("InstanceWarmup", &Shape::Int(0, i64::MAX)),
                    ("MaxHealthyPercentage", &Shape::Int(100, 200)),
                    ("MinHealthyPercentage", &PERCENT),
                    ("ScaleInProtectedInstances", &Shape::OneOf(&["Ignore", "Refresh", "Wait"])),
                    ("SkipMatching", &Shape::Boolean),
                    ("StandbyInstances", &Shape::OneOf(&["Ignore", "Terminate", "Wait"])),
                ],
                &[],
            ),
        ),
        ("Strategy", &Shape::OneOf(&["ReplaceRootVolume", "Rolling"])),
    ],
    &["Strategy"],
);
const PROCESSES: Shape = Shape::OneOf(&[
    "AZRebalance",
    "AddToLoadBalancer",
    "AlarmNotification",
    "HealthCheck",
    "InstanceRefresh",
    "Launch",
    "ReplaceUnhealthy",
    "ScheduledActions",
    "Terminate",
]);
const ROLLING: Shape = Shape::Object(
    &[
        ("MaxBatchSize", &COUNT),
        ("MinActiveInstancesPercent", &COUNT),
        ("MinInstancesInService", &COUNT),
        ("MinSuccessfulInstancesPercent", &COUNT),
        ("PauseTime", &Shape::String),
        ("SuspendProcesses", &Shape::List(usize::MAX, &PROCESSES)),
        ("WaitOnResourceSignals", &Shape::Boolean),
    ],
    &[],
);
const SCHEDULED: Shape = Shape::Object(&[("IgnoreUnmodifiedGroupSizeProperties", &Shape::Boolean)], &[]);
const GROUP_UPDATE: Shape = Shape::Object(
    &[
        ("AutoScalingInstanceRefresh", &REFRESH),
        ("AutoScalingReplacingUpdate", &Shape::Object(&[("WillReplace", &Shape::Boolean)], &[])),
        ("AutoScalingRollingUpdate", &ROLLING),
        ("AutoScalingScheduledAction", &SCHEDULED),
    ],
    &[],
);
const DEPLOYMENT: Shape = Shape::Object(
    &[
        ("AfterAllowTrafficHook", &Shape::String),
        ("ApplicationName", &Shape::String),
        ("BeforeAllowTrafficHook", &Shape::String),
        ("DeploymentGroupName", &Shape::String),
    ],
    &[],
);
const ALIAS_UPDATE: Shape = Shape::Open(&[("CodeDeployLambdaAliasUpdate", &DEPLOYMENT)]);
const DOMAIN_UPDATE: Shape = Shape::Object(&[("EnableVersionUpgrade", &Shape::Boolean)], &[]);
const CACHE_UPDATE: Shape = Shape::Object(&[("UseOnlineResharding", &Shape::Boolean)], &[]);
const FLEET_UPDATE: Shape =
    Shape::Object(&[("StartAfterUpdate", &Shape::Boolean), ("StopBeforeUpdate", &Shape::Boolean)], &[]);

fn check(policy: &Attribute<'_>, walker: &mut Walker<'_>, report: &mut Reporter<'_>) {
    let (node, place) = (policy.node, &policy.place);
    let shape = match policy.kind {
        Some("AWS::AutoScaling::AutoScalingGroup") => &GROUP_UPDATE,
        Some("AWS::Lambda::Alias") => &ALIAS_UPDATE,
        Some("AWS::Elasticsearch::Domain" | "AWS::OpenSearchService::Domain") => &DOMAIN_UPDATE,
        Some("AWS::ElastiCache::ReplicationGroup") => &CACHE_UPDATE,
        Some("AWS::AppStream::Fleet") => &FLEET_UPDATE,
        _ => {
            walker.depend(node, place);
            if !matches!(node, Node::Null) && !is_no_value(node) {
                let kind = text::shortened(policy.kind.unwrap_or("a resource without a type"));
                let message = format!("`UpdatePolicy` is not allowed for {kind}");
                report.at(place.to_path(), message).help("remove `UpdatePolicy`");
            }
            return;
        }
    };
    if report.selects(policy) {
        return;
    }
    let mut found = Findings::default();
    Shapes::new(policy.context, walker, &mut RULE.reporter(&mut found)).check(shape, node, place);
    if let Some((Function::If, _)) = Function::call(node) {
        // cfn-lint reports the whole policy, whatever the branch.
        let (place, if_call) = (place.to_path(), place.key(Function::If.name()).to_path());
        for finding in found.iter_mut().filter(|finding| finding.path.0.starts_with(&if_call.0)) {
            finding.path = place.clone();
        }
    }
    report.absorb(found);
    let has = |key: &str| node.get(key).is_some_and(|node| !is_no_value(node));
    if has("AutoScalingInstanceRefresh") && has("AutoScalingRollingUpdate") {
        let message = "`AutoScalingRollingUpdate` and `AutoScalingInstanceRefresh` exclude each other";
        report.at(place.key("AutoScalingRollingUpdate").to_path(), message).help("remove one of the two");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let resource =
            |kind: &str, policy: &str| format!("Resources: {{R: {{Type: {kind}, UpdatePolicy: {policy}}}}}\n");
        let message = "`UpdatePolicy` is not allowed for AWS::SQS::Queue";
        check(&RULE, &resource("AWS::SQS::Queue", "{}"), &[("Resources/R/UpdatePolicy", message)]);
        let alias = |policy: &str| resource("AWS::Lambda::Alias", policy);
        let names = "{CodeDeployLambdaAliasUpdate: {ApplicationName: a, DeploymentGroupName: !Ref Other}}";
        check(&RULE, &alias(names), &[]);
        check(
            &RULE,
            &alias("{CodeDeployLambdaAliasUpdate: {Application: a}}"),
            &[(
                "Resources/R/UpdatePolicy/CodeDeployLambdaAliasUpdate/Application",
                "`Application` is not allowed here",
            )],
        );
        let fleet = "{StopBeforeUpdate: true, StartAfterUpdate: true}";
        check(&RULE, &resource("AWS::AppStream::Fleet", fleet), &[]);
    }

    #[test]
    fn policies_of_groups() {
        let group = |policy: &str| {
            format!("Resources: {{G: {{Type: AWS::AutoScaling::AutoScalingGroup, UpdatePolicy: {policy}}}}}\n")
        };
        check(
            &RULE,
            &group("{AutoScalingRollingUpdate: {MaxBatchSize: 1}, AutoScalingInstanceRefresh: {Strategy: Rolling}}"),
            &[(
                "Resources/G/UpdatePolicy/AutoScalingRollingUpdate",
                "`AutoScalingRollingUpdate` and `AutoScalingInstanceRefresh` exclude each other",
            )],
        );
        check(
            &RULE,
            &group("{AutoScalingInstanceRefresh: {}}"),
            &[(
                "Resources/G/UpdatePolicy/AutoScalingInstanceRefresh",
                "`AutoScalingInstanceRefresh` needs the property `Strategy`",
            )],
        );
        let branches = format!(
            "Conditions: {{C: !Equals [!Ref AWS::Region, a]}}\n{}",
            group("!If [C, {Nope: 1}, !Ref AWS::NoValue]")
        );
        check(&RULE, &branches, &[("Resources/G/UpdatePolicy", "`Nope` is not allowed here")]);
    }
}
