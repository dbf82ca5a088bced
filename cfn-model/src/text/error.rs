//! What can be wrong with a text.

use std::{error::Error, fmt};

use super::position::{Position, Unit, positions};

/// Why a text was not read, and where reading stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where; `None` where the text as a whole is wrong.
    pub position: Option<Position>,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nothing but white space and comments.
    Empty,
    /// A text or a list where a template's sections should be.
    NotAnObject {
        /// What it is, in JSON Schema's words.
        found: &'static str,
    },
    /// Longer than [`Limits::bytes`](super::Limits::bytes).
    TooLong {
        /// The limit.
        limit: usize,
        /// The length of the text.
        bytes: usize,
    },
    /// Deeper than [`Limits::depth`](super::Limits::depth).
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// More than [`Limits::nodes`](super::Limits::nodes).
    TooManyNodes {
        /// The limit.
        limit: usize,
    },
    /// The keys on the way to a value are longer than [`Limits::MAX_PATH`](super::Limits::MAX_PATH).
    PathTooLong {
        /// The limit.
        limit: usize,
    },
    /// Aliases repeat more text than [`Limits::bytes`](super::Limits::bytes).
    TooMuchRepeated {
        /// The limit.
        limit: usize,
    },
    /// Not JSON.
    Unexpected {
        /// What could have stood there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// Not YAML: in the words of the parser.
    Yaml {
        /// What the parser says.
        reason: String,
    },
    /// One key twice in an object.
    DuplicateKey {
        /// The key.
        key: String,
        /// Where it stands for the first time.
        first: Position,
    },
    /// An integer of base 2, 8, 16 or 60 that is too large to be written in base 10.
    IntegerRange {
        /// The number as written.
        digits: String,
    },
    /// A tag that is no function's short form.
    UnknownTag {
        /// The tag, with its exclamation mark.
        tag: String,
    },
    /// A value that is not what its YAML tag says.
    TagMismatch {
        /// The tag: `int`.
        tag: String,
        /// What the tag asks for.
        expected: &'static str,
        /// The value as written.
        value: String,
    },
    /// A key that is a list, an object, a short form or nothing.
    KeyKind {
        /// What it is.
        found: &'static str,
    },
    /// A second document behind `---`.
    SeveralDocuments,
    /// An alias inside the value whose anchor it names.
    RecursiveAlias,
    /// `<<` with something other than an object or a list of objects.
    MergeKind {
        /// What it is, in JSON Schema's words.
        found: &'static str,
    },
}

// By hand, as in async-lambda-model: programs about stacks need thiserror and its syn for nothing else.
impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(position) = self.position {
            write!(f, "{position}: ")?;
        }
        self.kind.fmt(f)
    }
}

impl Error for ReadError {}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorKind::Empty => f.write_str("the template is empty"),
            ErrorKind::NotAnObject { found } => write!(f, "a template is an object of sections, got {found}"),
            ErrorKind::TooLong { limit, bytes } => write!(f, "the text must have at most {limit} bytes, got {bytes}"),
            ErrorKind::TooDeep { limit } => write!(f, "values must not be nested deeper than {limit} levels"),
            ErrorKind::TooManyNodes { limit } => {
                write!(f, "the text must hold at most {limit} values, counting those that aliases repeat")
            }
            ErrorKind::PathTooLong { limit } => {
                write!(f, "the keys on the way to a value must have at most {limit} bytes together")
            }
            ErrorKind::TooMuchRepeated { limit } => write!(f, "aliases must repeat at most {limit} bytes of text"),
            ErrorKind::Unexpected { expected, found } => write!(f, "expected {expected}, found {found}"),
            ErrorKind::Yaml { reason } => write!(f, "not valid YAML: {reason}"),
            ErrorKind::DuplicateKey { key, first } => {
                write!(f, "duplicate key `{}`, first at {first}", short(key))
            }
            ErrorKind::IntegerRange { digits } => {
                write!(f, "an integer of base 2, 8, 16 or 60 must have at most 128 bits, got {}", short(digits))
            }
            ErrorKind::UnknownTag { tag } => write!(f, "unknown tag `{}`", short(tag)),
            ErrorKind::TagMismatch { tag, expected, value } => {
                write!(f, "expected {expected} behind `!!{}`, got `{}`", short(tag), short(value))
            }
            ErrorKind::KeyKind { found } => write!(f, "a key must be a text, got {found}"),
            ErrorKind::SeveralDocuments => f.write_str("a template is one document, found a second"),
            ErrorKind::RecursiveAlias => f.write_str("an alias must not stand inside the value that it repeats"),
            ErrorKind::MergeKind { found } => {
                write!(f, "`<<` takes an object or a list of objects, got {found}")
            }
        }
    }
}

impl Error for ErrorKind {}

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
