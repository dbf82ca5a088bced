//! The pages of the rules, and the program, run in this process.
#![expect(clippy::unwrap_used, reason = "helpers outside test functions may fail a test too")]

mod formats;
mod given;
mod pages;
mod program;
mod settings;

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use cfn_validate::{
    Streams, Surroundings,
    cli::{self, Exit},
};

/// What a run came to.
struct Run {
    exit: Exit,
    out: String,
    err: String,
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}\n---- stdout\n{}---- stderr\n{}", self.exit, self.out, self.err)
    }
}

/// A run in a folder, with something on stdin.
fn run_in(directory: &Path, arguments: &[&str], input: &str) -> Run {
    let surroundings = Surroundings { directory: directory.to_owned(), ..Surroundings::default() };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams { input: &mut input.as_bytes(), out: &mut out, err: &mut err };
    let exit = cli::run(arguments.iter().map(OsString::from), streams, &surroundings);
    Run { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

/// A folder for one test with these files in it.
fn folder(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

const FINE: &str = "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n";
const WRONG: &str = "\
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Metadata:
      cfn-validate: {ignore: {E3002: \"the preview of colours, <soon>\"}}
    Properties:
      MaximumMessageSize: 100
      Colour: red
  Mails:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub
        - mails
        - Stage: prod
";
const WRONG_JSON: &str = r#"{
  "Resources": {
    "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"MaximumMessageSize": 100, "Colour": "red"}}
  }
}
"#;
