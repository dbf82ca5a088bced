//! Paths, queries and percent-encoding.

/// The parameters of a path that matches a route, as they stand in the path: `/orders/{id}`, or `/files/{path+}` for
/// the rest of the path.
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

/// Undoes percent-encoding, once. Bytes that are no UTF-8 afterwards become replacement characters; a `%` without two
/// hexadecimal digits stays.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        match hex(bytes, index) {
            Some(byte) => {
                decoded.push(byte);
                index += 3;
            }
            None => {
                decoded.push(bytes[index]);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The byte that `%20` stands for, if there is such an escape at this index.
fn hex(bytes: &[u8], index: usize) -> Option<u8> {
    let digit = |offset: usize| char::from(*bytes.get(index + offset)?).to_digit(16);
    if bytes.get(index) != Some(&b'%') {
        return None;
    }
    u8::try_from(digit(1)? * 16 + digit(2)?).ok()
}

/// Undoes the encoding of HTML forms, once: of names and values in a query.
pub(crate) fn decode_form(text: &str) -> String {
    decode(&text.replace('+', " "))
}

/// The parameters of a query, decoded.
pub(crate) fn query(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_form(name), decode_form(value))
        })
        .collect()
}

/// Percent-encodes the characters of a decoded path that cannot stand in an encoded one.
pub(crate) fn encode(path: &str) -> String {
    encode_all(path, PATH)
}

/// Percent-encodes the characters that cannot stand in a path, and leaves escapes that are in it as they are.
pub(crate) fn complete(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut completed = String::with_capacity(path.len());
    let mut begin = 0;
    for index in (0..bytes.len()).filter(|index| hex(bytes, *index).is_some()) {
        // An escape is ASCII, so both of its ends are at characters.
        completed += &encode(&path[begin..index]);
        completed += &path[index..index + 3];
        begin = index + 3;
    }
    completed + &encode(&path[begin..])
}

/// Percent-encodes a name or a value of a query.
pub(crate) fn encode_query(text: &str) -> String {
    encode_all(text, b"")
}

/// The characters of a path besides the unreserved ones (RFC 3986, section 3.3).
const PATH: &[u8] = b"/!$&'()*+,;=:@";

/// Percent-encodes all but unreserved characters and `also`.
fn encode_all(text: &str, also: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded += &format!("%{byte:02X}");
        }
    }
    encoded
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
            ("/orders/{id}", "/orders/a%2Fb", Some("id=a%2Fb")),
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
            ("a=%2525&b=%2B+%26", "a=%25 b=+ &"),
            ("a==b=c", "a==b=c"),
        ] {
            let pairs: Vec<String> = query(text).iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(pairs.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn paths_are_encoded_once() {
        for (decoded, encoded, completed) in [
            ("/a/b", "/a/b", "/a/b"),
            ("/@me/a:b;c=(d)", "/@me/a:b;c=(d)", "/@me/a:b;c=(d)"),
            ("/a b?c#d", "/a%20b%3Fc%23d", "/a%20b%3Fc%23d"),
            ("/ü", "/%C3%BC", "/%C3%BC"),
            ("/a%20b", "/a%2520b", "/a%20b"),
            ("/%25%2525", "/%2525%252525", "/%25%2525"),
            ("/100%/%2", "/100%25/%252", "/100%25/%252"),
            ("/%%41ü%", "/%25%2541%C3%BC%25", "/%25%41%C3%BC%25"),
            ("", "", ""),
        ] {
            assert_eq!(encode(decoded), encoded, "{decoded}");
            assert_eq!(decode(&encode(decoded)), decoded);
            assert_eq!(complete(decoded), completed, "{decoded}");
            assert_eq!(complete(encoded), encoded, "what is complete stays");
        }
    }
}
