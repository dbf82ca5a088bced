//! Errors of commands.

use std::{fmt, io, process::ExitStatus};

/// An error of a command.
#[derive(Debug)]
pub enum Error {
    /// The arguments make no sense.
    Usage(lexopt::Error),
    /// Something outside the repository is missing or unfit.
    Environment {
        /// The missing thing, and what to install.
        missing: String,
    },
    /// A file or a pipe refused.
    Io {
        /// The action that failed, and its object.
        doing: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A file or an answer is not the JSON that it should be.
    Json {
        /// The file or the program whose text it is.
        subject: String,
        /// Line, column and what was expected.
        source: serde_json::Error,
    },
    /// A program failed.
    Process {
        /// The program with its arguments.
        command: String,
        /// The exit status.
        status: ExitStatus,
        /// Its output.
        said: String,
    },
    /// The inputs of a generated file are not as they should be.
    Data {
        /// The name of what was being made.
        subject: &'static str,
        /// The fault, and its place.
        source: Box<dyn std::error::Error>,
    },
    /// Checks ran, and their failures have been printed.
    Checks {
        /// The name of what was checked.
        subject: &'static str,
        /// The number of failures.
        failed: usize,
    },
}

impl Error {
    /// 2 for a wrong command line, 1 for everything else.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Error::Usage(_)) { 2 } else { 1 }
    }

    /// Makes an error of what the operating system said while `doing` something.
    pub fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Error {
        let doing = doing.into();
        move |source| Error::Io { doing, source }
    }

    /// Makes an error of what the JSON reader said about `subject`.
    pub fn json(subject: impl Into<String>) -> impl FnOnce(serde_json::Error) -> Error {
        let subject = subject.into();
        move |source| Error::Json { subject, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Usage(error) => write!(f, "arguments: {error}"),
            Error::Environment { missing } => f.write_str(missing),
            Error::Io { doing, source } => write!(f, "{doing}: {source}"),
            Error::Json { subject, source } => write!(f, "{subject}: {source}"),
            Error::Process { command, status, said } => {
                write!(f, "{command}: {status}")?;
                if said.trim().is_empty() { Ok(()) } else { write!(f, "\n{}", said.trim_end()) }
            }
            Error::Data { subject, source } => write!(f, "{subject}: {source}"),
            Error::Checks { subject, failed } => write!(f, "{subject}: {failed} failed"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Usage(source) => Some(source),
            Error::Io { source, .. } => Some(source),
            Error::Json { source, .. } => Some(source),
            Error::Data { source, .. } => Some(source.as_ref()),
            Error::Environment { .. } | Error::Process { .. } | Error::Checks { .. } => None,
        }
    }
}

impl From<lexopt::Error> for Error {
    fn from(error: lexopt::Error) -> Error {
        Error::Usage(error)
    }
}
