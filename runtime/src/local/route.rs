//! Paths and the routes that they match.

/// The parameters of a path that matches a route: `/orders/{id}`, or `/files/{path+}` for the rest of the path.
pub(crate) fn parameters(route: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut parameters = Vec::new();
    let mut rest = Some(path.strip_prefix('/')?);
    let mut segments = route.strip_prefix('/')?.split('/').peekable();
    while let Some(segment) = segments.next() {
        let current = rest?;
        let name = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
        if let Some(name) = name.and_then(|name| name.strip_suffix('+')) {
            // The rest is of one segment at least, and nothing comes behind it.
            if current.is_empty() || segments.peek().is_some() {
                return None;
            }
            parameters.push((name.to_owned(), current.to_owned()));
            return Some(parameters);
        }
        let (value, next) = match current.split_once('/') {
            Some((value, next)) => (value, Some(next)),
            None => (current, None),
        };
        match name {
            Some(name) if !value.is_empty() => parameters.push((name.to_owned(), value.to_owned())),
            None if value == segment => {}
            _ => return None,
        }
        rest = next;
    }
    rest.is_none().then_some(parameters)
}

/// How specific a route is, for when several match: API Gateway prefers what is written out to a parameter, and a
/// parameter to the rest of a path, segment by segment. The smallest is the most specific.
pub(crate) fn rank(route: &str) -> Vec<u8> {
    let rank = |segment: &str| match segment.as_bytes() {
        [b'{', .., b'+', b'}'] => 2,
        [b'{', .., b'}'] => 1,
        _ => 0,
    };
    route.split('/').map(rank).collect()
}

/// Undoes percent-encoding. What is no UTF-8 afterwards becomes replacement characters.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let hex = |offset: usize| bytes.get(index + offset).and_then(|byte| char::from(*byte).to_digit(16));
        match (bytes[index], hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(u8::try_from(high * 16 + low).unwrap_or_default());
                index += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The parameters of a query, decoded.
pub(crate) fn query(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_match_by_segment() {
        for (route, path, expected) in [
            ("/", "/", Some("")),
            ("/orders", "/orders", Some("")),
            ("/orders", "/orders/", None),
            ("/orders", "/order", None),
            ("/orders/{id}", "/orders/7", Some("id=7")),
            ("/orders/{id}", "/orders/", None),
            ("/orders/{id}", "/orders/7/items", None),
            ("/orders/{id}/items/{n}", "/orders/7/items/2", Some("id=7 n=2")),
            ("/files/{path+}", "/files/a/b.png", Some("path=a/b.png")),
            ("/{proxy+}", "/", None),
        ] {
            let found = parameters(route, path).map(|parameters| {
                let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
                pairs.join(" ")
            });
            assert_eq!(found.as_deref(), expected, "{route} {path}");
        }
    }

    #[test]
    fn queries_are_decoded() {
        for (text, expected) in [
            ("", ""),
            ("a=1&a=2", "a=1 a=2"),
            ("a+b=c%20d%C3%BC&&flag", "a b=c dü flag="),
            ("%=%4&x=%zz%", "%=%4 x=%zz%"),
        ] {
            let pairs: Vec<String> = query(text).iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(pairs.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn the_more_specific_route_is_first() {
        let mut routes = ["/{proxy+}", "/orders/{id}", "/orders/new", "/{kind}/new"];
        routes.sort_by_key(|route| rank(route));
        assert_eq!(routes, ["/orders/new", "/orders/{id}", "/{kind}/new", "/{proxy+}"]);
    }
}
