//! The networks of VPCs and of their subnets.

use crate::{
    facts::{context::Context, values::Value},
    schema::formats::network::{self, Network},
};

/// A network of either kind; one of version 4 is the last 32 bits of one of version 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) is_v4: bool,
    network: Network<u128>,
}

impl Block {
    pub(crate) fn of(text: &str) -> Option<Block> {
        let wide = |v4: Network<u32>| Network { first: u128::from(v4.first), prefix: v4.prefix + 96 };
        let v4 = network::v4(text).map(|v4| Block { is_v4: true, network: wide(v4) });
        v4.or_else(|| network::v6(text).map(|network| Block { is_v4: false, network }))
    }

    pub(crate) fn holds(self, inner: Block) -> bool {
        let different = self.network.first ^ inner.network.first;
        self.is_v4 == inner.is_v4
            && inner.network.prefix >= self.network.prefix
            && different.checked_shr(128 - self.network.prefix).unwrap_or(0) == 0
    }
}

/// The blocks that the properties name; `None` where AWS chooses one or a function does.
pub(crate) fn blocks<'d>(context: &Context<'_>, properties: &Value<'d>) -> Vec<(Option<Block>, Value<'d>)> {
    const CHOSEN: [&str; 4] = ["Ipv4IpamPoolId", "Ipv6IpamPoolId", "Ipv6Pool", "AmazonProvidedIpv6CidrBlock"];
    let there = |path| properties.get(context, path).into_iter().filter(|value| value.node.is_some());
    let chosen = CHOSEN.into_iter().flat_map(there).map(|value| (None, value));
    let given = ["CidrBlock", "Ipv6CidrBlock"].into_iter().flat_map(there);
    chosen.chain(given.map(|value| (value.text().and_then(Block::of), value))).collect()
}
