//! Values from outside: `--context`.

use std::{fmt, fs, str::FromStr};

use async_lambda_constructs::{
    Program, Stack,
    cli::{self, Environment, Streams, Surroundings},
    context::{self, Context},
};
use cfn_model::Resource;
use insta::assert_snapshot;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{Exit, Run, fixtures, folder, listing};

/// A type of one's own.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Days(u32);

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Days, String> {
        let number = text.strip_suffix('d').ok_or("days end with a `d`")?;
        number.parse().map(Days).map_err(|error| format!("{error}"))
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}d", self.0)
    }
}

type Values = (String, (u32, bool), Option<String>, Days);

fn wanted() -> impl Context<Values = Values> {
    (
        context::value::<String>("stage", "the stage to deploy").one_of(["dev", "prod"]).default("dev"),
        (
            context::value::<u32>("workers", "workers at once").range(1..=10),
            context::value(
                "strict-order",
                "whether the order of messages is kept, for which the queue has to be a FIFO one",
            )
            .default(false),
        ),
        context::value::<String>("domain", "the domain of the API").optional(),
        context::value("keep", "days to keep messages").default(Days(4)),
    )
}

fn program((stage, (workers, fifo), domain, keep): Values) -> Program {
    let mut stack = Stack::new(format!("orders-{stage}"));
    let tags = json!([{"Key": "domain", "Value": domain.unwrap_or_default()}]);
    let mut queue = json!({"VisibilityTimeout": workers, "MessageRetentionPeriod": keep.0 * 86_400, "Tags": tags});
    if fifo {
        queue["FifoQueue"] = true.into();
    }
    stack.add("Jobs", Resource::raw("AWS::SQS::Queue", queue));
    Program::new().stack(stack)
}

