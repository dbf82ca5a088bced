//! The choice of the route that a path belongs to.

pub(crate) use crate::event::path::{parameters, query};

/// The rank of a route, for when several match: API Gateway prefers what is written out to a parameter, and a parameter
/// to the rest of a path, segment by segment. The smallest is the most specific.
pub(crate) fn rank(route: &str) -> Vec<u8> {
    let rank = |segment: &str| match segment.as_bytes() {
        [b'{', .., b'+', b'}'] => 2,
        [b'{', .., b'}'] => 1,
        _ => 0,
    };
    route.split('/').map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_specific_route_is_first() {
        let mut routes = ["/{proxy+}", "/orders/{id}", "/orders/new", "/{kind}/new"];
        routes.sort_by_key(|route| rank(route));
        assert_eq!(routes, ["/orders/new", "/orders/{id}", "/{kind}/new", "/{proxy+}"]);
    }
}
