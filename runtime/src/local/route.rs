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
}
