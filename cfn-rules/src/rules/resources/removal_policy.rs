//! The values of `DeletionPolicy` and `UpdateReplacePolicy`.

use cfn_model::{Function, Node, Severity};

use crate::{
    facts::{place::Place, suggest, text, values::results},
    rules::{
        definition::{Attribute, Reporter},
        functions::{self, Kind, Scope, Walker},
        shape::branches,
    },
};

/// The types of which CloudFormation takes snapshots.
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

/// Reports a policy that is not one of these, and not `Snapshot` where the type supports it.
pub(super) fn check(
    policy: &Attribute<'_>,
    known: &[&'static str],
    walker: &mut Walker<'_>,
    report: &mut Reporter<'_>,
) {
    let Some(kind) = policy.kind else { return };
    let snapshot = SNAPSHOTS.contains(&kind).then_some("Snapshot");
    let known: Vec<&str> = known.iter().copied().chain(snapshot).collect();
    let mut policies = Policies { policy, known, walker, report };
    policies.check(policy.node, &policy.place);
}

struct Policies<'p, 'a, 'c, 'r> {
    policy: &'p Attribute<'a>,
    known: Vec<&'static str>,
    walker: &'p mut Walker<'c>,
    report: &'p mut Reporter<'r>,
}

impl Policies<'_, '_, '_, '_> {
    fn check(&mut self, node: &Node, place: &Place<'_>) {
        let context = self.policy.context;
        let scope = Scope::VALUE.causing(self.report.rule);
        match (Function::call(node), node) {
            (Some((Function::If, argument)), _) => {
                let place = place.key(Function::If.name());
                for (index, branch) in branches(context, self.walker, argument, &place, scope) {
                    self.check(branch, &place.index(index));
                }
            }
            (
                Some((function @ (Function::Ref | Function::Sub | Function::Select | Function::FindInMap), argument)),
                _,
            ) => {
                if functions::result(context, function, argument) == Kind::List {
                    self.report.under(functions::rule(function)).must_be(place, "a single value", node);
                    return;
                }
                let mark = self.walker.mark();
                self.walker.walk(node, place, scope);
                if self.walker.since(mark).iter().all(|finding| finding.rule.severity != Severity::Error) {
                    self.results(function, node, &place.key(function.name()));
                }
            }
            (_, Node::String(policy)) if self.known.contains(&policy.as_str()) => {}
            // A dynamic reference is resolved later.
            (_, Node::String(text)) if text.contains("{{resolve:") => self.walker.walk(node, place, scope),
            (Some((Function::Transform, _)), _) => {}
            (_, other) => {
                let help = other.as_str().and_then(|given| suggest::did_you_mean(given, self.known.iter().copied()));
                let expected = text::listed(self.known.iter().copied(), "or");
                self.report.must_be(place, &expected, other).help_if(help);
            }
        }
    }

    /// Reports a call none of whose known results is allowed.
    fn results(&mut self, function: Function, node: &Node, place: &Place<'_>) {
        let Some(rule) = functions::rule_of_result(function) else { return };
        let values = results(self.policy.context, node, &[]);
        let fits = |node: &Node| node.as_str().is_some_and(|given| self.known.contains(&given));
        if values.iter().any(|value| !value.is_chosen() && fits(&value.node)) {
            return;
        }
        if let Some(value) = values.iter().find(|value| !fits(&value.node)) {
            let expected = text::listed(self.known.iter().copied(), "or");
            self.report.under(rule).must_be(place, &expected, &value.node);
        }
    }
}
