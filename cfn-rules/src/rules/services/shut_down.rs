//! Resources of services that AWS has shut down.

use super::lifecycle;
use crate::rules::definition::{Entry, On, Reporter};

rule! {
    /// AWS has shut down the service of this resource, and a stack with it can no longer be created. The dates come
    /// from AWS's list of such services.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Trial:
    ///     Type: AWS::Evidently::Project
    ///     Properties:
    ///       Name: trial
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Trial:
    ///     Type: AWS::AppConfig::Application
    ///     Properties:
    ///       Name: trial
    /// ```
    E3710: error "resource of a service that has been shut down",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    lifecycle::report(entry, "shutdown", "was shut down", "on", report);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let message = "the service of AWS::Evidently::Project was shut down on 2025-10-17";
        let project = "Resources: {P: {Type: AWS::Evidently::Project, Properties: {Name: a}}}\n";
        check(&RULE, project, &[("Resources/P/Properties", message)]);
        check(&RULE, "Resources: {Q: {Type: AWS::SQS::Queue}}\n", &[]);
    }
}
