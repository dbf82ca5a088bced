//! Errors of schedules whose times nobody can tell.

use std::{io, path::PathBuf};

use async_lambda_model::TaskId;
use tz::TzError;

/// An error of a schedule whose times nobody can tell, on this machine or at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FiringError {
    /// No time zone database.
    #[error("time zone `{zone}`: this machine has no time zone database, looked for {}", list(folders))]
    NoDatabase {
        /// The IANA name.
        zone: String,
        /// The folders in which there could be one.
        folders: Vec<PathBuf>,
    },
    /// A time zone that the database does not have.
    #[error("time zone `{zone}`: must be a name of the time zone database in `{}`", folder.display())]
    UnknownZone {
        /// The name.
        zone: String,
        /// The folder of the database.
        folder: PathBuf,
    },
    /// A file of the database that cannot be read.
    #[error("time zone `{zone}`: cannot read `{}`: {source}", path.display())]
    UnreadableZone {
        /// The IANA name.
        zone: String,
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A file of the database that has no time zone, or one against the rules of its format.
    #[error("time zone `{zone}`: cannot use `{}`: {source}", path.display())]
    NoZone {
        /// The name.
        zone: String,
        /// The file.
        path: PathBuf,
        /// The fault of the file.
        source: TzError,
    },
    /// A start or an end that is no time in UTC.
    #[error("schedule's {name}: must be a time in UTC, got `{given}`")]
    Time {
        /// `start` or `end`.
        name: &'static str,
        /// The string.
        given: String,
    },
    /// An expression that Scheduler would refuse.
    #[error("schedule `{expression}`: {problem}")]
    Expression {
        /// The expression.
        expression: String,
        /// The fault of the expression.
        problem: String,
    },
}

impl FiringError {
    /// The fix.
    pub fn help(&self) -> &'static str {
        match self {
            FiringError::NoDatabase { .. } => {
                "install it: Linux has it in the package `tzdata`; UTC, the default of a schedule, needs none"
            }
            FiringError::UnknownZone { .. } => {
                "write an IANA name, `Europe/Berlin` for example; some systems have old names, `US/Eastern` for example, in \
                 a package of their own, `tzdata-legacy`"
            }
            FiringError::NoZone { .. } => {
                "write an IANA name, `Europe/Berlin` for example; if it is one, update the package `tzdata`"
            }
            FiringError::UnreadableZone { .. } => "make the file readable, or install the package `tzdata` again",
            FiringError::Time { .. } => "write it as `2026-12-01T00:00:00Z`",
            FiringError::Expression { .. } => "correct the expression: AWS would refuse this one at deployment",
        }
    }

    /// The error as one line about a task: what is wrong, and the fix.
    pub fn of_task(&self, task: &TaskId) -> String {
        format!("task `{task}`: {self}; {}", self.help())
    }
}

fn list(folders: &[PathBuf]) -> String {
    let folders: Vec<String> = folders.iter().map(|folder| format!("`{}`", folder.display())).collect();
    folders.join(", ")
}
