//! A release of cfn-lint from PyPI, unpacked.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Error, process, shell::Folder, venv::Venv};

/// A folder with the wheel in it, which is removed when this is dropped.
pub struct Release(Folder);

impl Release {
    /// Downloads the wheel with pip and unpacks it. Nothing of it is run.
    pub fn fetch(version: &str) -> Result<Release, Error> {
        let python = Venv::ready()?.program("python");
        let folder = Folder::temporary("schema-release")?;
        let path = folder.0.clone();
        let requirement = format!("cfn-lint=={version}");
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest"]);
        process::run(pip.arg(&path).arg(requirement))?;
        let wheel = fs::read_dir(&path)
            .map_err(Error::io(format!("read {}", path.display())))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|extension| extension == "whl"));
        let wheel = wheel.ok_or_else(|| Error::Data {
            subject: "schema",
            source: format!("pip gave no wheel of cfn-lint {version}").into(),
        })?;
        process::run(Command::new(&python).args(["-m", "zipfile", "-e"]).arg(wheel).arg(&path))?;
        Ok(Release(folder))
    }

    /// The folder of its schemas.
    pub fn schemas(&self) -> PathBuf {
        self.0.0.join("cfnlint/data/schemas")
    }
}

/// The release that a folder of schemas is of, where it stands in its package.
pub fn version_of(schemas: &Path) -> Option<String> {
    let text = fs::read_to_string(schemas.join("../../version.py")).ok()?;
    let version = text.lines().find_map(|line| line.strip_prefix("__version__ = \""))?;
    Some(version.trim_end_matches('"').to_owned())
}
