//! The policies of a resource: what happens on creation, on an update, on replacement and on deletion.

use super::{Sections, shape::Shape};
use crate::{
    Function, Node,
    validate::{Rule, functions::Scope, place::Place, rules, suggest, text},
};

/// The types of which CloudFormation can keep a snapshot.
const SNAPSHOTS: [&str; 8] = [
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
];

const PERCENT: Shape = Shape::Int(0, 100);
const COUNT: Shape = Shape::Int(i64::MIN, i64::MAX);
const TWO_DAYS: Shape = Shape::Int(0, 172_800);

const SIGNAL: Shape = Shape::Object(&[("Count", &COUNT), ("Timeout", &Shape::Text)], &[]);
const GROUP_CREATION: Shape = Shape::Object(
    &[
        ("AutoScalingCreationPolicy", &Shape::Object(&[("MinSuccessfulInstancesPercent", &COUNT)], &[])),
        ("ResourceSignal", &SIGNAL),
    ],
    &[],
);
const WAIT_CREATION: Shape = Shape::Object(&[("ResourceSignal", &SIGNAL)], &[]);
const FLEET_CREATION: Shape = Shape::Object(&[("StartFleet", &Shape::Flag)], &[]);

const REFRESH: Shape = Shape::Object(
    &[
        (
            "Preferences",
            &Shape::Object(
                &[
                    ("AlarmSpecification", &Shape::Object(&[("Alarms", &Shape::List(&Shape::Text))], &[])),
                    ("BakeTime", &TWO_DAYS),
                    ("CheckpointDelay", &TWO_DAYS),
                    ("CheckpointPercentages", &Shape::List(&COUNT)),
                    ("InstanceWarmup", &Shape::Int(0, i64::MAX)),
                    ("MaxHealthyPercentage", &Shape::Int(100, 200)),
                    ("MinHealthyPercentage", &PERCENT),
                    ("ScaleInProtectedInstances", &Shape::OneOf(&["Ignore", "Refresh", "Wait"])),
                    ("SkipMatching", &Shape::Flag),
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
        ("PauseTime", &Shape::Text),
        ("SuspendProcesses", &Shape::List(&PROCESSES)),
        ("WaitOnResourceSignals", &Shape::Flag),
    ],
    &[],
);
const SCHEDULED: Shape = Shape::Object(&[("IgnoreUnmodifiedGroupSizeProperties", &Shape::Flag)], &[]);
const GROUP_UPDATE: Shape = Shape::Object(
    &[
        ("AutoScalingInstanceRefresh", &REFRESH),
        ("AutoScalingReplacingUpdate", &Shape::Object(&[("WillReplace", &Shape::Flag)], &[])),
        ("AutoScalingRollingUpdate", &ROLLING),
        ("AutoScalingScheduledAction", &SCHEDULED),
    ],
    &[],
);
const DEPLOYMENT: Shape = Shape::Object(
    &[
        ("AfterAllowTrafficHook", &Shape::Text),
        ("ApplicationName", &Shape::Text),
        ("BeforeAllowTrafficHook", &Shape::Text),
        ("DeploymentGroupName", &Shape::Text),
    ],
    &[],
);
const ALIAS_UPDATE: Shape = Shape::Object(&[("CodeDeployLambdaAliasUpdate", &DEPLOYMENT)], &[]);
const DOMAIN_UPDATE: Shape = Shape::Object(&[("EnableVersionUpgrade", &Shape::Flag)], &[]);
const CACHE_UPDATE: Shape = Shape::Object(&[("UseOnlineResharding", &Shape::Flag)], &[]);
const FLEET_STATE: Shape = Shape::Object(&[("Type", &Shape::Flag)], &[]);
const FLEET_UPDATE: Shape =
    Shape::Object(&[("StartAfterUpdate", &FLEET_STATE), ("StopBeforeUpdate", &FLEET_STATE)], &[]);

impl Sections<'_> {
    pub(super) fn creation_policy(&mut self, kind: &str, node: &Node, place: &Place<'_>) {
        let shape = match kind {
            "AWS::AutoScaling::AutoScalingGroup" => &GROUP_CREATION,
            "AWS::CloudFormation::WaitCondition" => &WAIT_CREATION,
            "AWS::AppStream::Fleet" => &FLEET_CREATION,
            _ => return,
        };
        self.shape(&rules::E3055, shape, node, place);
    }

    pub(super) fn update_policy(&mut self, kind: &str, node: &Node, place: &Place<'_>) {
        let shape = match kind {
            "AWS::AutoScaling::AutoScalingGroup" => &GROUP_UPDATE,
            "AWS::Lambda::Alias" => &ALIAS_UPDATE,
            "AWS::Elasticsearch::Domain" | "AWS::OpenSearchService::Domain" => &DOMAIN_UPDATE,
            "AWS::ElastiCache::ReplicationGroup" => &CACHE_UPDATE,
            "AWS::AppStream::Fleet" => &FLEET_UPDATE,
            _ => {
                let message = format!("`UpdatePolicy` is not for {kind}");
                self.fail(&rules::E3016, place, message).help = Some("remove `UpdatePolicy`".to_owned());
                return;
            }
        };
        self.shape(&rules::E3016, shape, node, place);
        let has = |key: &str| node.get(key).is_some();
        if has("AutoScalingInstanceRefresh") && has("AutoScalingRollingUpdate") {
            let place = place.key("AutoScalingRollingUpdate");
            let message = "`AutoScalingRollingUpdate` must not be together with `AutoScalingInstanceRefresh`";
            self.fail(&rules::E3016, &place, message);
        }
    }

    /// `DeletionPolicy` or `UpdateReplacePolicy`.
    pub(super) fn removal_policy(&mut self, rule: &'static Rule, kind: &str, node: &Node, place: &Place<'_>) {
        let mut known = vec!["Delete", "Retain"];
        if std::ptr::eq(rule, &rules::E3035) {
            known.push("RetainExceptOnCreate");
        }
        if SNAPSHOTS.contains(&kind) {
            known.push("Snapshot");
        }
        match (Function::call(node), node) {
            (Some((Function::If, Node::Array(parts))), _) if parts.len() == 3 => {
                let place = place.key(Function::If.name());
                for (index, branch) in parts.iter().enumerate().skip(1) {
                    self.removal_policy(rule, kind, branch, &place.index(index));
                }
            }
            (Some((Function::Ref | Function::Sub | Function::Select | Function::FindInMap, _)), _) => {
                self.walker.walk(node, place, Scope::VALUE.with_code(rule));
            }
            (_, Node::String(policy)) if known.contains(&policy.as_str()) => {}
            (_, Node::Null) => {}
            (_, other) => {
                let help = other.as_str().and_then(|given| suggest::did_you_mean(given, known.iter().copied()));
                let expected = text::listed(known.iter().copied(), "or");
                self.wrong_with_help(rule, place, &expected, other, help);
            }
        }
    }
}
