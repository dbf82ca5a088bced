//! Resources of services that AWS no longer develops.

use super::lifecycle;
use crate::rules::definition::{Entry, On, Reporter};

rule! {
    /// The service of this resource gets no new features, and new customers may have no access to it. The dates come
    /// from AWS's list of such services.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Launch:
    ///     Type: AWS::AutoScaling::LaunchConfiguration
    ///     Properties:
    ///       ImageId: ami-0123456789abcdef0
    ///       InstanceType: t4g.micro
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Launch:
    ///     Type: AWS::EC2::LaunchTemplate
    ///     Properties:
    ///       LaunchTemplateData:
    ///         ImageId: ami-0123456789abcdef0
    ///         InstanceType: t4g.micro
    /// ```
    W3697: warning "resource of a service in maintenance mode",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    lifecycle::report(entry, "maintenance", "is in maintenance mode", "since", report);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let message = "the service of AWS::AutoScaling::LaunchConfiguration is in maintenance mode since 2024-10-01";
        let launch = "Resources: {L: {Type: AWS::AutoScaling::LaunchConfiguration}}\n";
        check(&RULE, launch, &[("Resources/L/Properties", message)]);
        check(&RULE, "Resources: {Q: {Type: AWS::SQS::Queue}}\n", &[]);
    }
}
