//! The files of a folder, in one order, with one of two modes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{ArchiveError, zip};

/// More are a mistake: the folder of a whole project, or links that lead to each other's folders.
const MOST: usize = 100_000;

/// A file to be packaged.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) path: PathBuf,
    /// Its name in the archive.
    pub(crate) name: String,
    pub(crate) mode: u32,
    pub(crate) bytes: u64,
}

impl Entry {
    pub(crate) fn read(&self) -> Result<zip::File, ArchiveError> {
        let content = fs::read(&self.path).map_err(|error| ArchiveError::read(&self.path, error))?;
        Ok(zip::File { name: self.name.clone(), mode: self.mode, content })
    }
}

/// What becomes of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    /// They are refused: where they lead, on this machine or on Lambda, is not what the archive would say.
    Refused,
    /// They become what they lead to, which has to be in the folder itself.
    Inside,
}

/// How a folder is read.
pub(crate) struct Walk<'a> {
    /// What stands before each name.
    pub(crate) prefix: &'a str,
    pub(crate) links: Links,
    /// Whether a file or folder is left out, by its path in the folder; with whether it is a folder.
    pub(crate) is_excluded: &'a dyn Fn(&str, bool) -> bool,
}

/// All files of a folder, sorted by name, hidden ones too. An empty folder leaves no trace.
pub(crate) fn list(root: &Path, walk: &Walk<'_>) -> Result<Vec<Entry>, ArchiveError> {
    let real = fs::canonicalize(root).map_err(|error| ArchiveError::read(root, error))?;
    let mut state = State { walk, root: real.clone(), above: vec![real], found: Vec::new() };
    state.folder(root, "")?;
    Ok(cfn_model::sorted(state.found, &|left, right| left.name.cmp(&right.name)))
}

struct State<'a> {
    walk: &'a Walk<'a>,
    /// The folder, with its links resolved.
    root: PathBuf,
    /// The folders around the one that is read, with their links resolved. Not kept where links are refused.
    above: Vec<PathBuf>,
    found: Vec<Entry>,
}

impl State<'_> {
    fn folder(&mut self, folder: &Path, path_inside: &str) -> Result<(), ArchiveError> {
        let failed = |error| ArchiveError::read(folder, error);
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            let join =
                |name: &str| if path_inside.is_empty() { name.to_owned() } else { format!("{path_inside}/{name}") };
            let Ok(name) = entry.file_name().into_string() else {
                return Err(ArchiveError::Name { name: self.name(&join(&entry.file_name().display().to_string())) });
            };
            let inside = join(&name);
            // That of the entry itself, not of what a link leads to.
            let mut metadata = entry.metadata().map_err(|error| ArchiveError::read(&path, error))?;
            if (self.walk.is_excluded)(&inside, metadata.is_dir()) {
                continue;
            }
            if metadata.is_symlink() && self.walk.links == Links::Inside {
                metadata = self.target(&path, &inside)?;
                if metadata.is_dir() && (self.walk.is_excluded)(&inside, true) {
                    continue;
                }
            }
            let name = self.name(&inside);
            if metadata.is_dir() {
                self.enter(&path, &inside)?;
            } else if !metadata.is_file() {
                let kind = kind(metadata.file_type());
                return Err(ArchiveError::Kind { name, kind, expected: "a file or a folder" });
            } else if self.found.len() == MOST {
                return Err(ArchiveError::TooMany { most: MOST });
            } else {
                self.found.push(Entry { mode: mode(&metadata), bytes: metadata.len(), path, name });
            }
        }
        Ok(())
    }

    fn name(&self, inside: &str) -> String {
        format!("{}{inside}", self.walk.prefix)
    }

    fn enter(&mut self, path: &Path, inside: &str) -> Result<(), ArchiveError> {
        if self.walk.links == Links::Refused {
            return self.folder(path, inside);
        }
        let real = fs::canonicalize(path).map_err(|error| ArchiveError::read(path, error))?;
        if self.above.contains(&real) {
            return Err(ArchiveError::Link { name: self.name(inside), reason: "leads to a folder around it" });
        }
        self.above.push(real);
        let result = self.folder(path, inside);
        self.above.pop();
        result
    }

    /// What a link leads to.
    fn target(&self, path: &Path, inside: &str) -> Result<fs::Metadata, ArchiveError> {
        let wrong = |reason| ArchiveError::Link { name: self.name(inside), reason };
        // Of a link to itself the system says that there are too many.
        let Ok(real) = fs::canonicalize(path) else { return Err(wrong("leads nowhere")) };
        if !real.starts_with(&self.root) {
            return Err(wrong("leads out of it"));
        }
        fs::metadata(&real).map_err(|error| ArchiveError::read(path, error))
    }
}

