//! What validation reports.

use std::{fmt, panic::Location};

use crate::Path;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Deployment or delivery fails.
    Error,
    /// It works, and there is a better way.
    Warning,
    /// Worth knowing.
    Info,
}

/// What a finding is an instance of. Rules are `static`s, listed in the crate `cfn-rules`.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// A stable code: the rule id of cfn-lint where the same rule exists there, such as `E3002`.
    pub code: &'static str,
    /// How much its findings weigh.
    pub severity: Severity,
    /// The rule in one sentence, without a full stop.
    pub title: &'static str,
}

/// A line of somebody's Rust source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The file, as the compiler knows it: relative to the workspace root.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1; 0 where only the line is known.
    pub column: u32,
}

/// One mistake, and what is needed to mend it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// Where in the template.
    pub path: Path,
    /// Subject, rule and actual value in one lower-case sentence.
    pub message: String,
    /// What would have been right, where that is short: a type, a range, the members of an enum.
    pub expected: Option<String>,
    /// The value that was found.
    pub actual: Option<String>,
    /// How to mend it; a did-you-mean.
    pub help: Option<String>,
    /// The Rust line that made the thing, where Rust made it.
    pub origin: Option<Origin>,
    /// The Rust line that added the construct, where `origin` is a line inside of one.
    pub added_by: Option<Origin>,
    /// Why no alternative fits, for a finding that says so (`E3017`, `E3018`): the mistakes of each
    /// alternative, those of the closest one first.
    pub causes: Vec<Finding>,
}

/// All findings about a template, in a stable order: by place in the template, then by code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The findings.
    pub findings: Vec<Finding>,
    /// Those that somebody asked not to hear of, in the template or in Rust. They count as nothing.
    pub silenced: Vec<Silenced>,
}

/// A finding that somebody asked not to hear of.
#[derive(Clone, Debug, PartialEq)]
pub struct Silenced {
    /// The finding.
    pub finding: Finding,
    /// Why nobody has to hear of it; `None` from cfn-lint's `ignore_checks`, which has no room for a reason.
    pub reason: Option<String>,
}

/// A request not to hear of a rule: made in Rust by [`Template::ignore`](crate::Template::ignore), or read from a
/// template's metadata.
#[derive(Clone, Debug, PartialEq)]
pub struct Suppression {
    /// The code of the rule.
    pub code: String,
    /// Where findings have to be.
    pub scope: Scope,
    /// Why.
    pub reason: Option<String>,
    /// Where the request stands in the template, or what it is about.
    pub path: Path,
    /// The Rust line, where the request comes from there.
    pub origin: Option<Origin>,
}

/// The findings that a [`Suppression`] is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All of the rule.
    Everywhere,
    /// Those about this resource.
    Resource(String),
    /// Those about whatever has this name: a resource, a parameter, an output.
    Named(String),
}

impl Rule {
    /// A rule whose findings make deployment fail.
    pub const fn error(code: &'static str, title: &'static str) -> Rule {
        Rule { code, severity: Severity::Error, title }
    }

    /// A rule whose findings are worth knowing and nothing more.
    pub const fn info(code: &'static str, title: &'static str) -> Rule {
        Rule { code, severity: Severity::Info, title }
    }

    /// A rule whose findings are advice.
    pub const fn warning(code: &'static str, title: &'static str) -> Rule {
        Rule { code, severity: Severity::Warning, title }
    }
}

impl Finding {
    /// A finding with a message only; the other fields are public.
    pub fn new(rule: &'static Rule, path: Path, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            path,
            message: message.into(),
            expected: None,
            actual: None,
            help: None,
            origin: None,
            added_by: None,
            causes: Vec::new(),
        }
    }

    /// With what would have been right.
    pub fn expected(mut self, expected: impl Into<String>) -> Finding {
        self.expected = Some(expected.into());
        self
    }

    /// With the value that was found.
    pub fn actual(mut self, actual: impl Into<String>) -> Finding {
        self.actual = Some(actual.into());
        self
    }

    /// With how to mend it, where that is known.
    pub fn help(mut self, help: impl Into<Option<String>>) -> Finding {
        self.help = help.into();
        self
    }

    /// The finding and, depth first, all its causes.
    pub fn with_causes(&self) -> impl Iterator<Item = &Finding> {
        let mut pending = vec![self];
        std::iter::from_fn(move || {
            let next = pending.pop()?;
            pending.extend(next.causes.iter().rev());
            Some(next)
        })
    }
}

impl Report {
    /// Whether there is an error, so that the template must not be used.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many findings of a severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.rule.severity == severity).count()
    }
}

impl AsRef<Finding> for Finding {
    fn as_ref(&self) -> &Finding {
        self
    }
}

impl AsRef<Finding> for Silenced {
    fn as_ref(&self) -> &Finding {
        &self.finding
    }
}

impl From<&'static Location<'static>> for Origin {
    fn from(location: &'static Location<'static>) -> Origin {
        Origin { file: location.file(), line: location.line(), column: location.column() }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if self.column > 0 { write!(f, ":{}", self.column) } else { Ok(()) }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        })
    }
}
