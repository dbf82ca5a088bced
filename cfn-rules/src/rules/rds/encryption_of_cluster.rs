//! Instances that are encrypted in another way than their cluster.

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// `StorageEncrypted` of an instance must be that of its cluster, or be left out.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Cluster:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///   Instance:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       DBInstanceClass: db.t4g.medium
    ///       DBClusterIdentifier:
    ///         Ref: Cluster
    ///       Engine: aurora-mysql
    ///       StorageEncrypted: true
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Cluster:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       StorageEncrypted: true
    ///   Instance:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       DBInstanceClass: db.t4g.medium
    ///       DBClusterIdentifier:
    ///         Ref: Cluster
    ///       Engine: aurora-mysql
    ///       StorageEncrypted: true
    /// ```
    E3709: error "database instance with another encryption than its cluster",
    on: On::Resource(&["AWS::RDS::DBInstance"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("DBClusterIdentifier") {
        let Some((_, cluster)) = look.target(&reference, "AWS::RDS::DBCluster") else { continue };
        let own = look.beside(&reference, "StorageEncrypted");
        let other = cluster.first(look.context, "StorageEncrypted").boolean(false);
        if let (Some(_), Some(encrypted), Some(other)) = (own.node, own.boolean(false), other)
            && encrypted != other
        {
            let message = format!("`StorageEncrypted` must be that of the cluster, {other}, got {encrypted}");
            report.at(look.path(&own.steps), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |own: &str, cluster: &str| {
            format!(
                "Resources:\n  I: {{Type: AWS::RDS::DBInstance, Properties: {{DBClusterIdentifier: !Ref C{own}}}}}\n  C: {{Type: AWS::RDS::DBCluster, Properties: {{Engine: aurora-mysql{cluster}}}}}\n"
            )
        };
        let message = "`StorageEncrypted` must be that of the cluster, false, got true";
        let place = "Resources/I/Properties/StorageEncrypted";
        check(&RULE, &template(", StorageEncrypted: true", ""), &[(place, message)]);
        check(&RULE, &template(", StorageEncrypted: true", ", StorageEncrypted: true"), &[]);
        check(&RULE, &template("", ", StorageEncrypted: true"), &[]);
    }
}
