//! Namespaces of CloudWatch's metrics.

use std::{borrow::Cow, fmt};

use crate::NameError;

/// The namespace of an application's metrics in CloudWatch: 1 to 255 letters, digits, spaces and `.-_/#:`, at least one of
/// which is not a space. It does not begin with `AWS/`, which is for AWS's own metrics, nor with `:`.
///
/// The rules are those of "Namespaces" in the user guide of CloudWatch and of `PutMetricData` in its API reference.
///
/// ```
/// use async_lambda_model::MetricNamespace;
///
/// const SHOP: MetricNamespace = MetricNamespace::literal("Shop/Orders");
/// assert_eq!(SHOP.as_str(), "Shop/Orders");
///
/// let error = MetricNamespace::new("AWS/Orders").unwrap_err();
/// assert!(error.to_string().starts_with("metrics namespace `AWS/Orders`: must be 1 to 255 letters"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MetricNamespace(Cow<'static, str>);

impl MetricNamespace {
    /// The longest, in characters.
    pub const MAX_LENGTH: usize = 255;

    /// Checks a string and makes it a namespace.
    ///
    /// # Errors
    ///
    /// [`NameError`] says what a namespace looks like.
    pub fn new(text: impl Into<Cow<'static, str>>) -> Result<MetricNamespace, NameError> {
        let text = text.into();
        if is_valid(text.as_bytes()) { Ok(MetricNamespace(text)) } else { Err(error(text.into_owned())) }
    }

    /// A literal, in a `const`: one that is no namespace does not compile.
    pub const fn literal(text: &'static str) -> MetricNamespace {
        assert!(
            is_valid(text.as_bytes()),
            "a metrics namespace must be one that CloudWatch takes, and not begin with `AWS/`"
        );
        MetricNamespace(Cow::Borrowed(text))
    }

    /// The string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn error(text: String) -> NameError {
    NameError {
        subject: "metrics namespace",
        text,
        rule: "1 to 255 letters, digits, spaces and `.-_/#:`, not only spaces, without `AWS/` or `:` at its beginning",
    }
}

const fn is_valid(text: &[u8]) -> bool {
    let is_reserved = matches!(text, [b'A', b'W', b'S', b'/', ..] | [b':', ..]);
    let (mut index, mut has_other) = (0, false);
    while index < text.len() {
        match text[index] {
            b' ' => {}
            b'.' | b'-' | b'_' | b'/' | b'#' | b':' => has_other = true,
            byte if byte.is_ascii_alphanumeric() => has_other = true,
            _ => return false,
        }
        index += 1;
    }
    has_other && text.len() <= MetricNamespace::MAX_LENGTH && !is_reserved
}

impl fmt::Display for MetricNamespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<MetricNamespace> for String {
    fn from(namespace: MetricNamespace) -> String {
        namespace.0.into_owned()
    }
}

impl TryFrom<String> for MetricNamespace {
    type Error = NameError;

    fn try_from(text: String) -> Result<MetricNamespace, NameError> {
        MetricNamespace::new(text)
    }
}

impl TryFrom<&str> for MetricNamespace {
    type Error = NameError;

    fn try_from(text: &str) -> Result<MetricNamespace, NameError> {
        MetricNamespace::new(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_are_those_of_cloudwatch() {
        for text in ["Shop", "Shop/Orders", "a b", " a", "#1", "x:y", "AWS", "aws/Shop", "AWSShop/a", "my.shop-2_b"] {
            assert!(MetricNamespace::new(text).is_ok(), "{text:?}");
        }
        for (text, help) in [
            ("", None),
            ("  ", None),
            (":Shop", Some("write `Shop`")),
            ("AWS/Shop", Some("write `AWSShop`")),
            ("Shop\n", Some("write `Shop`")),
            ("Shop$Orders", Some("write `ShopOrders`")),
            ("Shöp", Some("write `ShP`")),
        ] {
            let error = MetricNamespace::new(text).unwrap_err();
            assert_eq!(error.help().as_deref(), help, "{text:?}");
            let rule = "1 to 255 letters, digits, spaces and `.-_/#:`, not only spaces, without `AWS/` or `:` at its beginning";
            assert_eq!(error.to_string(), format!("metrics namespace `{text}`: must be {rule}"));
        }
        assert!(MetricNamespace::new("x".repeat(255)).is_ok());
        assert!(MetricNamespace::new("x".repeat(256)).is_err());
    }
}
