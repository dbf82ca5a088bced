//! Resources of services that AWS will shut down.

use super::lifecycle;
use crate::rules::definition::{Entry, On, Reporter};

rule! {
    /// AWS will shut down the service of this resource. The dates come from AWS's list of such services.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Mesh:
    ///     Type: AWS::AppMesh::Mesh
    ///     Properties:
    ///       MeshName: main
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Services:
    ///     Type: AWS::ECS::Cluster
    ///     Properties:
    ///       ClusterName: main
    /// ```
    W3696: warning "resource of a service that will be shut down",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    lifecycle::report(entry, "sunset", "is to be shut down", "on", report);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let message = "the service of AWS::AppMesh::Mesh is to be shut down on 2026-09-30";
        check(&RULE, "Resources: {M: {Type: AWS::AppMesh::Mesh}}\n", &[("Resources/M/Properties", message)]);
        let message = "the service of AWS::WAFRegional::WebACL is to be shut down";
        check(&RULE, "Resources: {W: {Type: AWS::WAFRegional::WebACL}}\n", &[("Resources/W/Properties", message)]);
    }
}
