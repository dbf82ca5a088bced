//! Subnets with addresses that their VPC does not have.

use cfn_model::Node;

use super::blocks::{Block, blocks};
use crate::{
    facts::{
        context::Context,
        values::{self, Value},
    },
    rules::{
        definition::{On, Reporter},
        values::facts,
    },
};

rule! {
    /// The CIDR block of a subnet must be within a CIDR block of its VPC.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Vpc:
    ///     Type: AWS::EC2::VPC
    ///     Properties:
    ///       CidrBlock: 10.0.0.0/16
    ///   Subnet:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId:
    ///         Ref: Vpc
    ///       CidrBlock: 10.1.0.0/24
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Vpc:
    ///     Type: AWS::EC2::VPC
    ///     Properties:
    ///       CidrBlock: 10.0.0.0/16
    ///   Subnet:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId:
    ///         Ref: Vpc
    ///       CidrBlock: 10.0.0.0/24
    /// ```
    E3059: error "subnet outside of its VPC",
    on: On::Document(check),
}

/// How many blocks of one VPC are looked at.
const MOST: usize = 1_000;

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let Some(resources) = context.section("Resources") else { return };
    let kind =
        |index: usize| resources.get_index(index).and_then(|(_, resource)| resource.get("Type")).and_then(Node::as_str);
    let mut of_vpc: Vec<Vec<usize>> = vec![Vec::new(); resources.len()];
    for (source, target) in context.edges() {
        if kind(target) == Some("AWS::EC2::VPC") {
            of_vpc[target].push(source);
        }
    }
    let properties = |index: usize| {
        let (id, resource) = resources.get_index(index)?;
        let node = Some(resource.get("Properties")?);
        Some((id.as_str(), Value { node, steps: Vec::new(), facts: facts(context, resource) }))
    };
    for (vpc, mut sources) in of_vpc.into_iter().enumerate().filter(|(_, sources)| !sources.is_empty()) {
        sources.sort_unstable();
        sources.dedup();
        let Some((_, root)) = properties(vpc) else { continue };
        let own: Option<Vec<Block>> = blocks(context, &root).into_iter().map(|(block, _)| block).collect();
        // The block of a VPC itself is of version 4; one of version 6 comes with a resource of its own.
        let Some(mut known) = own.map(|own| own.into_iter().filter(|block| block.is_v4).collect::<Vec<_>>()) else {
            continue;
        };
        let of_kind = |wanted: &'static str| sources.iter().filter(move |source| kind(**source) == Some(wanted));
        let mut is_open = false;
        for (_, more) in of_kind("AWS::EC2::VPCCidrBlock").filter_map(|source| properties(*source)) {
            for (block, _) in blocks(context, &more) {
                is_open |= block.is_none();
                known.extend(block);
            }
        }
        if is_open || known.len() > MOST {
            continue;
        }
        for (id, subnet) in of_kind("AWS::EC2::Subnet").filter_map(|source| properties(*source)) {
            for (block, place) in blocks(context, &subnet) {
                let Some(block) = block else { continue };
                let has_any = known.iter().any(|other| other.is_v4 == block.is_v4);
                if !known.iter().any(|vpc| vpc.holds(block)) && (has_any || !block.is_v4) {
                    let text = place.text().unwrap_or_default();
                    let message = format!("`{text}` must be within a network of the VPC");
                    report.at(values::path(id, &place.steps), message).actual(text);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |block: &str| {
            format!(
                "Resources:\n  V: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}\n  S: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref V, CidrBlock: {block}}}}}\n"
            )
        };
        let message = "`10.1.0.0/24` must be within a network of the VPC";
        check(&RULE, &template("10.1.0.0/24"), &[("Resources/S/Properties/CidrBlock", message)]);
        check(&RULE, &template("10.0.1.0/24"), &[]);
    }
}
