//! The folder `assets/`, which goes into the archive as it is.

use std::{fs, path::Path};

use super::PackageError;
use crate::archive::{
    ArchiveError,
    files::{self, Entry, Links, Walk},
};

/// The folder's name, beside `Cargo.toml` and in the archive.
const FOLDER: &str = "assets";

/// All files under `assets/`, hidden ones too; none where there is no such folder. Links are refused.
pub(super) fn list(project: &Path) -> Result<Vec<Entry>, PackageError> {
    let root = project.join(FOLDER);
    match fs::symlink_metadata(&root) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(PackageError::read(&root, error)),
        Ok(metadata) if metadata.is_dir() => {
            let walk = Walk { prefix: "assets/", links: Links::Refused, is_excluded: &|_, _| false };
            Ok(files::list(&root, &walk)?)
        }
        Ok(metadata) => {
            let kind = files::kind(metadata.file_type());
            Err(ArchiveError::Kind { name: FOLDER.to_owned(), kind, expected: "a folder" }.into())
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{
        os::unix::{ffi::OsStrExt, fs::PermissionsExt, net::UnixListener},
        path::PathBuf,
    };

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
