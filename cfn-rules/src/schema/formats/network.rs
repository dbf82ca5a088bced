//! Addresses and networks.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A block of addresses: the first one, and how many bits of it count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network<A> {
    pub(crate) first: A,
    pub(crate) prefix: u32,
}

pub(super) fn is_v4_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

pub(super) fn is_v6_address(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

/// `10.0.0.0/16`, `10.0.0.0/255.255.0.0`, or an address, which is a network of one.
pub(crate) fn v4(text: &str) -> Option<Network<u32>> {
    let (address, mask) = text.split_once('/').unwrap_or((text, "32"));
    let first = u32::from(address.parse::<Ipv4Addr>().ok()?);
    let prefix = match prefix(mask) {
        Some(prefix) => prefix,
        None => {
            let mask = u32::from(mask.parse::<Ipv4Addr>().ok()?);
            // A mask of the host's bits is as good as one of the network's.
            let mask = if mask >> 31 == 0 && mask != 0 { !mask } else { mask };
            (mask.leading_ones() + mask.trailing_zeros().min(32) >= 32).then_some(mask.leading_ones())?
        }
    };
    let host = u32::MAX.checked_shr(prefix).unwrap_or(0);
    (prefix <= 32 && first & host == 0).then_some(Network { first, prefix })
}

/// `2001:db8::/56`, or an address, which is a network of one.
pub(crate) fn v6(text: &str) -> Option<Network<u128>> {
    let (address, mask) = text.split_once('/').unwrap_or((text, "128"));
    let first = u128::from(address.parse::<Ipv6Addr>().ok()?);
    let prefix = prefix(mask)?;
    let host = u128::MAX.checked_shr(prefix).unwrap_or(0);
    (prefix <= 128 && first & host == 0).then_some(Network { first, prefix })
}

fn prefix(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}
