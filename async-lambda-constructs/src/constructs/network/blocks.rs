//! The address blocks of a network and its subnets.

use std::{fmt, net::Ipv4Addr};

/// Of the bits behind the network's prefix two are the kind of a subnet, and three its zone: so a block depends on these two only, and
/// none moves when a zone or a kind is added.
const KIND_BITS: u8 = 2;
const ZONE_BITS: u8 = 3;
/// The largest network that VPC takes.
const LARGEST: u8 = 16;
/// The smallest subnet that VPC takes.
const SMALLEST: u8 = 28;
/// So many addresses of a subnet are AWS's own.
#[cfg(test)]
const RESERVED: u32 = 5;

/// A block of addresses: `10.0.0.0/16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    first: u32,
    prefix: u8,
}

/// The kinds of subnets, in the order of their blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Public,
    Private,
    Isolated,
}

impl Block {
    /// The block of a network, or why it cannot be one: the rule with the actual value, and the fix.
    pub(super) fn of_network(text: &str) -> Result<Block, (String, String)> {
        let written = text.split_once('/').and_then(|(address, prefix)| {
            let prefix: u8 = prefix.parse().ok().filter(|prefix| *prefix <= 32)?;
            Some((address.parse::<Ipv4Addr>().ok()?, prefix))
        });
        let Some((address, prefix)) = written else {
            let message = format!("the CIDR block must be an address and a prefix such as `10.0.0.0/16`, got `{text}`");
            return Err((message, "four numbers of 0 to 255, and how many bits of them are fixed".to_owned()));
        };
        let most = SMALLEST - KIND_BITS - ZONE_BITS;
        if !(LARGEST..=most).contains(&prefix) {
            let message = if prefix < LARGEST {
                format!(
                    "the prefix of the CIDR block must be {LARGEST} to {most}, got /{prefix}: VPC takes no larger block"
                )
            } else {
                format!(
                    "the prefix of the CIDR block must be {LARGEST} to {most}, got /{prefix}: its 32 subnets would be /{}, and the smallest that VPC takes is /{SMALLEST}",
                    u32::from(prefix) + u32::from(KIND_BITS + ZONE_BITS)
                )
            };
            return Err((message, format!("`{address}/{}` has room", LARGEST.max(prefix.min(most)))));
        }
        let block = Block { first: u32::from(address) & mask(prefix), prefix };
        if block.first != u32::from(address) {
            let message = format!("the CIDR block must begin at the first of its addresses, got `{text}`");
            return Err((message, format!("with the prefix /{prefix} that is `{block}`")));
        }
        let [first, second, ..] = address.octets();
        let is_private = first == 10
            || (first == 172 && (16..32).contains(&second))
            || (first == 192 && second == 168)
            || (first == 100 && (64..128).contains(&second));
        if !is_private {
            let message = format!("the CIDR block must be of private addresses, got `{text}`");
            let help = "`10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` and `100.64.0.0/10` are: with others, what has these addresses on \
                        the internet cannot be reached";
            return Err((message, help.to_owned()));
        }
        Ok(block)
    }

    /// The block of the subnet of a kind in a zone, which is counted from 0.
    pub(super) fn subnet(self, kind: Kind, zone: usize) -> Block {
        let slot = (kind as u32) << ZONE_BITS | u32::try_from(zone).unwrap_or_default();
        let prefix = self.prefix + KIND_BITS + ZONE_BITS;
        Block { first: self.first + (slot << (32 - prefix)), prefix }
    }

    /// How many addresses of a subnet with this block can be used.
    #[cfg(test)]
    fn usable(self) -> u32 {
        (1 << (32 - self.prefix)) - RESERVED
    }
}

fn mask(prefix: u8) -> u32 {
    u32::MAX << (32 - prefix)
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.first), self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pretty_assertions::assert_eq;

    use super::{Block, Kind};

    #[test]
    fn subnets_are_inside_and_apart() {
        for text in ["10.0.0.0/16", "172.16.0.0/20", "192.168.254.0/23"] {
            let network = Block::of_network(text).unwrap();
            assert_eq!(network.to_string(), text);
            let mut starts = BTreeSet::new();
            for kind in [Kind::Public, Kind::Private, Kind::Isolated] {
                for zone in 0..8 {
                    let subnet = network.subnet(kind, zone);
                    assert_eq!(subnet.first & super::mask(network.prefix), network.first, "{subnet}");
                    assert_eq!(subnet.first & !super::mask(subnet.prefix), 0, "{subnet}");
                    assert!(starts.insert(subnet.first), "{subnet}");
                }
            }
        }
    }

    #[test]
    fn blocks_are_what_the_documentation_says() {
        let network = Block::of_network("10.0.0.0/16").unwrap();
        assert_eq!(network.subnet(Kind::Public, 0).to_string(), "10.0.0.0/21");
        assert_eq!(network.subnet(Kind::Private, 1).to_string(), "10.0.72.0/21");
        assert_eq!(network.subnet(Kind::Isolated, 5).to_string(), "10.0.168.0/21");
        assert_eq!(network.subnet(Kind::Isolated, 5).usable(), 2_043);
        assert_eq!(Block::of_network("10.0.0.0/23").unwrap().subnet(Kind::Public, 1).to_string(), "10.0.0.16/28");
    }

    #[test]
    fn what_is_no_block_of_a_network() {
        let check = |text: &str, expected: &str| {
            let (message, help) = Block::of_network(text).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
            assert!(!help.is_empty());
        };
        check("10.0.0.0", "must be an address and a prefix");
        check("10.0.0.0/33", "must be an address and a prefix");
        check("10.0.0/16", "must be an address and a prefix");
        check("10.0.0.0/8", "must be 16 to 23, got /8: VPC takes no larger block");
        check("10.0.0.0/24", "must be 16 to 23, got /24: its 32 subnets would be /29");
        check("10.0.1.0/16", "must begin at the first of its addresses");
        check("8.8.0.0/16", "must be of private addresses");
        check("172.32.0.0/16", "must be of private addresses");
    }
}
