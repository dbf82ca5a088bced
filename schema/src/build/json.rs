//! The JSON that the data is made of, whatever library has read it.

use std::fmt;

/// A JSON value that is cheap to copy: a reference into a document.
pub trait Json<'a>: Copy {
    /// What it is.
    fn view(self) -> View<'a, Self>;

    /// The entry of an object; nothing of any other value.
    fn get(self, name: &str) -> Option<Self>;

    /// Its JSON text, without spaces.
    fn text(self) -> String;

    /// The string, if it is one.
    fn as_str(self) -> Option<&'a str> {
        match self.view() {
            View::String(text) => Some(text),
            _ => None,
        }
    }

    /// The members of a list; of any other value none.
    fn members(self) -> Vec<Self> {
        match self.view() {
            View::Array(members) => members,
            _ => Vec::new(),
        }
    }

    /// The value that a JSON pointer leads to: `/definitions/Tag`.
    fn pointer(self, pointer: &str) -> Option<Self> {
        pointer.split('/').skip(1).try_fold(self, |value, step| match value.view() {
            View::Array(members) => members.get(step.parse::<usize>().ok()?).copied(),
            _ if step.contains('~') => value.get(&step.replace("~1", "/").replace("~0", "~")),
            _ => value.get(step),
        })
    }
}

/// What a JSON value is.
#[derive(Clone, Debug)]
pub enum View<'a, J> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number,
    /// A string.
    String(&'a str),
    /// The members of a list.
    Array(Vec<J>),
    /// The entries of an object.
    Object(Vec<(&'a str, J)>),
}

impl<J> View<'_, J> {
    fn kind(&self) -> &'static str {
        match self {
            View::Null => "null",
            View::Bool(_) => "boolean",
            View::Number => "number",
            View::String(_) => "string",
            View::Array(_) => "array",
            View::Object(_) => "object",
        }
    }
}

/// What is wrong with a schema, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The steps that lead there.
    pub path: Vec<String>,
    /// The rule and the actual value.
    pub message: String,
    /// Whether the path begins at the document, because a reference led here.
    is_whole: bool,
}

impl Problem {
    /// A problem right here.
    pub fn new(message: impl Into<String>) -> Problem {
        Problem { path: Vec::new(), message: message.into(), is_whole: false }
    }

    /// A value of another kind than it must be.
    pub fn expected<'a, J: Json<'a>>(what: &str, got: J) -> Problem {
        Problem::new(format!("must be {what}, got {}", got.view().kind()))
    }

    /// The same, one step further up.
    pub fn below(mut self, step: &str) -> Problem {
        if !self.is_whole {
            self.path.insert(0, step.to_owned());
        }
        self
    }

    /// The same, below what a pointer leads to.
    pub(super) fn below_pointer(self, pointer: &str) -> Problem {
        let steps = pointer.strip_prefix('/').into_iter().flat_map(|steps| steps.rsplit('/'));
        let problem = steps.fold(self, |problem, step| problem.below(&step.replace("~1", "/").replace("~0", "~")));
        Problem { is_whole: true, ..problem }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_slice() {
            [] => f.write_str(&self.message),
            path => write!(f, "`{}`: {}", path.join("/"), self.message),
        }
    }
}

impl std::error::Error for Problem {}
