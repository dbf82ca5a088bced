//! Why no project was made.

use std::{io, path::PathBuf};

/// Why no project was made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder ends in `..` or is a root.
    #[error("folder `{}`: must end with the name of the project", .0.display())]
    NoName(PathBuf),
    /// The name has a character that it must not have, or too many.
    #[error("name `{0}`: must begin with a letter and have at most {max} letters, digits, `-` and `_`", max = crate::name::MAX_LENGTH)]
    Name(String),
    /// The name is that of something in the project.
    #[error("name `{name}`: must not be that of {what}")]
    Taken {
        /// The name.
        name: String,
        /// What has it already.
        what: String,
    },
    /// There is something of this name.
    #[error("folder `{}`: must not exist", .0.display())]
    Exists(PathBuf),
    /// The folder of `--path` is something else.
    #[error("--path: must be a checkout of async-lambda, `{}` has no runtime/Cargo.toml with the package `async-lambda`", .0.display())]
    NotACheckout(PathBuf),
    /// Cargo cannot read the folder of `--path` from a manifest.
    #[error("--path: must be UTF-8, got `{}`", .0.display())]
    NotUtf8(PathBuf),
    /// Not a URL in the sense of cargo.
    #[error("--git: must be a URL, got `{0}`")]
    NotAUrl(String),
    /// Cargo refuses.
    #[error("{0}")]
    Cargo(String),
    /// Cargo could not be started.
    #[error("cargo: {0}")]
    NoCargo(#[source] io::Error),
    /// A file could not be written.
    #[error("write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A template is broken: a bug of this program.
    #[error("template {file}: {source}")]
    Template {
        /// The file of the template.
        file: &'static str,
        /// The reason.
        source: minijinja::Error,
    },
}

impl Error {
    /// How to fix it.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Error::NoName(_) => "write `cargo async-lambda new my-app`",
            Error::Name(_) => {
                "the name of the crate, of the application and of its stack is the same: `my-app`; `--name` gives a folder another name"
            }
            Error::Taken { .. } => "choose another name; `--name` gives one that is not the folder's",
            Error::Exists(_) => "choose another name, or remove the folder",
            Error::NotACheckout(_) => {
                "give the folder that has async-lambda's README.md, or leave `--path` out to depend on the published crates"
            }
            Error::NotUtf8(_) => "move the checkout into a folder with a plain name",
            Error::NotAUrl(_) => {
                "write `https://host/owner/repository` or `ssh://git@host/owner/repository`, or `--path DIR` for a folder"
            }
            Error::NoCargo(_) => "install Rust, or put cargo into PATH",
            Error::Cargo(_) | Error::Write { .. } | Error::Template { .. } => return None,
        })
    }
}
