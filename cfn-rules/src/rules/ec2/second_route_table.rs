//! Subnets with two route tables.

use std::collections::HashMap;

use cfn_model::{Function, Node};

use crate::{
    facts::{
        context::Context,
        text,
        values::{self, Step, Value},
    },
    rules::{
        definition::{On, Reporter},
        values::of_type,
    },
};

rule! {
    /// A subnet has one route table. A second association fails or replaces the first.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   First:
    ///     Type: AWS::EC2::SubnetRouteTableAssociation
    ///     Properties:
    ///       SubnetId: subnet-01234567
    ///       RouteTableId: rtb-1
    ///   Second:
    ///     Type: AWS::EC2::SubnetRouteTableAssociation
    ///     Properties:
    ///       SubnetId: subnet-01234567
    ///       RouteTableId: rtb-2
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   First:
    ///     Type: AWS::EC2::SubnetRouteTableAssociation
    ///     Properties:
    ///       SubnetId: subnet-01234567
    ///       RouteTableId: rtb-1
    ///   Second:
    ///     Type: AWS::EC2::SubnetRouteTableAssociation
    ///     Properties:
    ///       SubnetId: subnet-89abcdef
    ///       RouteTableId: rtb-2
    /// ```
    E3022: error "subnet with two route tables",
    on: On::Document(check),
}

/// How many associations of one subnet are compared with each other.
const MOST: usize = 1_000;

/// An association of a subnet.
struct Association<'d> {
    id: &'d str,
    /// The conditions of the resource and of its property. Of two with different conditions, one is taken to exist at
    /// a time.
    conditions: (Option<&'d str>, Option<&'d str>),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let mut seen: HashMap<String, Vec<Association<'_>>> = HashMap::new();
    for (id, resource, root) in of_type(context, "AWS::EC2::SubnetRouteTableAssociation") {
        let choice = root.node.and_then(|node| values::if_arguments(node.get("SubnetId")?));
        let conditions = (resource.get("Condition").and_then(Node::as_str), choice.map(|(condition, _)| condition));
        for name in root.get(context, "SubnetId").iter().filter_map(name) {
            seen.entry(name).or_default().push(Association { id, conditions });
        }
    }
    for group in seen.values() {
        for one in group {
            let together = |other: &&Association<'_>| {
                other.id != one.id && (other.conditions == one.conditions || other.conditions == (None, None))
            };
            if let Some(other) = group.iter().take(MOST).find(together) {
                let message = format!("a subnet must have one route table, and `{}` gives it another", other.id);
                report.at(values::path(one.id, &[Step::Key("SubnetId")]), message);
            }
        }
    }
}

/// What identifies the subnet.
fn name(subnet: &Value<'_>) -> Option<String> {
    match subnet.node.and_then(Function::call) {
        None => subnet.text().map(str::to_owned),
        Some((Function::Ref | Function::GetAtt, _)) => subnet.node.map(text::canonical),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |second: &str| {
            let association = |subnet: &str| {
                format!(
                    "{{Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {{RouteTableId: t, SubnetId: {subnet}}}}}"
                )
            };
            format!("Resources:\n  A: {}\n  B: {}\n", association("!Ref S"), association(second))
        };
        let message = |other: &str| format!("a subnet must have one route table, and `{other}` gives it another");
        check(
            &RULE,
            &template("!Ref S"),
            &[("Resources/A/Properties/SubnetId", &message("B")), ("Resources/B/Properties/SubnetId", &message("A"))],
        );
        check(&RULE, &template("!Ref T"), &[]);
    }
}
