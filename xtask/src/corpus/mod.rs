//! Our findings on a corpus of templates against those of cfn-lint.

use std::path::PathBuf;

use lexopt::prelude::*;

use crate::{Error, root};

mod pairing;
mod report;
pub mod sources;

/// What `cargo xtask corpus --help` prints.
pub const HELP: &str = "\
usage: cargo xtask corpus [OPTION]...

Validates the templates of a corpus and compares the findings with its expected.jsonl, by rule and by group.
Relative folders are relative to the repository.

  --corpus DIR           the corpus (default: conformance/corpus)
  --validator CMD        prints findings on the files that are appended to it, as JSON lines; split at spaces
                         (default: cargo run --quiet --bin synth -- validate --info --format json)
  --format human|json    what to print (default: human)
  --rule CODE            list the differences of one rule
  --show N               how many of them (default: 20)
  --forbid-extra         fail where we report an error and cfn-lint does not, but for what
                         conformance/where-we-are-right.json lists with its reason, and where an entry of that
                         list is no difference any more
  --most-missed N        fail where more errors than these are missed
";

/// The corpus that is part of the repository.
pub const CORPUS: &str = "conformance/corpus";

/// The command that prints our findings on the files that are appended to it.
pub const VALIDATOR: &str = "cargo run --quiet --bin synth -- validate --info --format json";

/// The options of the command line.
struct Options {
    corpus: PathBuf,
    validator: String,
    json: bool,
    rule: Option<String>,
    show: usize,
    forbid_extra: bool,
    most_missed: Option<usize>,
}

/// `cargo xtask corpus`.
pub fn run(arguments: lexopt::Parser) -> Result<(), Error> {
    let options = parse(arguments)?;
    let templates = sources::expected(&options.corpus)?;
    let found = sources::found(&options.corpus, &options.validator, &templates)?;
    let comparison = report::Comparison::of(&templates, &found);
    if options.json {
        println!("{}", comparison.json(options.rule.as_deref()));
    } else {
        print!("{}", comparison.text());
        if let Some(rule) = &options.rule {
            print!("{}", comparison.differences(rule, options.show));
        }
    }
    let mut failed = comparison.crashed();
    if options.forbid_extra {
        for words in comparison.unexplained(&sources::right()?) {
            eprintln!("corpus: {words}");
            failed += 1;
        }
    }
    if let Some(most) = options.most_missed.filter(|most| comparison.missed() > *most) {
        eprintln!("corpus: {} errors are missed, {most} at most may be", comparison.missed());
        failed += 1;
    }
    match failed {
        0 => Ok(()),
        failed => Err(Error::Checks { subject: "corpus", failed }),
    }
}

fn parse(mut arguments: lexopt::Parser) -> Result<Options, Error> {
    let mut corpus = PathBuf::from(CORPUS);
    let mut options = Options {
        corpus: PathBuf::new(),
        validator: VALIDATOR.to_owned(),
        json: false,
        rule: None,
        show: 20,
        forbid_extra: false,
        most_missed: None,
    };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("corpus") => corpus = PathBuf::from(arguments.value()?),
            Long("validator") => options.validator = arguments.value()?.string()?,
            Long("format") => options.json = format_is_json(&arguments.value()?.string()?)?,
            Long("rule") => options.rule = Some(arguments.value()?.string()?),
            Long("show") => options.show = arguments.value()?.parse()?,
            Long("forbid-extra") => options.forbid_extra = true,
            Long("most-missed") => options.most_missed = Some(arguments.value()?.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let corpus = root().join(corpus);
    options.corpus = corpus.canonicalize().map_err(Error::io(format!("find {}", corpus.display())))?;
    Ok(options)
}

fn format_is_json(name: &str) -> Result<bool, Error> {
    match name {
        "json" => Ok(true),
        "human" => Ok(false),
        other => Err(lexopt::Error::from(format!("--format: must be human or json, got `{other}`")).into()),
    }
}
