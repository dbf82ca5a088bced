//! Groups whose largest size is below the smallest.

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// `MaxSize` of an Auto Scaling group must be at least `MinSize`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::AutoScaling::AutoScalingGroup
    ///     Properties:
    ///       MinSize: '1'
    ///       MaxSize: '0'
    ///       LaunchTemplate:
    ///         LaunchTemplateId: lt-01234567
    ///         Version: '1'
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
    /// ```
    E3706: error "Auto Scaling group with a maximum size below its minimum",
    on: On::Resource(&["AWS::AutoScaling::AutoScalingGroup"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    let [least, most] = ["MinSize", "MaxSize"].map(|name| look.root.first(look.context, name));
    if let (Some(least), Some(size)) = (least.number(), most.number())
        && size < least
    {
        let message = format!("`MaxSize` must be at least `MinSize`, {least}, got {size}");
        report.at(look.path(&most.steps), message);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let group = |most: u8| {
            format!(
                "Resources: {{G: {{Type: AWS::AutoScaling::AutoScalingGroup, Properties: {{MinSize: '2', MaxSize: '{most}'}}}}}}\n"
            )
        };
        let message = "`MaxSize` must be at least `MinSize`, 2, got 1";
        check(&RULE, &group(1), &[("Resources/G/Properties/MaxSize", message)]);
        check(&RULE, &group(2), &[]);
    }
}
