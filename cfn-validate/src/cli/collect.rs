//! Which files are checked.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use glob::{MatchOptions, Pattern};

use super::{Failure, config::Settings, failure};
use crate::{Diagnostic, plain};

/// What a search of a folder takes for a possible template.
const EXTENSIONS: [&str; 4] = ["json", "template", "yaml", "yml"];
/// Folders of what is not one's own; those whose names begin with a dot are left out as well.
const FOREIGN: [&str; 2] = ["node_modules", "target"];

/// `*` stops at a slash, and `**` does not.
pub(super) const MATCHING: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// A file to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    /// Relative to where the program runs, or absolute; `-` for stdin.
    pub(super) path: PathBuf,
    /// Whether somebody named it. One that was found may turn out to be no template.
    pub(super) is_named: bool,
}

/// The files that were named, and those that were found; each once, in the order of the arguments.
pub(super) fn files(directory: &Path, named: &[PathBuf], settings: &Settings) -> Result<Vec<Input>, Failure> {
    let mut search = Search { directory, settings, found: Vec::new(), seen: HashSet::new() };
    for path in named {
        let whole = directory.join(path);
        let text = path.to_string_lossy();
        if path == Path::new("-") || whole.is_file() {
            search.take(path.clone(), true);
        } else if whole.is_dir() {
            search.folder(path)?;
        } else if text.contains(['*', '?', '[']) {
            search.pattern(directory, &text)?;
        } else {
            // Reading it will say why that is impossible.
            search.take(path.clone(), true);
        }
    }
    if named.is_empty() {
        for pattern in &settings.files {
            search.pattern(&settings.folder, pattern)?;
        }
    }
    Ok(search.found)
}

struct Search<'a> {
    directory: &'a Path,
    settings: &'a Settings,
    found: Vec<Input>,
    seen: HashSet<PathBuf>,
}

impl Search<'_> {
    fn take(&mut self, path: PathBuf, is_named: bool) {
        let path = path.strip_prefix("./").map_or(path.clone(), Path::to_owned);
        if (is_named || !self.is_excluded(&path)) && self.seen.insert(path.clone()) {
            self.found.push(Input { path, is_named });
        }
    }

    /// All files below a folder that could be templates, sorted by name.
    fn folder(&mut self, folder: &Path) -> Result<(), Failure> {
        let failed = |error: std::io::Error| failure(format!("{}: {}", folder.display(), plain(&error)));
        let entries = fs::read_dir(self.directory.join(folder))
            .map_err(failed)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        for entry in cfn_model::sorted(entries, &|left, right| left.file_name().cmp(&right.file_name())) {
            let path = if folder == Path::new(".") {
                PathBuf::from(entry.file_name())
            } else {
                folder.join(entry.file_name())
            };
            // Links are not followed: they could lead in a circle.
            let kind = entry.file_type().map_err(failed)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if kind.is_dir() && !name.starts_with('.') && !FOREIGN.contains(&name.as_ref()) {
                self.folder(&path)?;
            } else if kind.is_file()
                && path.extension().and_then(OsStr::to_str).is_some_and(|it| EXTENSIONS.contains(&it))
            {
                self.take(path, false);
            }
        }
        Ok(())
    }

    /// All files that match a pattern, sorted by name.
    fn pattern(&mut self, folder: &Path, pattern: &str) -> Result<(), Failure> {
        let wrong =
            |reason: &dyn std::fmt::Display| failure(format!("`{pattern}`: must be a pattern of paths: {reason}"));
        let whole = Path::new(&Pattern::escape(&folder.to_string_lossy())).join(pattern);
        // Without `.`, which paths that are found do not have either.
        let whole: PathBuf = whole.components().collect();
        let mut files = Vec::new();
        let start: PathBuf = whole.components().take_while(|step| step.as_os_str() != "**").collect();
        if start == whole {
            files = matching(&whole, &wrong)?;
        } else {
            let parsed = Pattern::new(&whole.to_string_lossy()).map_err(|error| wrong(&error.msg))?;
            for root in matching(&start, &wrong)?.into_iter().filter(|root| root.is_dir()) {
                below(&root, &mut files).map_err(|error| failure(format!("{}: {}", root.display(), plain(&error))))?;
            }
            files.retain(|path| parsed.matches_path_with(path, MATCHING));
            files.sort();
        }
        let mut is_empty = true;
        for path in files {
            if path.is_file() {
                is_empty = false;
                self.take(path.strip_prefix(self.directory).map_or(path.clone(), Path::to_owned), false);
            }
        }
        if is_empty {
            let help = "quote the pattern, so that the shell leaves it alone, and try it from this folder".to_owned();
            return Err(vec![Diagnostic {
                help: Some(help),
                ..Diagnostic::error(format!("`{pattern}`: matches no file"))
            }]);
        }
        Ok(())
    }

    fn is_excluded(&self, path: &Path) -> bool {
        let whole = self.directory.join(path);
        let below = whole.strip_prefix(&self.settings.folder).unwrap_or(path);
        self.settings.exclude.iter().any(|pattern| pattern.matches_path_with(below, MATCHING))
    }
}

/// What a pattern matches.
fn matching(pattern: &Path, wrong: &dyn Fn(&dyn std::fmt::Display) -> Failure) -> Result<Vec<PathBuf>, Failure> {
    let paths = glob::glob_with(&pattern.to_string_lossy(), MATCHING).map_err(|error| wrong(&error.msg))?;
    paths
        .map(|path| path.map_err(|error| failure(format!("{}: {}", error.path().display(), plain(error.error())))))
        .collect()
}

/// All files below a folder. Links to folders are not followed: two that lead in a circle make no end of paths.
fn below(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            below(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
