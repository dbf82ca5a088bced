//! Our findings on a corpus of templates against those of AWS's own validator.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::Command,
};

use lexopt::prelude::*;

use crate::{
    Error,
    corpus::sources::{self, Found, Template},
    process, root,
};

mod known;

/// What `cargo xtask second-opinion --help` prints.
pub const HELP: &str = "\
usage: cargo xtask second-opinion [OPTION]...

Builds AWS's cloudformation-validate in a workspace of its own (about 4 CPU-minutes the first time), validates the
templates of a corpus with it and with our validator, and compares the errors: which rule is broken by which resource,
parameter or output. Templates for SAM are left out: AWS's validator does not look at their resources. Each difference
must be explained in conformance/cloudformation-validate/differences.json, which also says who is right; one that is not,
and an explanation that explains nothing, is a failure.

  --corpus DIR     the corpus (default: conformance/corpus)
  --validator CMD  as for `cargo xtask corpus`
";

/// The folder that AWS's validator is built from.
const FOLDER: &str = "conformance/cloudformation-validate";

/// A rule that one side says is broken, and by what: `Resources/Jobs`. Ordered as differences are listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verdict {
    code: String,
    template: String,
    subject: String,
}

/// `cargo xtask second-opinion`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    let mut corpus = PathBuf::from(crate::corpus::CORPUS);
    let mut validator = crate::corpus::VALIDATOR.to_owned();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("corpus") => corpus = PathBuf::from(arguments.value()?),
            Long("validator") => validator = arguments.value()?.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    let corpus = root().join(corpus);
    let corpus = corpus.canonicalize().map_err(Error::io(format!("find {}", corpus.display())))?;
    let mut templates = sources::expected(&corpus)?;
    templates.retain(|template| !template.sam);
    let known = known::Known::read(&root().join(FOLDER).join("differences.json"))?;
    let theirs = sources::found(&corpus, &build()?, &templates)?;
    let ours = sources::found(&corpus, &validator, &templates)?;
    let theirs = known.renamed(verdicts(&templates, &theirs));
    let ours = known.renamed(verdicts(&templates, &ours));
    let (text, failed) = compare(&ours, &theirs, &known);
    print!("{text}");
    println!("{} passed, {failed} failed", templates.len());
    if failed == 0 { Ok(()) } else { Err(Error::Checks { subject: "second-opinion", failed }) }
}

/// Builds AWS's validator; gives the command that runs it.
fn build() -> Result<String, Error> {
    let target = root().join("target/second-opinion");
    let mut cargo = Command::new(env!("CARGO"));
    // It asks for a compiler newer than its code needs.
    cargo.args(["build", "--release", "--locked", "--ignore-rust-version", "--manifest-path"]);
    cargo.arg(root().join(FOLDER).join("Cargo.toml")).arg("--target-dir").arg(&target);
    process::run(&mut cargo)?;
    Ok(target.join("release/second-opinion").display().to_string())
}

fn verdicts(templates: &[Template], found: &BTreeMap<String, Found>) -> BTreeSet<Verdict> {
    let of = |template: &Template| {
        let errors = found.get(&template.file).map(|found| found.errors.as_slice()).unwrap_or_default();
        let file = template.file.clone();
        errors.iter().map(move |(code, path)| Verdict {
            code: code.clone(),
            template: file.clone(),
            subject: path.splitn(3, '/').take(2).collect::<Vec<_>>().join("/"),
        })
    };
    templates.iter().flat_map(of).collect()
}

/// The text to print, and how many differences nobody has explained.
fn compare(ours: &BTreeSet<Verdict>, theirs: &BTreeSet<Verdict>, known: &known::Known) -> (String, usize) {
    let both = ours.intersection(theirs).count();
    let mut text = format!("{both} errors are found by both\n");
    let mut failed = 0;
    let mut explained = BTreeMap::<usize, usize>::new();
    let sides = [(known::Side::Ours, ours.difference(theirs)), (known::Side::Theirs, theirs.difference(ours))];
    for (side, verdicts) in sides {
        for verdict in verdicts {
            match known.explain(side, verdict) {
                Some(entry) => *explained.entry(entry).or_default() += 1,
                None => {
                    failed += 1;
                    let Verdict { code, template, subject } = verdict;
                    text.push_str(&format!("FAIL {}: {code} {template} {subject}\n", side.name()));
                }
            }
        }
    }
    for (index, entry) in known.entries.iter().enumerate() {
        let count = explained.get(&index).copied().unwrap_or(0);
        if count == 0 {
            failed += 1;
            text.push_str("FAIL explains nothing: ");
        }
        let known::Entry { code, side, right, reason, .. } = entry;
        text.push_str(&format!("{count:4} {code} {}, {} right: {reason}\n", side.name(), right.verb()));
    }
    (text, failed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pretty_assertions::assert_eq;

    use super::{Verdict, compare, known::Known};

    fn verdicts(list: &[(&str, &str)]) -> BTreeSet<Verdict> {
        let verdict = |&(code, subject): &(&str, &str)| Verdict {
            code: code.to_owned(),
            template: "a.json".to_owned(),
            subject: subject.to_owned(),
        };
        list.iter().map(verdict).collect()
    }

    fn known(entries: &str) -> Known {
        let text = format!(r#"{{"renamed": {{"F3002": "E3002"}}, "differences": [{entries}]}}"#);
        Known::parse(&text).unwrap()
    }

    const CIRCLE: &str = r#"{"code": "E3004", "side": "theirs", "right": "both", "reason": "each member is named"}"#;

    #[test]
    fn differences_want_an_explanation() {
        let known = known(CIRCLE);
        let ours = verdicts(&[("E3002", "Resources/A")]);
        let theirs = known.renamed(verdicts(&[("F3002", "Resources/A"), ("E3004", "Resources/B")]));
        let (text, failed) = compare(&ours, &theirs, &known);
        assert_eq!(
            (text.as_str(), failed),
            ("1 errors are found by both\n   1 E3004 theirs, both are right: each member is named\n", 0)
        );
        let (text, failed) = compare(&theirs, &ours, &known);
        assert_eq!(
            (text.lines().nth(1), failed),
            (Some("FAIL ours: E3004 a.json Resources/B"), 2),
            "the other side has it, and the explanation explains nothing"
        );
    }

    #[test]
    fn an_explanation_has_a_reason_and_known_words() {
        for (entry, expected) in [
            (r#"{"code": "E1", "side": "theirs", "right": "both", "reason": ""}"#, "needs a reason"),
            (r#"{"code": "E1", "side": "his", "right": "both", "reason": "x"}"#, "unknown variant"),
            (r#"{"code": "E1", "side": "ours", "rite": "both", "reason": "x"}"#, "unknown field"),
        ] {
            let text = format!(r#"{{"renamed": {{}}, "differences": [{entry}]}}"#);
            let error = Known::parse(&text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(expected), "{entry}: {error}");
        }
    }
}
