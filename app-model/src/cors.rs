//! Cross-origin resource sharing: which pages of other origins a browser lets use the API.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

/// All origins, or all headers.
const ANY: &str = "*";

/// Cross-origin resource sharing of the API: the pages that may use it from a browser, and how. `None` and an empty list
/// are the default.
///
/// ```
/// use async_lambda_model::Cors;
///
/// let cors = Cors::new(["https://shop.example"]).allow_credentials().max_age_secs(600);
/// assert!(cors.check().is_ok());
///
/// let error = Cors::new(["*"]).allow_credentials().check().unwrap_err();
/// assert_eq!(error.rule(), "cors: `allow_origins` must name origins where credentials are allowed, got `*`");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(default, deny_unknown_fields))]
#[must_use = "it does nothing until an application has it"]
pub struct Cors {
    /// The origins of the pages: `scheme://host[:port]`, as browsers send them in the header `Origin`; or only `*`, for all.
    pub allow_origins: Vec<String>,
    /// The headers that a request may have beside those that every request may have; default
    /// [`Cors::DEFAULT_HEADERS`].
    pub allow_headers: Option<Vec<String>>,
    /// The headers of an answer that a page may read beside those that it may read of every answer; default none.
    pub expose_headers: Option<Vec<String>>,
    /// Whether requests may have cookies, client certificates and the browser's own `Authorization`; default `false`.
    pub allow_credentials: Option<bool>,
    /// For how many seconds a browser remembers what is allowed: 0 to 86,400, default
    /// [`Cors::DEFAULT_MAX_AGE`].
    pub max_age: Option<i64>,
}

/// A setting of CORS that browsers or API Gateway would not understand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorsError {
    /// The field of [`Cors`], and the key of the config file.
    pub field: &'static str,
    rule: String,
    help: String,
}

impl Cors {
    /// `Authorization`, `Content-Type`, `X-Amz-Date`, `X-Amz-Security-Token`, `X-Amz-User-Agent` and `X-Api-Key`: those that the
    /// console of API Gateway proposes.
    pub const DEFAULT_HEADERS: [&str; 6] =
        ["Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-User-Agent", "X-Api-Key"];
    /// 2 hours: Chrome remembers it for no longer.
    pub const DEFAULT_MAX_AGE: i64 = 7_200;
    /// A day: no browser remembers it for longer.
    pub const MAX_MAX_AGE: i64 = 86_400;

    /// Pages of these origins may use the API: `["https://shop.example"]`, or `["*"]` for all pages.
    pub fn new<T: Into<String>>(origins: impl IntoIterator<Item = T>) -> Cors {
        Cors { allow_origins: strings(origins), ..Cors::default() }
    }

    /// The headers that a request may have, instead of [`Cors::DEFAULT_HEADERS`]; `["*"]` for all but `Authorization`.
    pub fn allow_headers<T: Into<String>>(mut self, headers: impl IntoIterator<Item = T>) -> Cors {
        self.allow_headers = Some(strings(headers));
        self
    }

    /// The headers of an answer that a page may read: `["x-request-id"]`, or `["*"]` for all.
    pub fn expose_headers<T: Into<String>>(mut self, headers: impl IntoIterator<Item = T>) -> Cors {
        self.expose_headers = Some(strings(headers));
        self
    }

    /// Lets requests have cookies, client certificates and the browser's own `Authorization`.
    pub fn allow_credentials(mut self) -> Cors {
        self.allow_credentials = Some(true);
        self
    }

    /// For how many seconds a browser remembers what is allowed: 0 to 86,400, default 7,200.
    pub fn max_age_secs(mut self, seconds: i64) -> Cors {
        self.max_age = Some(seconds);
        self
    }

    /// These, and others where these say nothing.
    pub fn or(self, others: Cors) -> Cors {
        Cors {
            allow_origins: if self.allow_origins.is_empty() { others.allow_origins } else { self.allow_origins },
            allow_headers: self.allow_headers.or(others.allow_headers),
            expose_headers: self.expose_headers.or(others.expose_headers),
            allow_credentials: self.allow_credentials.or(others.allow_credentials),
            max_age: self.max_age.or(others.max_age),
        }
    }

