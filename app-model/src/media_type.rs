//! Media types that an API treats as binary.

use std::fmt;

/// A media type that an API of API Gateway treats as binary: `image/png`, `image/*`, or `*/*` for all of them.
///
/// ```
/// use async_lambda_model::MediaType;
///
/// assert!(MediaType::new("image/png").is_ok());
/// let error = MediaType::new("image~1png").unwrap_err();
/// assert_eq!(error.rule(), "binary media type `image~1png`: must be `type/subtype`, `type/*` or `*/*`");
/// assert_eq!(error.help(), "write `image/png`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(try_from = "String"))]
pub struct MediaType(String);

/// A string that is no media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaTypeError {
    /// The string.
    pub text: String,
}

impl MediaType {
    /// The longest type and the longest subtype, in characters (RFC 6838, section 4.2).
    pub const MAX_LENGTH: usize = 127;

    /// Checks a string and makes it a media type. Parameters such as `; charset=utf-8` are no part of one: API Gateway
    /// compares without them.
    ///
    /// # Errors
    ///
    /// [`MediaTypeError`]: the text is not `type/subtype`, `type/*` or `*/*`.
    pub fn new(text: impl Into<String>) -> Result<MediaType, MediaTypeError> {
        let text = text.into();
        let is_valid = match text.split_once('/') {
            Some(("*", subtype)) => subtype == "*",
            Some((main, subtype)) => is_name(main) && (subtype == "*" || is_name(subtype)),
            None => false,
        };
        if is_valid { Ok(MediaType(text)) } else { Err(MediaTypeError { text }) }
    }

    /// The string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a header `Accept` or `Content-Type` is of this type for API Gateway, which looks at the first media type
    /// of the header, without its parameters. Without the header only `*/*` matches.
    pub fn matches(&self, header: Option<&str>) -> bool {
        let header = header.unwrap_or_default();
        let first = header.split([',', ';']).next().unwrap_or_default().trim();
        match self.0.split_once("/*") {
            Some(("*", _)) => true,
            Some((main, _)) => first.split_once('/').is_some_and(|(other, _)| other.eq_ignore_ascii_case(main)),
            None => first.eq_ignore_ascii_case(&self.0),
        }
    }
}

impl fmt::Display for MediaTypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.rule(), self.help())
    }
}

impl std::error::Error for MediaTypeError {}

impl MediaTypeError {
    /// The rule, and the actual value.
    pub fn rule(&self) -> String {
        format!("binary media type `{}`: must be `type/subtype`, `type/*` or `*/*`", self.text.escape_debug())
    }

    /// The fix.
    pub fn help(&self) -> String {
        let text = self.text.trim();
        let slashes = text.replace("~1", "/");
        if text.contains(',') {
            return "give each media type as a member of its own".to_owned();
        }
        let without = slashes.split(';').next().unwrap_or_default().trim();
        let better = if matches!(without, "*" | "*.*" | "**") { "*/*" } else { without };
        match MediaType::new(better) {
            Ok(better) => format!("write `{better}`"),
            Err(_) => "write for example `image/png`".to_owned(),
        }
    }
}

/// A restricted name of RFC 6838, section 4.2.
fn is_name(text: &str) -> bool {
    text.len() <= MediaType::MAX_LENGTH
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<MediaType> for String {
    fn from(media_type: MediaType) -> String {
        media_type.0
    }
}

impl TryFrom<String> for MediaType {
    type Error = MediaTypeError;

    fn try_from(text: String) -> Result<MediaType, MediaTypeError> {
        MediaType::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_names() {
        for text in ["image/png", "*/*", "image/*", "application/vnd.api+json", "application/x-7z-compressed", "A/b"] {
            assert!(MediaType::new(text).is_ok(), "{text}");
        }
        for (text, help) in [
            ("", "write for example `image/png`"),
            ("image", "write for example `image/png`"),
            ("image/", "write for example `image/png`"),
            ("/png", "write for example `image/png`"),
            ("image/png/x", "write for example `image/png`"),
            ("*/png", "write for example `image/png`"),
            ("image/*+xml", "write for example `image/png`"),
            ("imäge/png", "write for example `image/png`"),
            ("*", "write `*/*`"),
            (" image/png", "write `image/png`"),
            ("image/png\n", "write `image/png`"),
            ("image~1png", "write `image/png`"),
            ("text/html; charset=utf-8", "write `text/html`"),
            ("image/png, image/gif", "give each media type as a member of its own"),
        ] {
            let error = MediaType::new(text).unwrap_err();
            assert_eq!(error.help(), help, "{text:?}");
            let text = text.escape_debug();
            let expected = format!("binary media type `{text}`: must be `type/subtype`, `type/*` or `*/*`; {help}");
            assert_eq!(error.to_string(), expected);
        }
        assert!(MediaType::new(format!("a/{}", "b".repeat(128))).is_err());
    }

    #[test]
    fn headers_match_by_their_first_type() {
        for (media_type, header, expected) in [
            ("image/png", Some("image/png"), true),
            ("image/png", Some("IMAGE/PNG"), true),
            ("image/png", Some(" image/png;q=0.9, text/html"), true),
            ("image/png", Some("text/html, image/png"), false),
            ("image/png", Some("*/*"), false),
            ("image/png", Some("image/*"), false),
            ("image/png", None, false),
            ("image/*", Some("image/webp"), true),
            ("image/*", Some("imagex/webp"), false),
            ("image/*", Some(""), false),
            ("multipart/form-data", Some("multipart/form-data; boundary=x,y"), true),
            ("*/*", Some("text/html"), true),
            ("*/*", None, true),
            ("application/json", None, false),
            ("application/*", None, false),
        ] {
            assert_eq!(MediaType::new(media_type).unwrap().matches(header), expected, "{media_type} {header:?}");
        }
    }
}
