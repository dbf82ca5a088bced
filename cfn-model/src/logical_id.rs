//! The name of a resource, parameter or condition inside its template.

use std::{fmt, ops::Deref};

use crate::{IntoNode, Node};

/// The name of a resource, parameter, mapping, condition or output inside its template: one to
/// 255 letters and digits.
///
/// It is checked when it is made from a string with [`LogicalId::new`]. A literal is checked by the
/// compiler with [`logical_id!`](crate::logical_id!).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogicalId(Box<str>);

/// A text that cannot be a logical id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogicalIdError {
    /// The text.
    pub text: String,
}

impl LogicalId {
    /// Checks `text` and makes it a logical id.
    ///
    /// # Errors
    ///
    /// [`LogicalIdError`]: it is not one to 255 ASCII letters and digits.
    pub fn new(text: impl Into<String>) -> Result<LogicalId, LogicalIdError> {
        let text = text.into();
        if LogicalId::is_valid(&text) { Ok(LogicalId(text.into())) } else { Err(LogicalIdError { text }) }
    }

    /// The id of something that is already in a template, where validation reports a wrong one.
    pub fn unchecked(text: &str) -> LogicalId {
        LogicalId(text.into())
    }

    /// Whether `text` is one to 255 ASCII letters and digits.
    pub const fn is_valid(text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            if !bytes[i].is_ascii_alphanumeric() {
                return false;
            }
            i += 1;
        }
        !bytes.is_empty() && bytes.len() <= 255
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A literal that the compiler checks to be a logical id: one to 255 letters and digits.
///
/// ```
/// assert_eq!(cfn_model::logical_id!("OrdersDLQ"), "OrdersDLQ");
/// ```
#[macro_export]
macro_rules! logical_id {
    ($text:literal) => {{
        const _: () = assert!($crate::LogicalId::is_valid($text), "a logical id is 1 to 255 letters and digits");
        $text
    }};
}

impl Deref for LogicalId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl IntoNode for &LogicalId {
    fn into_node(self) -> Node {
        self.as_str().into_node()
    }
}

impl AsRef<str> for LogicalId {
    fn as_ref(&self) -> &str {
        self
    }
}

impl From<LogicalId> for String {
    fn from(id: LogicalId) -> String {
        id.0.into()
    }
}

impl From<&LogicalId> for String {
    fn from(id: &LogicalId) -> String {
        id.as_str().to_owned()
    }
}

/// So that `serde_json::json!` takes ids: `json!({"DependsOn": jobs.logical_id()})`.
impl serde::Serialize for LogicalId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl fmt::Display for LogicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for LogicalIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "logical id `{}`: must be 1 to 255 letters and digits", self.text)
    }
}

impl std::error::Error for LogicalIdError {}
