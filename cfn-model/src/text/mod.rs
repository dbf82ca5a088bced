//! Templates as text: JSON and YAML to a [`Node`] and back, and where in a text something stands.
//!
//! ```
//! use cfn_model::text::{self, Format, Limits};
//!
//! let document = text::parse("Value: !GetAtt Jobs.Arn\n", &Limits::default())?;
//! assert_eq!(document.format, Format::Yaml);
//! assert_eq!(text::to_json_compact(&document.node), r#"{"Value":{"Fn::GetAtt":["Jobs","Arn"]}}"#);
//!
//! let error = text::parse("{\"A\": 1\n \"B\": 2}", &Limits::default()).unwrap_err();
//! assert_eq!(error.to_string(), "line 2, column 2: expected `,` or `}` after a value, found `\"`");
//! # Ok::<(), cfn_model::text::ReadError>(())
//! ```

mod aliases;
mod bases;
mod error;
pub mod json;
mod limits;
mod locate;
mod position;
mod watch;
mod write_json;
mod write_yaml;
pub mod yaml;

pub use aliases::{aliases, merges};
pub use bases::other_bases;
pub use error::{ErrorKind, ReadError};
pub use limits::Limits;
pub use locate::{Location, Trace, locate, locate_within, parse_traced};
pub use position::{Position, Span};
pub use write_json::{to_json, to_json_compact};
pub use write_yaml::to_yaml;

pub(crate) use write_json::object_to_json;
pub(crate) use write_yaml::object_to_yaml;

use crate::Node;
use watch::Watch;

/// The two languages of templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The content, functions in their long form.
    pub node: Node,
    /// The language in which it was written.
    pub format: Format,
}

/// Reads a template of either language.
///
/// A text whose first character is `{` or `[` is JSON. Where it breaks JSON's grammar and yet is
/// YAML (comments, a comma after the last member, texts without quotes), it is read as YAML; where
/// it is neither, the error is JSON's. Everything else is YAML.
///
/// # Errors
///
/// [`ReadError`]: neither language, or more than the limits allow.
pub fn parse(text: &str, limits: &Limits) -> Result<Document, ReadError> {
    let (result, format) = read(text, limits, &mut ());
    result.map(|node| Document { node, format })
}

/// Reads a text as [`parse`] does, with somebody looking on.
fn read<W: Watch>(text: &str, limits: &Limits, watch: &mut W) -> (Result<Node, ReadError>, Format) {
    if !without_bom(text).trim_start().starts_with(['{', '[']) {
        return (yaml::read_watched(text, limits, watch), Format::Yaml);
    }
    match json::read_watched(text, limits, watch) {
        Err(error) if error.kind.is_syntax() => {
            watch.restart();
            match yaml::read_watched(text, limits, watch) {
                Ok(node) => (Ok(node), Format::Yaml),
                Err(_) => (Err(error), Format::Json),
            }
        }
        result => (result, Format::Json),
    }
}

/// The text behind a byte order mark.
fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
