//! Routes of an API: the methods and paths that API Gateway accepts.

use crate::suggest::did_you_mean;

/// The methods of a REST API; `ANY` is all of them.
const METHODS: [&str; 8] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The rule about methods.
pub(crate) const METHOD: &str =
    "the method must be `ANY`, `DELETE`, `GET`, `HEAD`, `OPTIONS`, `PATCH`, `POST` or `PUT`";

/// The rule that a route breaks, and the fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) rule: &'static str,
    pub(crate) help: Option<String>,
}

/// Checks a method.
pub(crate) fn method(method: &str) -> Option<Broken> {
    if METHODS.contains(&method) {
        return None;
    }
    let upper = method.to_ascii_uppercase();
    let help = match METHODS.contains(&upper.as_str()) {
        true => Some(format!("write `{upper}`")),
        false => did_you_mean(&upper, METHODS),
    };
    Some(Broken { rule: METHOD, help })
}

/// Checks a path: the characters are those of "Amazon API Gateway important notes".
pub(crate) fn path(path: &str) -> Option<Broken> {
    let broken = |rule, help: Option<String>| Some(Broken { rule, help });
    let Some(segments) = path.strip_prefix('/') else {
        return broken("the path must begin with `/`", Some(format!("write `/{path}`")));
    };
    if segments.is_empty() {
        return None;
    }
    let mut names = Vec::new();
    let mut rest = segments.split('/').peekable();
    while let Some(segment) = rest.next() {
        if segment.is_empty() {
            let kept: Vec<&str> = segments.split('/').filter(|segment| !segment.is_empty()).collect();
            return broken("a segment of the path must not be empty", Some(format!("write `/{}`", kept.join("/"))));
        }
        if let Some(name) = segment.strip_prefix(':') {
            return broken("a path parameter must be in braces", Some(format!("write `{{{name}}}`")));
        }
        if !segment.contains(['{', '}']) {
            if segment.bytes().all(is_allowed) {
                continue;
            }
            return broken("a segment of the path must have letters, digits and `_-.,:` only", None);
        }
        let parameter = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let Some(parameter) = parameter.filter(|name| !name.contains(['{', '}'])) else {
            let help = "write `{id}` between two slashes, and take it apart in the handler".to_owned();
            return broken("a path parameter must be a whole segment, in a pair of braces", Some(help));
        };
        let name = parameter.strip_suffix('+').unwrap_or(parameter);
        if name.is_empty() || !name.bytes().all(is_allowed) {
            return broken("the name of a path parameter must have letters, digits and `_-.,:` only", None);
        }
        if parameter.ends_with('+') && rest.peek().is_some() {
            let help = format!("write `{{{name}}}` for one segment, or end the path here");
            return broken("a path parameter with `+` must be the last segment", Some(help));
        }
        if names.contains(&name) {
            return broken("the path parameters must have different names", None);
        }
        names.push(name);
    }
    None
}

fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.,:".contains(&byte)
}

/// The path up to the last of its parameters for each of them, without its name: API Gateway takes one name there.
///
/// `/a/{b}/c/{d}` gives `("/a/{}", "b")` and `("/a/{}/c/{}", "d")`.
pub(crate) fn parameters(path: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut before = String::new();
    for segment in path.split('/').skip(1) {
        before.push('/');
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            // A parameter that takes the rest of the path stands beside one that takes a segment.
            Some(name) if name.ends_with('+') => before.push_str("{+}"),
            Some(_) => before.push_str("{}"),
            None => before.push_str(segment),
        }
        if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            found.push((before.clone(), name));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn check(broken: Option<Broken>, expected: Option<(&str, Option<&str>)>) {
        let broken = broken.as_ref().map(|broken| (broken.rule, broken.help.as_deref()));
        assert_eq!(broken, expected);
    }

    #[test]
    fn methods_are_those_of_a_rest_api() {
        let rule = METHOD;
        check(method("GET"), None);
        check(method("ANY"), None);
        check(method("get"), Some((rule, Some("write `GET`"))));
        check(method("PSOT"), Some((rule, Some("did you mean `POST`?"))));
        check(method("CONNECT"), Some((rule, None)));
    }

    #[test]
    fn paths_are_those_that_api_gateway_takes() {
        for valid in ["/", "/orders", "/orders/{id}", "/v1/a.b/{x_y}/{rest+}", "/v3/events:batchGet", "/{proxy+}"] {
            check(path(valid), None);
        }
        let segment = "a segment of the path must have letters, digits and `_-.,:` only";
        let empty = "a segment of the path must not be empty";
        let whole = "a path parameter must be a whole segment, in a pair of braces";
        let apart = Some("write `{id}` between two slashes, and take it apart in the handler");
        for (wrong, rule, help) in [
            ("orders", "the path must begin with `/`", Some("write `/orders`")),
            ("//x", empty, Some("write `/x`")),
            ("/x/", empty, Some("write `/x`")),
            ("/in voices", segment, None),
            ("/a?b=c", segment, None),
            ("/a/:id", "a path parameter must be in braces", Some("write `{id}`")),
            ("/a/{id", whole, apart),
            ("/a/id}", whole, apart),
            ("/a/{id}.json", whole, apart),
            ("/a/{}", "the name of a path parameter must have letters, digits and `_-.,:` only", None),
            (
                "/{proxy+}/x",
                "a path parameter with `+` must be the last segment",
                Some("write `{proxy}` for one segment, or end the path here"),
            ),
            ("/x/{id}/{id}", "the path parameters must have different names", None),
        ] {
            check(path(wrong), Some((rule, help)));
        }
    }

    #[test]
    fn a_parameter_has_a_place() {
        assert_eq!(parameters("/a/{b}/c/{d}"), [("/a/{}".to_owned(), "b"), ("/a/{}/c/{}".to_owned(), "d")]);
        assert_eq!(parameters("/a/{rest+}"), [("/a/{+}".to_owned(), "rest+")]);
        assert_eq!(parameters("/a"), []);
    }
}
