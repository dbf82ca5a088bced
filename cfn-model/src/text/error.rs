//! What can be wrong with a text.

use thiserror::Error;

use super::position::{Position, Unit, positions};

/// Why a text was not read, and where reading stopped.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}{kind}", position.map(|position| format!("{position}: ")).unwrap_or_default())]
pub struct ReadError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where; `None` where the text as a whole is wrong.
    pub position: Option<Position>,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nothing but white space and comments.
    #[error("the template is empty")]
    Empty,
    /// A text or a list where a template's sections should be.
    #[error("a template is an object of sections, got {found}")]
    NotAnObject {
        /// What it is, in JSON Schema's words.
        found: &'static str,
    },
    /// Longer than [`Limits::bytes`](super::Limits::bytes).
    #[error("the text must have at most {limit} bytes, got {bytes}")]
    TooLong {
        /// The limit.
        limit: usize,
        /// The length of the text.
        bytes: usize,
    },
    /// Deeper than [`Limits::depth`](super::Limits::depth).
    #[error("values must not be nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// More than [`Limits::nodes`](super::Limits::nodes).
    #[error("the text must hold at most {limit} values, counting those that aliases repeat")]
    TooManyNodes {
        /// The limit.
        limit: usize,
    },
    /// The keys on the way to a value are longer than [`Limits::MAX_PATH`](super::Limits::MAX_PATH).
    #[error("the keys on the way to a value must have at most {limit} bytes together")]
    PathTooLong {
        /// The limit.
        limit: usize,
    },
    /// Aliases repeat more text than [`Limits::bytes`](super::Limits::bytes).
    #[error("aliases must repeat at most {limit} bytes of text")]
    TooMuchRepeated {
        /// The limit.
        limit: usize,
    },
    /// Not JSON.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What could have stood there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// Not YAML: in the words of the parser.
    #[error("not valid YAML: {reason}")]
    Yaml {
        /// What the parser says.
        reason: String,
    },
    /// One key twice in an object.
    #[error("duplicate key `{}`, first at {first}", short(key))]
    DuplicateKey {
        /// The key.
        key: String,
        /// Where it stands for the first time.
        first: Position,
    },
    /// An integer of base 2, 8, 16 or 60 that is too large to be written in base 10.
    #[error("an integer of base 2, 8, 16 or 60 must have at most 128 bits, got {}", short(digits))]
    IntegerRange {
        /// The number as written.
        digits: String,
    },
    /// A tag that is no function's short form.
    #[error("unknown tag `{}`", short(tag))]
    UnknownTag {
        /// The tag, with its exclamation mark.
        tag: String,
    },
    /// A value that is not what its YAML tag says.
    #[error("expected {expected} behind `!!{}`, got `{}`", short(tag), short(value))]
    TagMismatch {
        /// The tag: `int`.
        tag: String,
        /// What the tag asks for.
        expected: &'static str,
        /// The value as written.
        value: String,
    },
    /// A key that is a list, an object, a short form or nothing.
    #[error("a key must be a text, got {found}")]
    KeyKind {
        /// What it is.
        found: &'static str,
    },
    /// A second document behind `---`.
    #[error("a template is one document, found a second")]
    SeveralDocuments,
    /// An alias inside the value whose anchor it names.
    #[error("an alias must not stand inside the value that it repeats")]
    RecursiveAlias,
    /// `<<` with something other than an object or a list of objects.
    #[error("`<<` takes an object or a list of objects, got {found}")]
    MergeKind {
        /// What it is, in JSON Schema's words.
        found: &'static str,
    },
}

impl ErrorKind {
    /// Whether the text breaks the grammar of JSON, rather than a rule of this reader.
    pub(super) fn is_syntax(&self) -> bool {
        matches!(self, ErrorKind::Unexpected { .. })
    }
}

/// At most 60 characters of a text: some are as long as the file.
fn short(text: &str) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]).into(),
        None => text.into(),
    }
}

/// An error while it is on its way out: places are still marks in the reader's own unit.
pub(super) struct Fault {
    at: Option<usize>,
    what: What,
}

enum What {
    Kind(ErrorKind),
    Duplicate { key: String, first: usize },
}

impl Fault {
    pub(super) fn at(mark: usize, kind: ErrorKind) -> Box<Fault> {
        Box::new(Fault { at: Some(mark), what: What::Kind(kind) })
    }

    pub(super) fn nowhere(kind: ErrorKind) -> Box<Fault> {
        Box::new(Fault { at: None, what: What::Kind(kind) })
    }

    pub(super) fn duplicate(mark: usize, first: usize, key: &str) -> Box<Fault> {
        Box::new(Fault { at: Some(mark), what: What::Duplicate { key: key.to_owned(), first } })
    }

    /// The same error elsewhere: at the alias that repeats the value rather than at its anchor.
    pub(super) fn moved(mut self: Box<Fault>, mark: usize) -> Box<Fault> {
        self.at = Some(mark);
        self
    }

    pub(super) fn resolve(self, text: &str, unit: Unit) -> ReadError {
        let position = |mark| positions(text, unit, &[mark])[0];
        let kind = match self.what {
            What::Kind(kind) => kind,
            What::Duplicate { key, first } => ErrorKind::DuplicateKey { key, first: position(first) },
        };
        ReadError { kind, position: self.at.map(position) }
    }
}
