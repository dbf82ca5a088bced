//! The folder `assets/`, which goes into the archive as it is.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{PackageError, zip};

/// The folder's name, beside `Cargo.toml` and in the archive.
const FOLDER: &str = "assets";

/// A file to be packaged.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asset {
    pub(super) path: PathBuf,
    /// Its name in the archive.
    pub(super) name: String,
    pub(super) mode: u32,
    pub(super) bytes: u64,
}

impl Asset {
    pub(super) fn read(&self) -> Result<zip::File, PackageError> {
        let content = fs::read(&self.path).map_err(|error| PackageError::read(&self.path, error))?;
        Ok(zip::File { name: self.name.clone(), mode: self.mode, content })
    }
}

/// All files under `assets/`, hidden ones too; none where there is no such folder. An empty folder leaves no trace.
///
/// Links are refused: where they lead, on this machine or on Lambda, is not what the archive would say.
pub(super) fn list(project: &Path) -> Result<Vec<Asset>, PackageError> {
    let root = project.join(FOLDER);
    let mut found = Vec::new();
    match fs::symlink_metadata(&root) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(PackageError::read(&root, error)),
        Ok(metadata) if metadata.is_dir() => walk(&root, FOLDER, &mut found)?,
        Ok(metadata) => {
            let kind = kind(metadata.file_type());
            return Err(PackageError::AssetKind { name: FOLDER.to_owned(), kind, expected: "a folder" });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<Asset>) -> Result<(), PackageError> {
    let failed = |error| PackageError::read(folder, error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else {
            return Err(PackageError::AssetName { name: format!("{prefix}/{}", entry.file_name().display()) });
        };
        let name = format!("{prefix}/{name}");
        // That of the entry itself, not of what a link leads to.
        let metadata = entry.metadata().map_err(|error| PackageError::read(&path, error))?;
        if metadata.is_dir() {
            walk(&path, &name, found)?;
        } else if metadata.is_file() {
            found.push(Asset { mode: mode(&metadata), bytes: metadata.len(), path, name });
        } else {
            let kind = kind(metadata.file_type());
            return Err(PackageError::AssetKind { name, kind, expected: "a file or a folder" });
        }
    }
    Ok(())
}

/// Two modes, as git has them: what else a file system says differs from one checkout to the next.
#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o100 == 0 { 0o644 } else { 0o755 }
}

/// A file system without an executable bit.
#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> u32 {
    0o644
}

fn kind(kind: fs::FileType) -> &'static str {
    match () {
        () if kind.is_symlink() => "a link",
        () if kind.is_file() => "a file",
        () => "a special file",
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::{ffi::OsStrExt, fs::PermissionsExt, net::UnixListener};

    use super::*;

    /// A project of its own for a test.
    fn project(test: &str) -> PathBuf {
        let project = std::env::temp_dir().join(format!("async-lambda-assets-{}-{test}", std::process::id()));
        let _ = fs::remove_dir_all(&project);
        fs::create_dir_all(&project).unwrap();
        project
    }

    #[test]
    fn files_are_found_in_order_with_one_of_two_modes() {
        let project = project("found");
        assert_eq!(list(&project).unwrap(), []);
        for (name, mode) in [("b/c.txt", 0o600), ("b.txt", 0o664), (".hidden", 0o444), ("b/grün", 0o700)] {
            let path = project.join("assets").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, name).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
        fs::create_dir_all(project.join("assets/empty")).unwrap();
        let found: Vec<_> = list(&project).unwrap().into_iter().map(|asset| (asset.name, asset.mode)).collect();
        let expected =
            [("assets/.hidden", 0o644), ("assets/b.txt", 0o644), ("assets/b/c.txt", 0o644), ("assets/b/grün", 0o755)];
        assert_eq!(found, expected.map(|(name, mode)| (name.to_owned(), mode)));
        fs::remove_dir_all(project).unwrap();
    }

    #[test]
    fn what_is_no_file_is_an_error() {
        fn check(test: &str, make: impl FnOnce(&Path), expected: &str) {
            let project = project(test);
            make(&project);
            assert_eq!(list(&project).unwrap_err().to_string(), expected);
            fs::remove_dir_all(project).unwrap();
        }
        fn assets(project: &Path) -> PathBuf {
            fs::create_dir(project.join("assets")).unwrap();
            project.join("assets")
        }
        let link = |target: &str, at: PathBuf| std::os::unix::fs::symlink(target, at).unwrap();
        check(
            "link",
            |project| link("nowhere", assets(project).join("x")),
            "asset `assets/x`: must be a file or a folder, got a link",
        );
        check("root-link", |project| link(".", project.join("assets")), "asset `assets`: must be a folder, got a link");
        check(
            "root-file",
            |project| fs::write(project.join("assets"), "").unwrap(),
            "asset `assets`: must be a folder, got a file",
        );
        check(
            "socket",
            |project| drop(UnixListener::bind(assets(project).join("s")).unwrap()),
            "asset `assets/s`: must be a file or a folder, got a special file",
        );
        check(
            "name",
            |project| fs::write(assets(project).join(std::ffi::OsStr::from_bytes(b"a\xff")), "").unwrap(),
            "asset `assets/a\u{fffd}`: its name must be UTF-8",
        );
    }
}
