//! Listener rules with target groups of a gateway load balancer.

use crate::{
    facts::values::path,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// A target group with the protocol `GENEVE` belongs to a gateway load balancer, whose listeners have no rules.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Group:
    ///     Type: AWS::ElasticLoadBalancingV2::TargetGroup
    ///     Properties:
    ///       Protocol: GENEVE
    ///       Port: 6081
    ///       VpcId: vpc-01234567
    ///   Rule:
    ///     Type: AWS::ElasticLoadBalancingV2::ListenerRule
    ///     Properties:
    ///       ListenerArn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2
    ///       Priority: 1
    ///       Conditions:
    ///         - Field: path-pattern
    ///           Values:
    ///             - /jobs
    ///       Actions:
    ///         - Type: forward
    ///           TargetGroupArn:
    ///             Ref: Group
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Group:
    ///     Type: AWS::ElasticLoadBalancingV2::TargetGroup
    ///     Properties:
    ///       Protocol: HTTP
    ///       Port: 80
    ///       VpcId: vpc-01234567
    ///   Rule:
    ///     Type: AWS::ElasticLoadBalancingV2::ListenerRule
    ///     Properties:
    ///       ListenerArn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2
    ///       Priority: 1
    ///       Conditions:
    ///         - Field: path-pattern
    ///           Values:
    ///             - /jobs
    ///       Actions:
    ///         - Type: forward
    ///           TargetGroupArn:
    ///             Ref: Group
    /// ```
    E3711: error "listener rule with a GENEVE target group",
    on: On::Resource(&["AWS::ElasticLoadBalancingV2::ListenerRule"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("Actions/*/TargetGroupArn") {
        let Some((id, group)) = look.target(&reference, "AWS::ElasticLoadBalancingV2::TargetGroup") else { continue };
        let protocol = group.first(look.context, "Protocol");
        if protocol.text() == Some("GENEVE") {
            let message = format!("a target group of the rule `{}` must not have the protocol `GENEVE`", look.id);
            report.at(path(id, &protocol.steps), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |protocol: &str| {
            format!(
                "Resources:\n  R: {{Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {{Actions: [{{Type: forward, TargetGroupArn: !Ref G}}]}}}}\n  G: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {{Protocol: {protocol}}}}}\n"
            )
        };
        let message = "a target group of the rule `R` must not have the protocol `GENEVE`";
        check(&RULE, &template("GENEVE"), &[("Resources/G/Properties/Protocol", message)]);
        check(&RULE, &template("HTTP"), &[]);
    }
}
