//! EC2 health checks of a group, combined with others.

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// The health check type of an Auto Scaling group is a list. `EC2` cannot be combined with others: an instance has
    /// its EC2 health checks anyway.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::AutoScaling::AutoScalingGroup
    ///     Properties:
    ///       MinSize: '1'
    ///       MaxSize: '4'
    ///       LaunchTemplate:
    ///         LaunchTemplateId: lt-01234567
    ///         Version: '1'
    ///       HealthCheckType: EC2,ELB
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::AutoScaling::AutoScalingGroup
    ///     Properties:
    ///       MinSize: '1'
    ///       MaxSize: '4'
    ///       LaunchTemplate:
    ///         LaunchTemplateId: lt-01234567
    ///         Version: '1'
    ///       HealthCheckType: ELB
    /// ```
    E3056: error "EC2 health check combined with others",
    on: On::Resource(&["AWS::AutoScaling::AutoScalingGroup"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for (value, text) in look.strings("HealthCheckType") {
        if text.contains(',') && text.split(',').any(|part| part.trim() == "EC2") {
            let message = format!("`HealthCheckType` must not combine `EC2` with others, got `{text}`");
            report.at(look.path(&value.steps), message).actual(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let group = |kind: &str| {
            format!(
                "Resources: {{G: {{Type: AWS::AutoScaling::AutoScalingGroup, Properties: {{MinSize: '1', MaxSize: '1', HealthCheckType: '{kind}'}}}}}}\n"
            )
        };
        let place = "Resources/G/Properties/HealthCheckType";
        for kind in ["EC2,ELB", "ELB, EC2"] {
            let message = format!("`HealthCheckType` must not combine `EC2` with others, got `{kind}`");
            check(&RULE, &group(kind), &[(place, &message)]);
        }
        check(&RULE, &group("EC2"), &[]);
        check(&RULE, &group("ELB,VPC_LATTICE"), &[]);
    }
}
