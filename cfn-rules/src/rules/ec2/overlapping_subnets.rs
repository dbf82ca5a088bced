//! Subnets of one VPC that have addresses in common.

use std::collections::HashMap;

use super::blocks::Block;
use crate::{
    facts::{
        context::Context,
        values::{self, Value},
    },
    rules::{
        definition::{On, Reporter},
        values::of_type,
    },
};

rule! {
    /// Two subnets of a VPC cannot have an address in common.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Vpc:
    ///     Type: AWS::EC2::VPC
    ///     Properties:
    ///       CidrBlock: 10.0.0.0/16
    ///   One:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId:
    ///         Ref: Vpc
    ///       CidrBlock: 10.0.0.0/24
    ///   Two:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId:
    ///         Ref: Vpc
    ///       CidrBlock: 10.0.0.128/25
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
    ///   One:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId:
    ///         Ref: Vpc
    ///       CidrBlock: 10.0.0.0/24
    ///   Two:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId:
    ///         Ref: Vpc
    ///       CidrBlock: 10.0.1.0/24
    /// ```
    E3060: error "overlapping subnets",
    on: On::Document(check),
}

/// How many subnets of one VPC are looked at.
const MOST: usize = 1_000;

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let mut seen: HashMap<&str, Vec<(Block, Value<'_>)>> = HashMap::new();
    for (id, _, root) in of_type(context, "AWS::EC2::Subnet") {
        for vpc in root.get(context, "VpcId") {
            let Some(name) = vpc.text().or_else(|| vpc.resource()) else { continue };
            let others = seen.entry(name).or_default();
            let from = Value { facts: vpc.facts.clone(), ..root.clone() };
            for place in ["CidrBlock", "Ipv6CidrBlock"].into_iter().flat_map(|path| from.get(context, path)) {
                let Some(block) = place.text().and_then(Block::of) else { continue };
                let meets = |(other, value): &&(Block, Value<'_>)| {
                    (other.holds(block) || block.holds(*other))
                        && context.conditions.satisfiable(&[&value.facts[..], &place.facts].concat())
                };
                // One is enough to find the mistake.
                if let Some((_, other)) = others.iter().find(meets) {
                    let (text, other) = (place.text().unwrap_or_default(), other.text().unwrap_or_default());
                    let message = format!("`{text}` must have no address of `{other}`, another subnet's");
                    report.at(values::path(id, &[]), message).actual(text);
                }
                if others.len() < MOST {
                    others.push((block, place));
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
                "Resources:\n  A: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref V, CidrBlock: 10.0.0.0/24}}}}\n  B: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref V, CidrBlock: {block}}}}}\n"
            )
        };
        let message = "`10.0.0.128/25` must have no address of `10.0.0.0/24`, another subnet's";
        check(&RULE, &template("10.0.0.128/25"), &[("Resources/B/Properties", message)]);
        check(&RULE, &template("10.0.1.0/24"), &[]);
    }
}
