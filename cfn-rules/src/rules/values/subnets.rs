//! The networks of VPCs and of their subnets.

use std::collections::HashMap;

use cfn_model::{Finding, Node};

use super::check;
use crate::{
    codes as rules,
    facts::{
        context::Context,
        value::{self, Value},
    },
    schema::formats::network::{self, Network},
};

/// How many subnets, or blocks, of one VPC are looked at.
const MOST: usize = 1_000;

/// A network of either kind; one of version 4 is the last 32 bits of one of version 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    is_v4: bool,
    network: Network<u128>,
}

impl Block {
    fn of(text: &str) -> Option<Block> {
        let wide = |v4: Network<u32>| Network { first: u128::from(v4.first), prefix: v4.prefix + 96 };
        let v4 = network::v4(text).map(|v4| Block { is_v4: true, network: wide(v4) });
        v4.or_else(|| network::v6(text).map(|network| Block { is_v4: false, network }))
    }

    fn holds(self, inner: Block) -> bool {
        let different = self.network.first ^ inner.network.first;
        self.is_v4 == inner.is_v4
            && inner.network.prefix >= self.network.prefix
            && different.checked_shr(128 - self.network.prefix).unwrap_or(0) == 0
    }
}

/// The blocks that the properties name; `None` where AWS chooses one or a function does.
fn blocks<'d>(context: &Context<'_>, properties: &Value<'d>) -> Vec<(Option<Block>, Value<'d>)> {
    const CHOSEN: [&str; 4] = ["Ipv4IpamPoolId", "Ipv6IpamPoolId", "Ipv6Pool", "AmazonProvidedIpv6CidrBlock"];
    let there = |path| properties.get(context, path).into_iter().filter(|value| value.node.is_some());
    let chosen = CHOSEN.into_iter().flat_map(there).map(|value| (None, value));
    let given = ["CidrBlock", "Ipv6CidrBlock"].into_iter().flat_map(there);
    chosen.chain(given.map(|value| (value.text().and_then(Block::of), value))).collect()
}

/// Subnets that are not in their VPC.
pub(crate) fn outside(context: &Context<'_>, edges: &[(usize, usize)]) -> Vec<Finding> {
    let Some(resources) = context.section("Resources") else { return Vec::new() };
    let kind =
        |index: usize| resources.get_index(index).and_then(|(_, resource)| resource.get("Type")).and_then(Node::as_str);
    let mut of_vpc: HashMap<usize, Vec<usize>> = HashMap::new();
    for (source, target) in edges {
        if kind(*target) == Some("AWS::EC2::VPC") {
            of_vpc.entry(*target).or_default().push(*source);
        }
    }
    let properties = |index: usize| {
        let (id, resource) = resources.get_index(index)?;
        let node = Some(resource.get("Properties")?);
        Some((id.as_str(), Value { node, steps: Vec::new(), facts: check::facts(context, resource) }))
    };
    let mut findings = Vec::new();
    for (vpc, mut sources) in of_vpc {
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
                    findings.push(Finding::new(&rules::E3059, value::path(id, &place.steps), message).actual(text));
                }
            }
        }
    }
    findings
}

/// Subnets of one VPC that have addresses in common.
pub(crate) fn overlapping(context: &Context<'_>) -> Vec<Finding> {
    let mut seen: HashMap<&str, Vec<(Block, Value<'_>)>> = HashMap::new();
    let mut findings = Vec::new();
    for (id, resource) in context.section("Resources").into_iter().flatten() {
        if resource.get("Type").and_then(Node::as_str) != Some("AWS::EC2::Subnet") {
            continue;
        }
        let facts = check::facts(context, resource);
        let root = Value { node: resource.get("Properties"), steps: Vec::new(), facts };
        for vpc in root.get(context, "VpcId") {
            let Some(name) = vpc.text().or_else(|| vpc.resource()) else { continue };
            let others = seen.entry(name).or_default();
            let from = Value { facts: vpc.facts.clone(), ..root.clone() };
            for path in ["CidrBlock", "Ipv6CidrBlock"] {
                for place in from.get(context, path) {
                    let Some(block) = place.text().and_then(Block::of) else { continue };
                    for (other, value) in others.iter() {
                        let together = || context.conditions.satisfiable(&[&value.facts[..], &place.facts].concat());
                        if (other.holds(block) || block.holds(*other)) && together() {
                            let (text, other) = (place.text().unwrap_or_default(), value.text().unwrap_or_default());
                            let message = format!("`{text}` must have no address of `{other}`, another subnet's");
                            let path = value::path(id, &[]);
                            findings.push(Finding::new(&rules::E3060, path, message).actual(text));
                            // One is enough to find the mistake.
                            break;
                        }
                    }
                    if others.len() < MOST {
                        others.push((block, place));
                    }
                }
            }
        }
    }
    findings
}