    /// Checks all fields.
    ///
    /// # Errors
    ///
    /// The first field that browsers or API Gateway would not understand.
    pub fn check(&self) -> Result<(), CorsError> {
        if self.allow_origins.is_empty() {
            let rule = "must have at least one origin, got none";
            return error("allow_origins", rule, "write for example `https://shop.example`, or `*` for all pages");
        }
        let is_any = self.allow_origins.iter().any(|origin| origin == ANY);
        if is_any && self.allow_origins.len() > 1 {
            let rule = format!("must have `*` alone, got {} origins", self.allow_origins.len());
            return error("allow_origins", &rule, "remove the others: `*` stands for all; or remove `*`");
        }
        if is_any && self.has_credentials() {
            let rule = "must name origins where credentials are allowed, got `*`";
            return error(
                "allow_origins",
                rule,
                "name the origins of your pages: browsers refuse `*` with credentials",
            );
        }
        for (index, origin) in self.allow_origins.iter().enumerate().filter(|(_, origin)| *origin != ANY) {
            if let Some(help) = wrong_origin(origin) {
                let rule = format!("must be `*` or `scheme://host[:port]`, got `{}`", origin.escape_debug());
                return error("allow_origins", &rule, &help);
            }
            if self.allow_origins[..index].contains(origin) {
                return error(
                    "allow_origins",
                    &format!("must have each origin once, got `{origin}` again"),
                    "remove it",
                );
            }
        }
        for (field, headers) in [("allow_headers", &self.allow_headers), ("expose_headers", &self.expose_headers)] {
            for header in headers.iter().flatten() {
                if header == ANY && self.has_credentials() {
                    let rule = "must name headers where credentials are allowed, got `*`";
                    return error(
                        field,
                        rule,
                        "name them: with credentials browsers take `*` for the name of a header",
                    );
                }
                if header.is_empty() || !header.bytes().all(is_of_header) {
                    let rule = format!("must have names of headers, or `*`, got `{}`", header.escape_debug());
                    return error(field, &rule, "give each header as a member of its own, without a value");
                }
            }
        }
        match self.max_age {
            Some(age) if !(0..=Cors::MAX_MAX_AGE).contains(&age) => {
                let rule = format!("must be 0 to {} s, got {age} s", Cors::MAX_MAX_AGE);
                error("max_age", &rule, "no browser remembers it for longer than a day")
            }
            _ => Ok(()),
        }
    }

    /// Whether requests may have credentials.
    pub fn has_credentials(&self) -> bool {
        self.allow_credentials == Some(true)
    }

    /// The only value that `Access-Control-Allow-Origin` can have; `None` where it depends on the request.
    pub fn only_origin(&self) -> Option<&str> {
        match self.allow_origins.as_slice() {
            [origin] => Some(origin),
            _ => None,
        }
    }

    /// The value of `Access-Control-Allow-Origin` for a request with this header `Origin`. `None`: it has none.
    pub fn origin_for(&self, origin: Option<&str>) -> Option<&str> {
        self.only_origin()
            .or_else(|| self.allow_origins.iter().map(String::as_str).find(|known| Some(*known) == origin))
    }

    /// The value of `Access-Control-Allow-Origin` of an error of API Gateway itself, which knows no list: that of the only origin,
    /// or `*`. `None` for several origins with credentials, since `*` does not count there.
    pub fn origin_of_errors(&self) -> Option<&str> {
        self.only_origin().or_else(|| Some(ANY).filter(|_| !self.has_credentials()))
    }

    /// The value of `Access-Control-Allow-Headers`.
    pub fn allowed_headers(&self) -> String {
        match &self.allow_headers {
            Some(headers) => headers.join(","),
            None => Cors::DEFAULT_HEADERS.join(","),
        }
    }

    /// The value of `Access-Control-Max-Age`, in seconds.
    pub fn max_age(&self) -> i64 {
        self.max_age.unwrap_or(Cors::DEFAULT_MAX_AGE)
    }
}

impl CorsError {
    /// The rule, and the actual value.
    pub fn rule(&self) -> String {
        self.rule.clone()
    }

    /// The fix.
    pub fn help(&self) -> String {
        self.help.clone()
    }
}

impl fmt::Display for CorsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.rule, self.help)
    }
}

impl std::error::Error for CorsError {}

fn strings<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Vec<String> {
    texts.into_iter().map(Into::into).collect()
}

