//! Patterns of files that are left out, as in `.gitignore`.

use cfn_schema::matches_wildcard;

/// Left out of every folder: they differ from one machine to the next.
const ALWAYS: [&str; 3] = [".git", ".DS_Store", "__pycache__/"];

/// Patterns of files and folders.
pub(crate) struct Patterns(Vec<Pattern>);

struct Pattern {
    /// The pieces between slashes; `**` is any number of folders.
    pieces: Vec<String>,
    is_folder: bool,
}

impl Patterns {
    /// Reads patterns, beside those that are always there.
    pub(crate) fn new(patterns: &[String]) -> Result<Patterns, String> {
        let all = ALWAYS.into_iter().chain(patterns.iter().map(String::as_str));
        all.map(Pattern::new).collect::<Result<_, _>>().map(Patterns)
    }

    /// Whether a file or folder is left out. What is in a folder that is left out is never asked for.
    pub(crate) fn matches(&self, path: &str, is_folder: bool) -> bool {
        let steps: Vec<&str> = path.split('/').collect();
        self.0.iter().any(|pattern| (is_folder || !pattern.is_folder) && matches(&pattern.pieces, &steps))
    }
}

impl Pattern {
    fn new(text: &str) -> Result<Pattern, String> {
        let (body, is_folder) = text.strip_suffix('/').map_or((text, false), |body| (body, true));
        let from_root = body.contains('/');
        let body = body.strip_prefix('/').unwrap_or(body);
        if body.is_empty() || body.split('/').any(|piece| piece.is_empty() || piece == "." || piece == "..") {
            return Err(format!("a pattern must be names with `*`, joined by `/`, got `{text}`"));
        }
        if text.starts_with('!') || body.contains(['[', ']', '\\', '?']) {
            return Err(format!("a pattern has `*` and `**`, and neither `!`, `?`, `[` nor `\\`, got `{text}`"));
        }
        let mut pieces: Vec<String> = body.split('/').map(str::to_owned).collect();
        if !from_root {
            pieces.insert(0, "**".to_owned());
        }
        Ok(Pattern { pieces, is_folder })
    }
}

/// Whether the pieces match all steps. Each piece and step is looked at once.
fn matches(pieces: &[String], steps: &[&str]) -> bool {
    // Whether the pieces so far match so many steps.
    let mut reached = vec![false; steps.len() + 1];
    reached[0] = true;
    for piece in pieces {
        if piece == "**" {
            let first = reached.iter().position(|is_reached| *is_reached).unwrap_or(reached.len());
            reached.iter_mut().skip(first).for_each(|is_reached| *is_reached = true);
            continue;
        }
        let mut next = vec![false; reached.len()];
        for (position, step) in steps.iter().enumerate() {
            next[position + 1] = reached[position] && matches_wildcard(piece, step);
        }
        reached = next;
    }
    reached[steps.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_gitignore() {
        fn check(pattern: &str, matching: &[&str], others: &[&str]) {
            let patterns = Patterns::new(&[pattern.to_owned()]).unwrap();
            let is_match = |path: &&str| patterns.matches(path.trim_end_matches('/'), path.ends_with('/'));
            assert_eq!(matching.iter().find(|path| !is_match(path)), None, "{pattern}");
            assert_eq!(others.iter().find(|path| is_match(path)), None, "{pattern}");
        }
        check("*.pyc", &["a.pyc", "a/b.pyc", "a.pyc/"], &["a.py", "a.pyc2"]);
        check("tests/", &["tests/", "lib/tests/"], &["tests", "tests2/"]);
        check("/docs", &["docs", "docs/"], &["a/docs"]);
        check("lib/*.md", &["lib/a.md"], &["lib/b/a.md", "a/lib/a.md", "a.md"]);
        check("lib/**/a", &["lib/a", "lib/b/c/a"], &["a", "lib/b"]);
        check("**/a", &["a", "b/a"], &["ab"]);
        check("lib/**", &["lib/a", "lib/a/b"], &["a"]);
        check("x", &["x", ".git/", "a/.DS_Store", "__pycache__/"], &[".gitignore", "__pycache__"]);
    }

    #[test]
    fn what_gitignore_has_and_we_have_not_is_an_error() {
        for pattern in ["!a", "a?", "[ab]", "a\\b", "", "/", "a//b", "../a", "./a"] {
            assert!(Patterns::new(&[pattern.to_owned()]).is_err(), "{pattern}");
        }
    }
}
