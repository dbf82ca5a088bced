//! Names of tasks and of applications.

use std::{borrow::Cow, convert::Infallible, fmt};

/// A text that is no name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    /// What the text should have named: `task id`.
    pub subject: &'static str,
    /// The text.
    pub text: String,
    /// What a name looks like.
    pub rule: &'static str,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NameError { subject, text, rule } = self;
        write!(f, "{subject} `{text}`: must be {rule}")
    }
}

impl std::error::Error for NameError {}

impl NameError {
    /// The fix: the name without what it must not have.
    pub fn help(&self) -> Option<String> {
        let mut better = String::new();
        let mut is_start = false;
        for character in self.text.chars() {
            if !character.is_ascii_alphanumeric() {
                is_start = !better.is_empty();
            } else if is_start {
                better.push(character.to_ascii_uppercase());
                is_start = false;
            } else {
                better.push(character);
            }
        }
        let is_new = !better.is_empty() && better != self.text && better.len() <= TaskId::MAX_LENGTH;
        is_new.then(|| format!("write `{better}`"))
    }
}

impl From<Infallible> for NameError {
    fn from(never: Infallible) -> NameError {
        match never {}
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $subject:literal, $max:literal, $others:literal, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(try_from = "String"))]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// The longest, in characters.
            pub const MAX_LENGTH: usize = $max;

            /// Checks a text and makes it a name.
            ///
            /// # Errors
            ///
            /// [`NameError`] says what such a name looks like.
            pub fn new(text: impl Into<Cow<'static, str>>) -> Result<$name, NameError> {
                let text = text.into();
                if $name::is_valid(&text) {
                    Ok($name(text))
                } else {
                    Err(NameError { subject: $subject, text: text.into_owned(), rule: $rule })
                }
            }

            /// A literal, in a `const`: one that is no name does not compile.
            pub const fn literal(text: &'static str) -> $name {
                assert!($name::is_valid(text), concat!("a ", $subject, " must be ", $rule));
                $name(Cow::Borrowed(text))
            }

            /// Whether a text is such a name.
            pub const fn is_valid(text: &str) -> bool {
                let (text, others) = (text.as_bytes(), ($others as &str).as_bytes());
                let mut i = 0;
                while i < text.len() {
                    let mut allowed = text[i].is_ascii_alphanumeric();
                    let mut j = 0;
                    while j < others.len() {
                        allowed |= text[i] == others[j];
                        j += 1;
                    }
                    if !allowed {
                        return false;
                    }
                    i += 1;
                }
                1 <= text.len() && text.len() <= $max
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.into_owned()
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<$name, NameError> {
                $name::new(text)
            }
        }
    };
}

name! {
    /// The name of a task: 1 to 32 letters and digits. Logical ids (`<Task>ALFunc`) are made of it, and those have
    /// neither hyphens nor underscores.
    TaskId, "task id", 32, "", "1 to 32 letters and digits"
}
name! {
    /// The name of a table in code: 1 to 32 letters and digits. A logical id (`<Table>ALTable`) is made of it.
    TableName, "table name", 32, "", "1 to 32 letters and digits"
}
name! {
    /// The name of an application: 1 to 62 letters, digits, hyphens and underscores. It is the beginning of every
    /// physical name: `<app>-<Task>` is a function's, and that may have 64 characters.
    AppName, "application name", 62, "-_", "1 to 62 letters, digits, `-` and `_`"
}

name! {
    /// The name of a group of tasks, which becomes a nested stack: 1 to 32 letters and digits. The logical id of that stack
    /// (`<group>ALGroup`) and the name of its template are made of it.
    GroupName, "group name", 32, "", "1 to 32 letters and digits"
}

/// The physical name of the queue of a task's lane. Lane 0 has the name that the queue of a task without lanes has. A FIFO task
/// has no lanes.
pub fn queue_name(application: &str, task: &TaskId, lane: u32, is_fifo: bool) -> String {
    match lane {
        0 if is_fifo => format!("{application}-{task}.fifo"),
        0 => format!("{application}-{task}"),
        lane => format!("{application}-{task}-L{lane}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn task_ids_are_letters_and_digits() {
        for (text, expected) in
            [("Resize", true), ("a1", true), ("", false), ("a-b", false), ("a b", false), ("ü", false)]
        {
            assert_eq!(TaskId::new(text).is_ok(), expected, "{text}");
        }
        assert!(TaskId::is_valid(&"x".repeat(32)));
        assert!(!TaskId::is_valid(&"x".repeat(33)));
        assert!(AppName::is_valid("photo-app_2"));
        let error = TaskId::new("my task").unwrap_err();
        assert_eq!(error.to_string(), "task id `my task`: must be 1 to 32 letters and digits");
        assert_eq!(error.help().as_deref(), Some("write `myTask`"));
        assert_eq!(TaskId::new("re-size").unwrap_err().help().as_deref(), Some("write `reSize`"));
        assert_eq!(TaskId::new("--").unwrap_err().help(), None);
    }

    #[test]
    fn lane_0_keeps_its_name() {
        let work = TaskId::literal("Work");
        let name = |lane, is_fifo| queue_name("shop", &work, lane, is_fifo);
        assert_eq!([name(0, false), name(1, false), name(0, true)], ["shop-Work", "shop-Work-L1", "shop-Work.fifo"]);
    }
}