fn error(field: &'static str, rule: &str, help: &str) -> Result<(), CorsError> {
    Err(CorsError { field, rule: format!("cors: `{field}` {rule}"), help: help.to_owned() })
}

/// The fix of an origin that no browser sends.
fn wrong_origin(origin: &str) -> Option<String> {
    const EXAMPLE: &str = "write for example `https://shop.example` or `http://localhost:3000`";
    if origin == "null" {
        return Some("name the origin of a page: any sandboxed page has `null`".to_owned());
    }
    let written = |origin: &str| Some(format!("write `{origin}`"));
    let Some((scheme, rest)) = origin.split_once("://") else {
        return canonical("https", origin).map_or_else(|| Some(EXAMPLE.to_owned()), |origin| written(&origin));
    };
    if rest.contains('*') {
        return Some("name each origin, or only `*`: browsers compare whole origins".to_owned());
    }
    if let Some((rest, _)) = rest.split_once('/') {
        let origin = canonical(scheme, rest);
        return Some(origin.map_or_else(|| EXAMPLE.to_owned(), |origin| format!("remove the path: `{origin}`")));
    }
    match canonical(scheme, rest) {
        None => Some(EXAMPLE.to_owned()),
        Some(canonical) if canonical == origin => None,
        Some(canonical)
            if origin.to_ascii_lowercase().strip_prefix(&canonical).is_some_and(|port| port.starts_with(':')) =>
        {
            Some(format!("write `{canonical}`: browsers leave out the usual port"))
        }
        Some(canonical) => Some(format!("write `{canonical}`, as browsers do")),
    }
}

/// An origin as browsers send it: in lowercase, the shortest form of addresses and ports, without the usual port. `None` where it is
/// none.
fn canonical(scheme: &str, rest: &str) -> Option<String> {
    let scheme = scheme.to_ascii_lowercase();
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let (host, port) = match rest.rfind(']') {
        Some(end) => (&rest[..=end], &rest[end + 1..]),
        None => rest.split_at(rest.find(':').unwrap_or(rest.len())),
    };
    let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => format!("[{}]", address_of(address.parse().ok()?)),
        None => Some(host.to_ascii_lowercase()).filter(|host| is_host(host))?,
    };
    let port = match port.strip_prefix(':') {
        None => Some(None).filter(|_| port.is_empty()),
        Some(port) => {
            let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
            port.parse::<u16>().ok().filter(|_| is_number).map(Some)
        }
    }?;
    match (scheme.as_str(), port) {
        _ if !is_scheme => None,
        (_, None) | ("https", Some(443)) | ("http", Some(80)) => Some(format!("{scheme}://{host}")),
        (_, Some(port)) => Some(format!("{scheme}://{host}:{port}")),
    }
}

/// An address as browsers write it: they have no form with dots in it.
fn address_of(address: Ipv6Addr) -> String {
    match (address.to_ipv4_mapped(), address.segments()) {
        (Some(_), [.., high, low]) => format!("::ffff:{high:x}:{low:x}"),
        _ => address.to_string(),
    }
}

/// Whether it is a host in lowercase: labels with a letter or a digit each, or an IPv4 address in its usual form.
fn is_host(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_label = |label: &str| {
        label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            && label.bytes().any(|byte| byte.is_ascii_alphanumeric())
    };
    // Browsers take a host with such an end for an address.
    let last = name.rsplit('.').next().unwrap_or(name);
    let is_number = match last.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => last.bytes().all(|byte| byte.is_ascii_digit()),
    };
    name.split('.').all(is_label) && (!is_number || host.parse::<Ipv4Addr>().is_ok())
}

