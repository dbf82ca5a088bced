//! Groups that track a target and cannot change their size.

use crate::{
    facts::values::path,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// A target tracking policy changes the size of its group, which is impossible where `MinSize` and `MaxSize` are
    /// equal.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Group:
    ///     Type: AWS::AutoScaling::AutoScalingGroup
    ///     Properties:
    ///       MinSize: '1'
    ///       MaxSize: '1'
    ///       LaunchTemplate:
    ///         LaunchTemplateId: lt-01234567
    ///         Version: '1'
    ///   Policy:
    ///     Type: AWS::AutoScaling::ScalingPolicy
    ///     Properties:
    ///       AutoScalingGroupName:
    ///         Ref: Group
    ///       PolicyType: TargetTrackingScaling
    ///       TargetTrackingConfiguration:
    ///         TargetValue: 50
    ///         PredefinedMetricSpecification:
    ///           PredefinedMetricType: ASGAverageCPUUtilization
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Group:
    ///     Type: AWS::AutoScaling::AutoScalingGroup
    ///     Properties:
    ///       MinSize: '1'
    ///       MaxSize: '4'
    ///       LaunchTemplate:
    ///         LaunchTemplateId: lt-01234567
    ///         Version: '1'
    ///   Policy:
    ///     Type: AWS::AutoScaling::ScalingPolicy
    ///     Properties:
    ///       AutoScalingGroupName:
    ///         Ref: Group
    ///       PolicyType: TargetTrackingScaling
    ///       TargetTrackingConfiguration:
    ///         TargetValue: 50
    ///         PredefinedMetricSpecification:
    ///           PredefinedMetricType: ASGAverageCPUUtilization
    /// ```
    E3712: error "target tracking on a group of a fixed size",
    on: On::Resource(&["AWS::AutoScaling::ScalingPolicy"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("AutoScalingGroupName") {
        let Some((id, group)) = look.target(&reference, "AWS::AutoScaling::AutoScalingGroup") else { continue };
        let [least, most] = ["MinSize", "MaxSize"].map(|name| group.first(look.context, name));
        if look.beside(&reference, "PolicyType").text() == Some("TargetTrackingScaling")
            && let (Some(least), Some(size)) = (least.number(), most.number())
            && size <= least
        {
            let message =
                format!("`MaxSize` must be more than `MinSize`, {least}, for a target tracking policy, got {size}");
            report.at(path(id, &most.steps), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |kind: &str, most: u8| {
            format!(
                "Resources:\n  G: {{Type: AWS::AutoScaling::AutoScalingGroup, Properties: {{MinSize: '2', MaxSize: '{most}'}}}}\n  P: {{Type: AWS::AutoScaling::ScalingPolicy, Properties: {{AutoScalingGroupName: !Ref G, PolicyType: {kind}}}}}\n"
            )
        };
        let message = "`MaxSize` must be more than `MinSize`, 2, for a target tracking policy, got 2";
        check(&RULE, &template("TargetTrackingScaling", 2), &[("Resources/G/Properties/MaxSize", message)]);
        check(&RULE, &template("TargetTrackingScaling", 3), &[]);
        check(&RULE, &template("StepScaling", 2), &[]);
    }
}
