//! Replication groups in cluster mode that cannot fail over.

use cfn_model::Function;

use crate::{
    facts::values::Step,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// A replication group whose parameter group switches cluster mode on (`cluster-enabled: yes`) needs
    /// `AutomaticFailoverEnabled` and more than one node.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Parameters:
    ///     Type: AWS::ElastiCache::ParameterGroup
    ///     Properties:
    ///       CacheParameterGroupFamily: redis7
    ///       Description: cluster mode
    ///       Properties:
    ///         cluster-enabled: 'yes'
    ///   Group:
    ///     Type: AWS::ElastiCache::ReplicationGroup
    ///     Properties:
    ///       ReplicationGroupDescription: cache
    ///       CacheParameterGroupName:
    ///         Ref: Parameters
    ///       AutomaticFailoverEnabled: false
    ///       NumNodeGroups: 2
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Parameters:
    ///     Type: AWS::ElastiCache::ParameterGroup
    ///     Properties:
    ///       CacheParameterGroupFamily: redis7
    ///       Description: cluster mode
    ///       Properties:
    ///         cluster-enabled: 'yes'
    ///   Group:
    ///     Type: AWS::ElastiCache::ReplicationGroup
    ///     Properties:
    ///       ReplicationGroupDescription: cache
    ///       CacheParameterGroupName:
    ///         Ref: Parameters
    ///       AutomaticFailoverEnabled: true
    ///       NumNodeGroups: 2
    /// ```
    E3026: error "replication group in cluster mode that cannot fail over",
    on: On::Resource(&["AWS::ElastiCache::ReplicationGroup"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("CacheParameterGroupName") {
        let Some((Function::Ref, _)) = reference.node.and_then(Function::call) else { continue };
        let Some((_, parameters)) = look.target(&reference, "AWS::ElastiCache::ParameterGroup") else { continue };
        if parameters.first(look.context, "Properties/cluster-enabled").text() != Some("yes") {
            continue;
        }
        let path = |name| look.path(&[&reference.steps[..], &[Step::Key("Ref"), Step::Key(name)]].concat());
        let failover = look.under(&reference, "AutomaticFailoverEnabled");
        if failover.iter().any(|failover| failover.boolean(true) == Some(false)) {
            let message = "`AutomaticFailoverEnabled` must be true with cluster mode";
            report.at(path("AutomaticFailoverEnabled"), message);
        }
        let nodes = look.beside(&reference, "NumCacheClusters");
        let few = nodes.node.is_none() || nodes.number().is_some_and(|count| count <= 1.0);
        if look.beside(&reference, "NumNodeGroups").node.is_none() && few {
            report.at(path("NumCacheClusters"), "`NumCacheClusters` must be more than 1 with cluster mode");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |enabled: &str, properties: &str| {
            format!(
                "Resources:\n  G: {{Type: AWS::ElastiCache::ReplicationGroup, Properties: {{ReplicationGroupDescription: a, CacheParameterGroupName: !Ref P{properties}}}}}\n  P: {{Type: AWS::ElastiCache::ParameterGroup, Properties: {{Description: a, CacheParameterGroupFamily: redis7, Properties: {{cluster-enabled: '{enabled}'}}}}}}\n"
            )
        };
        let place = |name| format!("Resources/G/Properties/CacheParameterGroupName/Ref/{name}");
        let nodes = "`NumCacheClusters` must be more than 1 with cluster mode";
        check(&RULE, &template("yes", ""), &[(&place("NumCacheClusters"), nodes)]);
        check(&RULE, &template("yes", ", NumCacheClusters: 2"), &[]);
        check(&RULE, &template("no", ""), &[]);
        let failover = "`AutomaticFailoverEnabled` must be true with cluster mode";
        check(
            &RULE,
            &template("yes", ", NumNodeGroups: 1, AutomaticFailoverEnabled: false"),
            &[(&place("AutomaticFailoverEnabled"), failover)],
        );
        let conditions = "Conditions: {C: !Equals [!Ref AWS::Region, eu-west-1]}\n";
        let chosen = template("yes", ", NumNodeGroups: 1, AutomaticFailoverEnabled: !If [C, true, false]");
        check(&RULE, &format!("{conditions}{chosen}"), &[(&place("AutomaticFailoverEnabled"), failover)]);
        let always = template("yes", ", NumNodeGroups: 1, AutomaticFailoverEnabled: !If [C, true, true]");
        check(&RULE, &format!("{conditions}{always}"), &[]);
    }
}
