//! The policies of a resource: what happens on creation, on an update, on replacement and on deletion.

use cfn_model::{Function, Node, Rule, Severity};

use super::{Sections, shape::Shape};
use crate::{
    codes as rules,
    facts::{
        place::Place,
        suggest, text,
        values::{is_no_value, results},
    },
    rules::functions::{self, Kind, Scope},
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
                    ("AlarmSpecification", &Shape::Object(&[("Alarms", &Shape::List(10, &Shape::Text))], &[])),
                    ("BakeTime", &TWO_DAYS),
                    ("CheckpointDelay", &TWO_DAYS),
                    ("CheckpointPercentages", &Shape::List(usize::MAX, &COUNT)),
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
        ("SuspendProcesses", &Shape::List(usize::MAX, &PROCESSES)),
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
const ALIAS_UPDATE: Shape = Shape::Open(&[("CodeDeployLambdaAliasUpdate", &DEPLOYMENT)]);
const DOMAIN_UPDATE: Shape = Shape::Object(&[("EnableVersionUpgrade", &Shape::Flag)], &[]);
const CACHE_UPDATE: Shape = Shape::Object(&[("UseOnlineResharding", &Shape::Flag)], &[]);
const FLEET_UPDATE: Shape =
    Shape::Object(&[("StartAfterUpdate", &Shape::Flag), ("StopBeforeUpdate", &Shape::Flag)], &[]);

impl Sections<'_> {
    pub(super) fn creation_policy(&mut self, kind: &str, node: &Node, place: &Place<'_>) {
        let shape = match kind {
            "AWS::AutoScaling::AutoScalingGroup" => &GROUP_CREATION,
            "AWS::CloudFormation::WaitCondition" => &WAIT_CREATION,
            "AWS::AppStream::Fleet" => &FLEET_CREATION,
            // Nobody says what it has to be.
            _ => {
                self.walker.depend(node, place);
                if !self.selects(&rules::E3055, node, place)
                    && Function::call(node).is_some_and(|(function, _)| function != Function::FindInMap)
                {
                    self.walker.walk(node, place, Scope::VALUE.causing(&rules::E3055));
                }
                return;
            }
        };
        if !self.selects(&rules::E3055, node, place) {
            self.shape(&rules::E3055, shape, node, place);
        }
    }

    pub(super) fn update_policy(&mut self, kind: Option<&str>, node: &Node, place: &Place<'_>) {
        let shape = match kind {
            Some("AWS::AutoScaling::AutoScalingGroup") => &GROUP_UPDATE,
            Some("AWS::Lambda::Alias") => &ALIAS_UPDATE,
            Some("AWS::Elasticsearch::Domain" | "AWS::OpenSearchService::Domain") => &DOMAIN_UPDATE,
            Some("AWS::ElastiCache::ReplicationGroup") => &CACHE_UPDATE,
            Some("AWS::AppStream::Fleet") => &FLEET_UPDATE,
            _ => {
                self.walker.depend(node, place);
                if !matches!(node, Node::Null) && !is_no_value(node) {
                    let kind = kind.unwrap_or("a resource without a type");
                    let message = format!("`UpdatePolicy` is not for {}", text::shortened(kind));
                    self.fail(&rules::E3016, place, message).help = Some("remove `UpdatePolicy`".to_owned());
                }
                return;
            }
        };
        if self.selects(&rules::E3016, node, place) {
            return;
        }
        let found = self.findings.len();
        self.shape(&rules::E3016, shape, node, place);
        if let Some((Function::If, _)) = Function::call(node) {
            // Which branch it is makes no difference to what cfn-lint calls the place.
            let (place, if_call) = (place.to_path(), place.key(Function::If.name()).to_path());
            for finding in self.findings[found..].iter_mut().filter(|finding| finding.path.0.starts_with(&if_call.0)) {
                finding.path = place.clone();
            }
        }
        let has = |key: &str| node.get(key).is_some_and(|node| !is_no_value(node));
        if has("AutoScalingInstanceRefresh") && has("AutoScalingRollingUpdate") {
            let place = place.key("AutoScalingRollingUpdate");
            let message = "`AutoScalingRollingUpdate` must not be together with `AutoScalingInstanceRefresh`";
            self.fail(&rules::E3016, &place, message);
        }
    }

    /// Reports `Fn::Select` in the place of a policy: without the language extensions CloudFormation wants the object.
    fn selects(&mut self, rule: &'static Rule, node: &Node, place: &Place<'_>) -> bool {
        let is_select = matches!(Function::call(node), Some((Function::Select, _)));
        let is_wrong = is_select && !self.context.transforms.language_extensions;
        if is_wrong {
            self.wrong(rule, place, "an object", node);
        }
        is_wrong
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
        self.one_of(rule, &known, node, place);
    }

    fn one_of(&mut self, rule: &'static Rule, known: &[&str], node: &Node, place: &Place<'_>) {
        let scope = Scope::VALUE.causing(rule);
        match (Function::call(node), node) {
            (Some((Function::If, argument)), _) => {
                let place = place.key(Function::If.name());
                for (index, branch) in self.branches(argument, &place, scope) {
                    self.one_of(rule, known, branch, &place.index(index));
                }
            }
            (
                Some((function @ (Function::Ref | Function::Sub | Function::Select | Function::FindInMap), argument)),
                _,
            ) => {
                if functions::result(self.context, function, argument) == Kind::List {
                    return self.wrong(functions::rule(function), place, "a single value", node);
                }
                let mark = self.walker.mark();
                self.walker.walk(node, place, scope);
                if self.walker.since(mark).iter().all(|finding| finding.rule.severity != Severity::Error) {
                    self.one_of_results(function, known, node, &place.key(function.name()));
                }
            }
            (_, Node::String(policy)) if known.contains(&policy.as_str()) => {}
            // What stands there is not known yet.
            (_, Node::String(text)) if text.contains("{{resolve:") => self.walker.walk(node, place, scope),
            (Some((Function::Transform, _)), _) => {}
            (_, other) => {
                let help = other.as_str().and_then(|given| suggest::did_you_mean(given, known.iter().copied()));
                let expected = text::listed(known.iter().copied(), "or");
                self.wrong_with_help(rule, place, &expected, other, help);
            }
        }
    }

    /// What a call gives is one of these texts too, as far as that is known.
    fn one_of_results(&mut self, function: Function, known: &[&str], node: &Node, place: &Place<'_>) {
        let Some(rule) = functions::rule_of_result(function) else { return };
        let values = results(self.context, node, &[]);
        let fits = |node: &Node| node.as_str().is_some_and(|given| known.contains(&given));
        if values.iter().any(|value| !value.is_chosen() && fits(&value.node)) {
            return;
        }
        if let Some(value) = values.iter().find(|value| !fits(&value.node)) {
            let expected = text::listed(known.iter().copied(), "or");
            self.wrong(rule, place, &expected, &value.node);
        }
    }
}
