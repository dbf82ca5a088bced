//! Replica modes of engines without any.

use cfn_model::Node;

use crate::{
    facts::values::Step,
    rules::{
        definition::{On, Reporter},
        values::{Look, property},
    },
};

rule! {
    /// Only Oracle and Db2 have replica modes. RDS ignores `ReplicaMode` on other engines.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       Engine: mysql
    ///       DBInstanceClass: db.t4g.micro
    ///       AllocatedStorage: '20'
    ///       ReplicaMode: mounted
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBInstance
    ///     Properties:
    ///       Engine: mysql
    ///       DBInstanceClass: db.t4g.micro
    ///       AllocatedStorage: '20'
    /// ```
    W3699: warning "replica mode on an engine that ignores it",
    on: On::Resource(&["AWS::RDS::DBInstance"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    let Some(engine) = property(&look.root, "Engine").and_then(Node::as_str) else { return };
    let has_modes = ["oracle", "custom-oracle", "db2"];
    let has_modes = has_modes.iter().any(|known| engine.to_ascii_lowercase().starts_with(known));
    if !has_modes && property(&look.root, "ReplicaMode").is_some() {
        let message = format!("`ReplicaMode` is ignored where `Engine` is `{engine}`");
        report.at(look.path(&[Step::Key("ReplicaMode")]), message);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let database = |engine: &str| {
            format!(
                "Resources: {{D: {{Type: AWS::RDS::DBInstance, Properties: {{Engine: {engine}, ReplicaMode: mounted}}}}}}\n"
            )
        };
        let place = "Resources/D/Properties/ReplicaMode";
        check(&RULE, &database("mysql"), &[(place, "`ReplicaMode` is ignored where `Engine` is `mysql`")]);
        check(&RULE, &database("oracle-ee"), &[]);
    }
}