fn run_program<C: Context<Values = Values>>(directory: std::path::PathBuf, wanted: C, arguments: &[&str]) -> Run {
    let surroundings = Surroundings { directory, ..Surroundings::default() };
    let environment = Environment { surroundings, ..Environment::default() };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams { input: &mut std::io::empty(), out: &mut out, err: &mut err };
    let exit = cli::run_with(wanted, program, arguments.iter().map(Into::into), streams, &environment);
    Run { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

fn with(arguments: &[&str]) -> Run {
    run_program(fixtures(), wanted(), arguments)
}

#[test]
fn values_reach_the_templates() {
    let given = ["-c", "workers=5", "--context", "stage=prod", "-c", "domain=a=b", "-c", "keep=2d"];
    let run = with(&[&given[..], &["--output", "-"]].concat());
    assert_eq!(run.exit, Exit::Done, "{run}");
    assert!(run.err.contains("stack `orders-prod`"), "{run}");
    let template: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let expected = json!({
        "VisibilityTimeout": 5, "MessageRetentionPeriod": 172_800, "Tags": [{"Key": "domain", "Value": "a=b"}],
    });
    assert_eq!(template["Resources"]["Jobs"]["Properties"], expected);
    // Without, each has its default.
    let run = with(&["ls", "-c", "workers=1"]);
    assert_eq!((run.exit, run.out.as_str()), (Exit::Done, "orders-dev  1 resource\n"), "{run}");
    let run = with(&["graph", "-c", "workers=1", "-c", "stage=prod"]);
    assert!(run.exit == Exit::Done && run.out.contains("Jobs"), "{run}");
    let run = with(&["synth", "-c", "workers=1", "-c", "strict-order=true", "orders-dev", "-o", "-"]);
    assert!(run.exit == Exit::Done && run.out.contains("FifoQueue"), "{run}");
}

#[test]
fn help_lists_them_without_any() {
    for command in [&["--help"][..], &["synth", "--help"], &["ls", "-h"], &["graph", "-h"], &["build", "-h"]] {
        let help = with(command);
        if command == ["build", "-h"] && cfg!(not(feature = "package")) {
            continue;
        }
        assert_eq!((help.exit, help.err.as_str()), (Exit::Done, ""), "{command:?}");
        assert!(help.out.contains("--context <KEY=VALUE>"), "{help}");
        assert!(help.out.lines().all(|line| line.chars().count() <= 80), "{help}");
        let list = help.out.split_once("Values of --context:").unwrap().1.split_once("\n\n").unwrap().0.to_owned();
        assert_snapshot!("context_help", list);
    }
    assert!(!with(&["validate", "--help"]).out.contains("--context"));
    // A program without values has no such option in its help.
    assert!(!super::run(&["--help"]).out.contains("--context"));
}

#[test]
fn wrong_values_are_said_all_at_once() {
    let given = ["stage=prd", "workers=11", "domian=x", "keep=4", "strict-order=yes", "domain=a", "domain=b"];
    let arguments: Vec<&str> = given.iter().flat_map(|given| ["-c", given]).collect();
    let run = with(&arguments);
    assert_eq!((run.exit, run.out.as_str()), (Exit::Usage, ""));
    assert_snapshot!("context_wrong", run.err);
    assert_snapshot!(with(&[]).err, @r"
    error: context `workers`: must be given: workers at once
      = help: give it as `--context workers=VALUE`
    ");
    assert_snapshot!(with(&["ls", "-c", "workers"]).err, @r"
    error: `--context workers`: must be a key and a value, got no `=`
      = help: write it as `--context workers=VALUE`
    ");
    let run = super::run(&["--context", "stage=dev"]);
    assert_eq!(run.exit, Exit::Usage);
    assert_snapshot!(run.err, @r"
    error: context `stage`: this program declares no values
      = help: leave it out, or declare it: `main_with(..)`
    ");
}

#[test]
fn it_is_no_option_of_commands_without_stacks() {
    for arguments in [&["validate", "-c", "workers=1", "fine.yaml"][..], &["explain", "--context", "workers=1"]] {
        let run = with(arguments);
        assert_eq!((run.exit, run.out.as_str()), (Exit::Usage, ""), "{run}");
    }
    assert_snapshot!(with(&["graph", "-c", "workers=1", "fine.yaml"]).err, @r"
    error: `--context`: must be given with the stacks of the program, got files
      = help: leave the option or the files out
    ");
    assert_snapshot!(with(&["-c", "workers=1", "ls"]).err, @"error: `--context` must stand behind the command: `ls --context ...`");
    // They need no value.
    assert_eq!(with(&["validate", "fine.yaml"]).exit, Exit::Done);
    assert_eq!(with(&["graph", "fine.yaml"]).exit, Exit::Done);
}

#[test]
fn a_wrong_declaration_has_its_line() {
    let line = line!() + 2;
    let wrong = (
        context::value::<String>("the stage", "the stage").default("dev"),
        (
            context::value::<u32>("workers", "workers").range(1..=3).default(4_u32),
            context::value::<bool>("workers", "again").default(true),
        ),
        context::value::<String>("zone", "the zone").default("a").optional(),
        context::value::<Days>("keep", "days").one_of(["1d", "2"]),
    );
    let run = run_program(fixtures(), wrong, &["ls"]);
    assert_eq!(run.exit, Exit::Failed);
    let messages: Vec<&str> = run.err.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
    assert_eq!(
        messages,
        [
            "context `the stage`: its key must be letters, digits, `-`, `_` and `.`, a letter first",
            "context `workers`: its default must be in the range 1..=3, got `4`",
            "context `workers`: must be declared once, and is declared twice",
            "context `zone`: it must be optional or have a default, got both: `a`",
            "context `keep`: each of its `one_of` must be a `Days`, got `2`",
        ]
    );
    assert!(run.err.contains(&format!("context.rs:{line}:")), "{run}");
}

#[test]
fn the_manifest_names_what_was_used() {
    let folder = folder("context_manifest");
    let given = ["-c", "workers=5", "-c", "keep=1d", "--output", "out/"];
    assert_eq!(run_program(folder.clone(), wanted(), &given).exit, Exit::Done);
    // There is one for a single stack too.
    assert_eq!(listing(&folder.join("out")), ["manifest.json", "template.json"]);
    let read = || fs::read_to_string(folder.join("out/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&read()).unwrap();
    let used = json!({"stage": "dev", "workers": "5", "strict-order": "false", "domain": null, "keep": "1d"});
    assert_eq!(manifest["stacks"][0]["context"], used);
    let before = read();
    let again = run_program(folder.clone(), wanted(), &given);
    assert!(again.err.contains("unchanged out/template.json") && read() == before, "{again}");
}

#[cfg(feature = "app")]
#[test]
fn an_application_has_them_beside_its_stage() {
    use async_lambda_constructs::prelude::*;

    use crate::application::{app, task};

    let make = |owner: String| {
        let tick = task(3, "Tick", json!({"schedule": {"expression": "rate(15 minutes)"}}), &[]);
        Program::new().application(app(json!([tick]))).tag("owner", owner)
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams { input: &mut std::io::empty(), out: &mut out, err: &mut err };
    let environment = Environment::default();
    let owner = context::value::<String>("owner", "who pays");
    let arguments = ["-o", "-", "-c", "owner=core"].map(Into::into);
    let exit = cli::run_with(owner, make, arguments, streams, &environment);
    let (out, err) = (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap());
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(out.contains(r#""owner": "core""#), "{out}");
}
