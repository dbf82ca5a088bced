//! Instances with another engine than their cluster.

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// `Engine` of an instance must be the engine of its cluster.
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
    ///       Engine: aurora-postgresql
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
    ///   Instance:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       DBInstanceClass: db.t4g.medium
    ///       DBClusterIdentifier:
    ///         Ref: Cluster
    ///       Engine: aurora-mysql
    /// ```
    E3707: error "database instance with another engine than its cluster",
    on: On::Resource(&["AWS::RDS::DBInstance"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("DBClusterIdentifier") {
        let Some((_, cluster)) = look.target(&reference, "AWS::RDS::DBCluster") else { continue };
        let (own, other) = (look.beside(&reference, "Engine"), cluster.first(look.context, "Engine"));
        if let (Some(engine), Some(wanted)) = (own.text(), other.text())
            && engine != wanted
        {
            let message = format!("`Engine` must be that of the cluster, `{wanted}`, got `{engine}`");
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
        let template = |engine: &str| {
            format!(
                "Resources:\n  I: {{Type: AWS::RDS::DBInstance, Properties: {{DBClusterIdentifier: !Ref C, Engine: {engine}}}}}\n  C: {{Type: AWS::RDS::DBCluster, Properties: {{Engine: aurora-mysql}}}}\n"
            )
        };
        let message = "`Engine` must be that of the cluster, `aurora-mysql`, got `aurora-postgresql`";
        check(&RULE, &template("aurora-postgresql"), &[("Resources/I/Properties/Engine", message)]);
        check(&RULE, &template("aurora-mysql"), &[]);
    }
}
