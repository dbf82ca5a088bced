//! Snapshots: a template beside a file. The one place of the crate, besides `cli` and `package`, that reads a variable
//! and touches the disk.

use std::{
    env, fs, io,
    path::{self, PathBuf},
};

use cfn_model::{
    Node, Path, Segment, Template,
    text::{self, Limits},
};
use cfn_schema::matches_wildcard;

use super::{
    compare::{Objects, compare},
    failure,
};

/// The variable that lets snapshots be written.
const UPDATE: &str = "UPDATE_SNAPSHOTS";

/// The stand-in for a hash.
const HASH: &str = "<hash>";

/// The stand-in for a value that [`Snapshot::mask`] hides.
const MASKED: &str = "<masked>";

/// How long the hashes are, in hexadecimal digits: MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512.
const HASH_LENGTHS: [usize; 6] = [32, 40, 56, 64, 96, 128];

/// A file that a template is compared with. A path alone is one: `assert_snapshot("tests/snapshots/orders.json")`.
///
/// Hashes in strings, such as those in the keys of assets, do not count. Others are masked by their place:
///
/// ```no_run
/// use async_lambda_constructs::{prelude::*, testing::*};
///
/// # fn stack() -> Stack { Stack::new("orders") }
/// stack().assert_snapshot(Snapshot::new("tests/snapshots/orders.json").mask("Resources/*/Metadata/BuiltAt"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    path: PathBuf,
    masks: Vec<String>,
}

impl Snapshot {
    /// A snapshot in this file: YAML where its name ends in `.yaml` or `.yml`, otherwise JSON. Tests run in the folder of
    /// their package, so that is where a relative path begins.
    pub fn new(path: impl Into<PathBuf>) -> Snapshot {
        Snapshot { path: path.into(), masks: Vec::new() }
    }

    /// Hides the values at a path like `Resources/*/Properties/CodeUri`, in which `*` stands for any characters: in the
    /// snapshot is `<masked>` instead.
    pub fn mask(mut self, path: impl Into<String>) -> Snapshot {
        self.masks.push(path.into());
        self
    }

    /// Compares the template with the file, or writes the file.
    ///
    /// # Errors
    ///
    /// The words of the failure.
    pub(super) fn check(&self, template: &Template, update: bool) -> Result<(), String> {
        let name = self.path.display();
        let mut actual = Node::Object(template.document().clone());
        self.hide(&mut actual, &Path::default());
        let difference = match fs::read_to_string(&self.path) {
            Ok(text) => match text::parse(&text, &Limits::default()) {
                Ok(document) => {
                    let mut expected = document.node;
                    self.hide(&mut expected, &Path::default());
                    let mismatches = compare(&expected, Some(&actual), &Path::default(), Objects::Exact).mismatches;
                    if mismatches.is_empty() {
                        return Ok(());
                    }
                    let differences = failure::differences("snapshot", "template", &mismatches);
                    format!("the template differs from the snapshot `{name}`\n\n{differences}")
                }
                Err(error) => format!("the snapshot `{name}` cannot be read: {error}\n"),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => format!("there is no snapshot `{name}`\n"),
            Err(error) => return Err(format!("the snapshot `{name}` cannot be read: {error}")),
        };
        if update {
            return self.write(&actual).map_err(|error| format!("the snapshot `{name}` cannot be written: {error}"));
        }
        Err(format!("{difference}\nto update the snapshot, run the test with {UPDATE}=1"))
    }

    fn write(&self, actual: &Node) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let is_yaml = self.path.extension().is_some_and(|end| end == "yaml" || end == "yml");
        fs::write(&self.path, if is_yaml { text::to_yaml(actual) } else { text::to_json(actual) })
    }

    /// Puts something that never changes in the place of hashes and of what is masked.
    fn hide(&self, node: &mut Node, path: &Path) {
        if self.masks.iter().any(|mask| matches_wildcard(mask, &path.to_string())) {
            *node = Node::String(MASKED.to_owned());
            return;
        }
        match node {
            Node::String(text) => *text = without_hashes(text),
            Node::Array(items) => {
                items.iter_mut().enumerate().for_each(|(at, item)| self.hide(item, &path.join(Segment::Index(at))));
            }
            Node::Object(object) => {
                object.iter_mut().for_each(|(key, value)| self.hide(value, &path.join(key.as_str())));
            }
            Node::Null | Node::Bool(_) | Node::Number(_) => {}
        }
    }
}

/// Whether snapshots are to be written.
pub(super) fn is_update() -> bool {
    env::var_os(UPDATE).is_some_and(|value| !value.is_empty() && value != "0")
}

/// The text with `<hash>` for each word that is as long as a hash and has hexadecimal digits only. A SHA-256 in base64,
/// as in `CodeSha256`, is recognized where it is the whole text.
fn without_hashes(text: &str) -> String {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    if text.len() == 44 && text.strip_suffix('=').is_some_and(|digits| digits.chars().all(is_base64)) {
        return HASH.to_owned();
    }
    let mut masked = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(word);
        let is_hash = HASH_LENGTHS.contains(&word.len()) && word.chars().all(|c| c.is_ascii_hexdigit());
        masked.push_str(if is_hash { HASH } else { word });
        let mut characters = behind.chars();
        masked.extend(characters.next());
        rest = characters.as_str();
    }
    masked
}

impl From<&str> for Snapshot {
    fn from(path: &str) -> Snapshot {
        Snapshot::new(path)
    }
}

impl From<String> for Snapshot {
    fn from(path: String) -> Snapshot {
        Snapshot::new(path)
    }
}

impl From<&path::Path> for Snapshot {
    fn from(path: &path::Path) -> Snapshot {
        Snapshot::new(path)
    }
}

impl From<PathBuf> for Snapshot {
    fn from(path: PathBuf) -> Snapshot {
        Snapshot::new(path)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::without_hashes;

    #[test]
    fn hashes() {
        let check = |text: &str, expected: &str| assert_eq!(without_hashes(text), expected);
        let sha = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        check(&format!("assets/{sha}.zip"), "assets/<hash>.zip");
        check(&format!("registry/app@sha256:{sha}"), "registry/app@sha256:<hash>");
        check(&format!("{sha}/{sha}"), "<hash>/<hash>");
        check(&format!("Deployment{sha}"), &format!("Deployment{sha}"));
        check(&sha[..63], &sha[..63]);
        check(&sha[..32].to_uppercase(), "<hash>");
        check("n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=", "<hash>");
        check("arn:aws:sqs:eu-west-1:123456789012:jobs", "arn:aws:sqs:eu-west-1:123456789012:jobs");
        check("größe ", "größe ");
    }
}
