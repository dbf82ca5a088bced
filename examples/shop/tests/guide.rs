//! The pages under `docs/`: each is in the summary, links lead somewhere, and messages that they quote are those of the
//! compiler and of synth. Their Rust is compiled as documentation tests, their commands are run by `cargo xtask shell-blocks`.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use async_lambda::prelude::*;
use async_lambda_constructs::{
    cli::{self, Environment, Streams, Surroundings},
    prelude::*,
    project::IntoStacks,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder with this ending, not those below it.
fn files(folder: impl AsRef<Path>, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder.as_ref())).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(ending)).map(|name| folder.as_ref().join(name)).collect()
}

/// Pages that are written by hand.
fn pages() -> Vec<PathBuf> {
    let mut pages = files("docs", ".md");
    pages.extend(files("docs/guide", ".md"));
    pages.retain(|page| !page.ends_with("SUMMARY.md"));
    pages
}

/// The targets of the links of a page.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next())
}

/// The blocks of a page, with what stands behind the fence.
fn blocks(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("\n```").skip(1).step_by(2).map(|block| block.split_once('\n').unwrap_or((block, "")))
}

#[test]
fn every_page_is_in_the_summary() {
    let summary = read("docs/SUMMARY.md");
    let listed: BTreeSet<PathBuf> = links(&summary).map(|link| Path::new("docs").join(link)).collect();
    for page in pages() {
        assert!(listed.contains(&page), "{} must be in docs/SUMMARY.md", page.display());
    }
    let index = read("docs/guide/README.md");
    for page in files("docs/guide", ".md").iter().filter(|page| !page.ends_with("README.md")) {
        let name = page.file_name().unwrap().to_str().unwrap();
        assert!(links(&index).any(|link| link == name), "{name} must be in docs/guide/README.md");
    }
}

/// GitHub's name for a heading.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut all = pages();
    all.extend(["README.md", "docs/SUMMARY.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(PathBuf::from));
    for entry in fs::read_dir(root().join("examples")).unwrap() {
        all.push(Path::new("examples").join(entry.unwrap().file_name()).join("README.md"));
    }
    for page in all {
        let text = read(&page);
        for link in links(&text).filter(|link| !link.contains("://")) {
            let (path, section) = link.split_once('#').map_or((link, None), |(path, section)| (path, Some(section)));
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap_or(Path::new("")).join(path) };
            assert!(root().join(&target).exists(), "{}: `{link}` leads nowhere", page.display());
            if let Some(section) = section {
                let is_there = read(&target).lines().any(|line| line.starts_with('#') && anchor(line) == section);
                assert!(is_there, "{}: `{link}`: there is no such section", page.display());
            }
        }
    }
}

#[test]
fn tests_on_the_page_are_tests_of_the_examples() {
    let mut tests = String::new();
    for file in ["photo-app/src/tests.rs", "shop/tests/app.rs", "upload-inbox/infra/tests.rs"] {
        tests += &read(Path::new("examples").join(file));
    }
    let page = read("docs/guide/testing.md");
    let quoted: Vec<&str> =
        blocks(&page).filter(|(language, _)| language.starts_with("rust")).map(|(_, code)| code).collect();
    assert_eq!(quoted.len(), 6);
    for code in quoted {
        assert!(tests.contains(code), "must be in the examples' tests:\n{code}");
    }
}

/// A line without the numbers beside it.
fn without_numbers(line: &str) -> &str {
    line.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ' ').trim_end()
}

/// Every line of this file becomes line 12 of a crate.
fn in_a_crate(said: &str) -> String {
    let mut parts = said.split("examples/shop/tests/guide.rs:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + "src/lib.rs:12" + part.trim_start_matches(|letter: char| letter.is_ascii_digit())
    })
}

/// What the compiler says is what `runtime/tests/compile_fail` has it say; what synth says, it says here.
#[test]
fn messages_are_those_that_come() {
    let mut said: BTreeSet<String> = BTreeSet::new();
    for file in files("runtime/tests/compile_fail", ".stderr") {
        said.extend(read(file).lines().map(|line| without_numbers(line).to_owned()));
    }
    let outputs = mistakes();
    // Here the application is a test, there it is a crate.
    let outputs = in_a_crate(&outputs).replace("guide::", "photos::");
    said.extend(outputs.lines().map(|line| without_numbers(line).to_owned()));
    let page = read("docs/guide/mistakes.md");
    let mut count = 0;
    for (_, text) in blocks(&page).filter(|(language, _)| *language == "text") {
        for line in text.lines().filter(|line| !line.trim_start().starts_with("-->")) {
            assert!(said.contains(without_numbers(line)), "nobody says `{line}`; synth says:\n{outputs}");
        }
        count += 1;
    }
    assert!(count > 15, "{count} messages");
}

