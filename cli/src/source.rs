//! Where a project's dependencies come from.

use std::{fs, path::PathBuf};

use crate::error::Error;

/// Where the crates of async-lambda come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The registry: the version of this program.
    Registry,
    /// A checkout in this folder.
    Path(PathBuf),
    /// A repository.
    Git {
        /// Its URL.
        url: String,
        /// A commit; without it, the newest of the default branch.
        rev: Option<String>,
    },
}

/// The keys of a dependency that say where it comes from: `version`, `path`, or `git` and `rev`.
pub type Keys = Vec<(&'static str, String)>;

/// The keys of the dependency on each crate.
#[derive(Debug)]
pub struct Dependencies {
    pub async_lambda: Keys,
    pub constructs: Keys,
    pub cfn_model: Keys,
}

impl Source {
    /// Checks the source, and makes its folder absolute.
    pub fn resolved(&self) -> Result<Source, Error> {
        match self {
            Source::Path(folder) => {
                let is_ours = fs::read_to_string(folder.join("runtime/Cargo.toml"))
                    .is_ok_and(|manifest| manifest.lines().any(|line| line == "name = \"async-lambda\""));
                if !is_ours {
                    return Err(Error::NotACheckout(folder.clone()));
                }
                // On Windows `canonicalize` gives paths that cargo does not read; elsewhere `absolute` leaves `..` in them.
                let absolute = if cfg!(windows) { std::path::absolute(folder) } else { folder.canonicalize() };
                let folder = absolute.map_err(|_| Error::NotACheckout(folder.clone()))?;
                Ok(Source::Path(folder))
            }
            Source::Git { url, .. } if !url.contains("://") => Err(Error::NotAUrl(url.clone())),
            Source::Git { .. } | Source::Registry => Ok(self.clone()),
        }
    }

    /// The keys of the dependency on each crate.
    pub fn dependencies(&self) -> Result<Dependencies, Error> {
        Ok(Dependencies {
            async_lambda: self.keys("runtime")?,
            constructs: self.keys("async-lambda-constructs")?,
            cfn_model: self.keys("cfn-model")?,
        })
    }

    /// The keys for a crate that is in this folder of a checkout.
    fn keys(&self, folder: &str) -> Result<Keys, Error> {
        Ok(match self {
            Source::Registry => {
                vec![(
                    "version",
                    concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR")).to_owned(),
                )]
            }
            Source::Path(root) => {
                let path = root.join(folder);
                vec![("path", path.to_str().ok_or_else(|| Error::NotUtf8(path.clone()))?.to_owned())]
            }
            Source::Git { url, rev } => {
                let rev = rev.iter().map(|rev| ("rev", rev.clone()));
                std::iter::once(("git", url.clone())).chain(rev).collect()
            }
        })
    }
}