/// A character of a token (RFC 9110, section 5.6.2), but for `'`, which ends a string of API Gateway.
fn is_of_header(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn origins_are_those_that_browsers_send() {
        let check = |origin: &str, expected: Option<&str>| {
            let help = Cors::new([origin]).check().err().map(|error| error.help());
            assert_eq!(help.as_deref(), expected, "{origin}");
        };
        let example = Some("write for example `https://shop.example` or `http://localhost:3000`");
        for origin in [
            "*",
            "https://shop.example",
            "http://localhost:3000",
            "capacitor://localhost",
            "http://[::1]:3000",
            "https://xn--bcher-kva.example",
            "https://my_shop.example.",
            "http://127.0.0.1:8080",
        ] {
            check(origin, None);
        }
        check("http://[::1]:80", Some("write `http://[::1]`: browsers leave out the usual port"));
        check("shop.example", Some("write `https://shop.example`"));
        check("https://shop.example/", Some("remove the path: `https://shop.example`"));
        check("https://shop.example:443", Some("write `https://shop.example`: browsers leave out the usual port"));
        check("https://Shop.example", Some("write `https://shop.example`, as browsers do"));
        check("https://*.shop.example", Some("name each origin, or only `*`: browsers compare whole origins"));
        check("shop.example:443", Some("write `https://shop.example`"));
        check("HTTPS://Shop.example:8080/a", Some("remove the path: `https://shop.example:8080`"));
        check("HTTPS://Shop.example:443", Some("write `https://shop.example`: browsers leave out the usual port"));
        check("https://a.example:0443", Some("write `https://a.example`: browsers leave out the usual port"));
        check("http://a.example:08080", Some("write `http://a.example:8080`, as browsers do"));
        check("http://[0:0:0:0:0:0:0:1]:3000", Some("write `http://[::1]:3000`, as browsers do"));
        check("http://[::FFFF:1.2.3.4]", Some("write `http://[::ffff:102:304]`, as browsers do"));
        for origin in [
            "",
            "https://",
            "https:///x",
            "https://a b",
            "https://a:",
            "https://a:+1",
            "https://a:70000",
            "https://[x]",
            "https://[::1]a",
            "https://a'b",
            "://a",
            "https://a..b",
            "https://.a",
            "https://.",
            "https://-",
            "https://_",
            "https://127.1",
            "https://0x7f.0.0.1",
            "https://a.0x",
            "https://127.0.0.01",
            "https://a\u{1b}[31m/x",
            "a\u{1b}[31m",
        ] {
            check(origin, example);
        }
        // Sandboxed pages and local files have it, whoever they are from.
        check("null", Some("name the origin of a page: any sandboxed page has `null`"));
    }

    #[test]
    fn rules_name_the_field_and_the_value() {
        let check = |cors: Cors, expected: &str| assert_eq!(cors.check().unwrap_err().to_string(), expected);
        let origins: [&str; 0] = [];
        check(
            Cors::new(origins),
            "cors: `allow_origins` must have at least one origin, got none; write for example `https://shop.example`, or `*` \
             for all pages",
        );
        check(
            Cors::new(["*", "https://a.example"]),
            "cors: `allow_origins` must have `*` alone, got 2 origins; remove the others: `*` stands for all; or remove `*`",
        );
        check(
            Cors::new(["https://a.example", "https://b.example", "https://a.example"]),
            "cors: `allow_origins` must have each origin once, got `https://a.example` again; remove it",
        );
        check(
            Cors::new(["*"]).allow_credentials(),
            "cors: `allow_origins` must name origins where credentials are allowed, got `*`; name the origins of your pages: \
             browsers refuse `*` with credentials",
        );
        check(
            Cors::new(["https://a.example"]).allow_headers(["X-A: b"]),
            "cors: `allow_headers` must have names of headers, or `*`, got `X-A: b`; give each header as a member of its own, \
             without a value",
        );
        check(
            Cors::new(["https://a.example"]).expose_headers(["*"]).allow_credentials(),
            "cors: `expose_headers` must name headers where credentials are allowed, got `*`; name them: with credentials \
             browsers take `*` for the name of a header",
        );
        check(
            Cors::new(["*"]).max_age_secs(86_401),
            "cors: `max_age` must be 0 to 86400 s, got 86401 s; no browser remembers it for longer than a day",
        );
    }

    #[test]
    fn one_of_several_origins_is_answered() {
        let one = Cors::new(["https://a.example"]);
        assert_eq!((one.origin_for(None), one.only_origin()), (Some("https://a.example"), Some("https://a.example")));
        let two = Cors::new(["https://a.example", "https://b.example"]);
        assert_eq!(two.origin_for(Some("https://b.example")), Some("https://b.example"));
        assert_eq!((two.origin_for(Some("https://c.example")), two.origin_for(None)), (None, None));
        assert_eq!(two.only_origin(), None);
    }
}
