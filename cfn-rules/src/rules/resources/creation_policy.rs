//! `CreationPolicy`: the signals that CloudFormation waits for.

use cfn_model::Function;

use crate::rules::{
    definition::{Attribute, On, Reporter},
    functions::{Scope, Walker},
    shape::{Shape, Shapes},
};

rule! {
    /// `CreationPolicy` makes CloudFormation wait for signals of an instance, an Auto Scaling group or a wait
    /// condition, or for the start of an AppStream fleet. Other types have none.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Ready:
    ///     Type: AWS::CloudFormation::WaitCondition
    ///     CreationPolicy:
    ///       ResourceSignal:
    ///         Count: one
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Ready:
    ///     Type: AWS::CloudFormation::WaitCondition
    ///     CreationPolicy:
    ///       ResourceSignal:
    ///         Count: 1
    /// ```
    E3055: error "invalid creation policy",
    on: On::Attribute("CreationPolicy", check),
}

const COUNT: Shape = Shape::Int(i64::MIN, i64::MAX);
const SIGNAL: Shape = Shape::Object(&[("Count", &COUNT), ("Timeout", &Shape::String)], &[]);
const GROUP_CREATION: Shape = Shape::Object(
    &[
        ("AutoScalingCreationPolicy", &Shape::Object(&[("MinSuccessfulInstancesPercent", &COUNT)], &[])),
        ("ResourceSignal", &SIGNAL),
    ],
    &[],
);
const WAIT_CREATION: Shape = Shape::Object(&[("ResourceSignal", &SIGNAL)], &[]);
const FLEET_CREATION: Shape = Shape::Object(&[("StartFleet", &Shape::Boolean)], &[]);

fn check(policy: &Attribute<'_>, walker: &mut Walker<'_>, report: &mut Reporter<'_>) {
    let Some(kind) = policy.kind else { return };
    let shape = match kind {
        "AWS::AutoScaling::AutoScalingGroup" => Some(&GROUP_CREATION),
        "AWS::CloudFormation::WaitCondition" => Some(&WAIT_CREATION),
        "AWS::AppStream::Fleet" => Some(&FLEET_CREATION),
        _ => None,
    };
    if shape.is_none() {
        walker.depend(policy.node, &policy.place);
    }
    if report.selects(policy) {
        return;
    }
    let is_call = Function::call(policy.node).is_some_and(|(function, _)| function != Function::FindInMap);
    match shape {
        Some(shape) => Shapes::new(policy.context, walker, report).check(shape, policy.node, &policy.place),
        // Nobody documents the policy of another type.
        None if is_call => walker.walk(policy.node, &policy.place, Scope::VALUE.causing(report.rule)),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let resource =
            |kind: &str, policy: &str| format!("Resources: {{R: {{Type: {kind}, CreationPolicy: {policy}}}}}\n");
        let wait = "AWS::CloudFormation::WaitCondition";
        check(&RULE, &resource(wait, "{ResourceSignal: {Count: 3, Timeout: PT5M}}"), &[]);
        check(
            &RULE,
            &resource(wait, "{ResourceSignal: {Count: x}}"),
            &[("Resources/R/CreationPolicy/ResourceSignal/Count", "`Count` must be an integer, got \"x\"")],
        );
        check(
            &RULE,
            &resource("AWS::SQS::Queue", "!Select [0, [a]]"),
            &[("Resources/R/CreationPolicy", "`CreationPolicy` must be an object, got `Fn::Select`")],
        );
        check(&RULE, &resource("AWS::AppStream::Fleet", "{StartFleet: true}"), &[]);
    }
}