/// Two modes, as git has them: what else a file system says differs from one checkout to the next.
#[cfg(unix)]
pub(crate) fn mode(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o100 == 0 { 0o644 } else { 0o755 }
}

/// A file system without an executable bit.
#[cfg(not(unix))]
pub(crate) fn mode(_: &fs::Metadata) -> u32 {
    0o644
}

pub(crate) fn kind(kind: fs::FileType) -> &'static str {
    match () {
        () if kind.is_symlink() => "a link",
        () if kind.is_file() => "a file",
        () if kind.is_dir() => "a folder",
        () => "a special file",
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::{ffi::OsStrExt, fs::symlink, net::UnixListener};

    use pretty_assertions::assert_eq;

    use super::*;

    /// A folder of its own for a test.
    fn folder(test: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("async-lambda-files-{}-{test}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(root: &Path, links: Links) -> Result<Vec<String>, String> {
        let is_excluded = |path: &str, is_folder: bool| path.ends_with(".pyc") || (is_folder && path == "out");
        let walk = Walk { prefix: "", links, is_excluded: &is_excluded };
        list(root, &walk).map(|found| found.into_iter().map(|it| it.name).collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn links_inside_are_what_they_lead_to() {
        let root = folder("inside");
        fs::create_dir_all(root.join("lib/deep")).unwrap();
        fs::create_dir(root.join("out")).unwrap();
        for name in ["lib/a.py", "lib/deep/b.py", "c.pyc", "out/x"] {
            fs::write(root.join(name), name).unwrap();
        }
        symlink("lib", root.join("again")).unwrap();
        symlink("../lib/a.py", root.join("lib/alias.py")).unwrap();
        let expected = ["again/a.py", "again/alias.py", "again/deep/b.py", "lib/a.py", "lib/alias.py", "lib/deep/b.py"];
        assert_eq!(names(&root, Links::Inside).unwrap(), expected);
        assert!(names(&root, Links::Refused).unwrap_err().contains("must be a file or a folder, got a link"));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn links_that_cannot_be_followed_are_errors() {
        fn check(test: &str, make: impl FnOnce(&Path), expected: &str) {
            let root = folder(test);
            fs::create_dir(root.join("sub")).unwrap();
            fs::write(root.join("sub/a"), "a").unwrap();
            make(&root);
            let rule = "a link must lead to a file or a folder of the asset, and this one";
            assert_eq!(names(&root, Links::Inside).unwrap_err(), format!("asset `sub/x`: {rule} {expected}"));
            fs::remove_dir_all(root).unwrap();
        }
        check("nowhere", |root| symlink("gone", root.join("sub/x")).unwrap(), "leads nowhere");
        check("itself", |root| symlink("x", root.join("sub/x")).unwrap(), "leads nowhere");
        check("loop", |root| symlink("..", root.join("sub/x")).unwrap(), "leads to a folder around it");
        check("out", |root| symlink("/", root.join("sub/x")).unwrap(), "leads out of it");
        check("beside", |root| symlink(std::env::temp_dir(), root.join("sub/x")).unwrap(), "leads out of it");
    }

    #[test]
    fn what_is_no_file_is_an_error() {
        let root = folder("socket");
        drop(UnixListener::bind(root.join("s")).unwrap());
        let expected = "asset `s`: must be a file or a folder, got a special file";
        assert_eq!(names(&root, Links::Inside).unwrap_err(), expected);
        fs::remove_dir_all(root).unwrap();
        let root = folder("name");
        fs::write(root.join(std::ffi::OsStr::from_bytes(b"a\xff")), "").unwrap();
        assert_eq!(names(&root, Links::Inside).unwrap_err(), "asset `a\u{fffd}`: its name must be UTF-8");
        fs::remove_dir_all(root).unwrap();
    }
}