struct Resize;
impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = String;
}

struct Notify;
impl Task for Notify {
    const ID: &'static str = "Notify";
    type Payload = String;
}

struct Limits;

async fn resize(_: ManagedSqsEvent<Resize>, _: Invoke<Notify>) -> Result<(), async_lambda::Error> {
    Ok(())
}

async fn notify(_: ManagedSqsEvent<Notify>) -> Result<(), async_lambda::Error> {
    Ok(())
}

async fn again(_: ManagedSqsEvent<Notify>, _: Invoke<Resize>) -> Result<(), async_lambda::Error> {
    Ok(())
}

async fn tick(_: ScheduledEvent) -> Result<(), async_lambda::Error> {
    Ok(())
}

async fn limited(_: ScheduledEvent, _: State<Limits>) -> Result<(), async_lambda::Error> {
    Ok(())
}

struct Misnamed;

impl Task for Misnamed {
    const ID: &'static str = "re-size";
    type Payload = ();
}

async fn get(_: ApiEvent) -> StatusCode {
    StatusCode::OK
}

/// Everything that synth says of the mistakes on the page.
fn mistakes() -> String {
    let app = || App::new("photos");
    let day = || async_lambda_constructs::prelude::schedule!("rate(1 day)");
    let mut said = String::new();
    for app in [
        app().async_task(Resize, resize),
        app().async_task(Resize, resize).async_task(Notify, notify).async_task(Notify, notify),
        app().async_task(Resize, resize).async_task(Notify, again),
        app().scheduled_task("Tick", day(), task(tick).memory_mb(64)),
        app().scheduled_task("Tick", day(), limited),
        app().async_task(Misnamed, async |_: ManagedSqsEvent<Misnamed>| Ok::<_, async_lambda::Error>(())),
        app().api_task("GetPhoto", Method::GET, "/photos/{id", get),
        app().api_task("GetPhoto", Method::GET, "/photos/:id", get),
        app().api_task("GetPhoto", "PSOT", "/photos", get),
        app().sqs_task("Import", "https://sqs.eu-west-1.amazonaws.com/1/uploads", async |_: UnmanagedSqsEvent| {
            Ok::<_, async_lambda::Error>(())
        }),
    ] {
        said += &synth(app, "{}", &[]);
    }
    let good = || app().async_task(Resize, resize).async_task(Notify, notify);
    for config in [
        r#"{"enviroment_variables": {"SENDER": "me"}}"#,
        r#"{"tasks": {"Rezise": {"environment_variables": {"SENDER": "me"}}}}"#,
        r#"{"environment_variables": {"AWS_REGION": "eu-west-1"}}"#,
        r#"{"subnet_ids": ["subnet-0a1b2c3d"]}"#,
    ] {
        said += &synth(good(), config, &[]);
    }
    said += &synth(good(), r#"{"stages": {"prod": {}}}"#, &["--stage", "prdo"]);
    said += &synth(good(), "{}", &[]);
    said += &synth(
        good().with_resources(|stack| {
            let resize = stack.task::<Resize>().function();
            stack.override_property(&resize, "MemorySise", 512);
            stack.task_by_id("Rezise").environment_variable("SENDER", "me");
        }),
        "{}",
        &[],
    );
    said
}

/// What synth says to an application and a config file.
fn synth<K>(project: impl IntoStacks<K>, config: &str, arguments: &[&str]) -> String {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("guide");
    fs::create_dir_all(directory.join(".async_lambda")).unwrap();
    fs::write(directory.join(".async_lambda/config.json"), config).unwrap();
    let environment =
        Environment { surroundings: Surroundings { directory, ..Surroundings::default() }, ..Environment::default() };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams { input: &mut [].as_slice(), out: &mut out, err: &mut err };
    cli::run(project, arguments.iter().map(OsString::from), streams, &environment);
    String::from_utf8(err).unwrap()
}
