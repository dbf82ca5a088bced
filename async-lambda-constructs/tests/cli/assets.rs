//! Assets of stacks.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use async_lambda_constructs::{
    Asset, Image,
    cli::{self, Environment, Streams, Surroundings},
    prelude::*,
};
use insta::assert_snapshot;
use pretty_assertions::assert_eq;
use serde_json::Value as Data;

use super::{Exit, Run, folder, listing};

/// A project of its own, with these files.
fn project(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let project = folder(test);
    for (name, content) in files {
        write(&project.join(name), content);
    }
    project
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn synth(project: &Path, stacks: impl IntoStack, arguments: &[&str]) -> Run {
    let surroundings = Surroundings { directory: project.to_owned(), ..Surroundings::default() };
    let environment =
        Environment { surroundings, manifest_directory: Some(project.to_owned()), ..Environment::default() };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams { input: &mut std::io::empty(), out: &mut out, err: &mut err };
    let exit = cli::run(stacks.stacks(), arguments.iter().map(Into::into), streams, &environment);
    Run { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

trait IntoStack {
    fn stacks(self) -> Program;
}

impl IntoStack for Stack {
    fn stacks(self) -> Program {
        Program::new().stack(self)
    }
}

impl IntoStack for Program {
    fn stacks(self) -> Program {
        self
    }
}

/// A stack with a function of this code.
#[track_caller]
fn worker(code: Asset) -> Stack {
    let mut stack = Stack::new("work");
    let code = stack.asset(code);
    stack.add("Worker", function().code_uri(&code));
    stack
}

fn function() -> sam::Function {
    sam::Function::new().handler("index.handler").runtime("python3.13").timeout(60)
}

fn json(path: &Path) -> Data {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Every file under a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// The path of the code of the function `Worker`.
fn code(project: &Path) -> String {
    let template = json(&project.join("out/template.json"));
    template["Resources"]["Worker"]["Properties"]["CodeUri"].as_str().unwrap().to_owned()
}

const CODE: [(&str, &str); 4] = [
    ("lambda/index.py", "def handler(event, context): return 1\n"),
    ("lambda/lib/a.py", "A = 1\n"),
    ("lambda/.hidden", "x"),
    ("lambda/tests/t.py", "assert True\n"),
];

/// The whole result of a synthesis in a project of its own.
fn out(test: &str, files: &[(&str, &str)], asset: Asset) -> (String, BTreeMap<PathBuf, Vec<u8>>) {
    let project = project(test, files);
    let run = synth(&project, worker(asset), &["--output", "out/"]);
    assert_eq!(run.exit, Exit::Done, "{run}");
    let written = self::files(&project.join("out"));
    let inside = |(path, content): (PathBuf, _)| (path.strip_prefix(&project).unwrap().to_owned(), content);
    (code(&project), written.into_iter().map(inside).collect())
}

#[test]
fn the_same_content_is_the_same_bytes() {
    let asset = || Asset::folder("lambda").exclude(["tests/"]);
    let (path, first) = out("assets_first", &CODE, asset());
    assert_eq!(first.keys().map(|path| path.to_str().unwrap()).collect::<Vec<_>>().len(), 3);
    // Written in another order, at another time, into another folder, with what is always or explicitly left out.
    let mut other: Vec<_> = CODE.into_iter().rev().collect();
    let noise = [("lambda/tests/u.py", "x"), ("lambda/__pycache__/a.pyc", "x"), ("lambda/.git/HEAD", "x")];
    other.extend(noise);
    let project = project("assets_second", &other);
    let old = fs::File::options().write(true).open(project.join("lambda/index.py")).unwrap();
    old.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
    assert_eq!(synth(&project, worker(asset()), &["--output", "out/"]).exit, Exit::Done);
    assert_eq!(code(&project), path);
    let second: Vec<_> = files(&project.join("out")).into_values().collect();
    assert_eq!(second, first.into_values().collect::<Vec<_>>());
    // Again, over what is there.
    let again = synth(&project, worker(asset()), &["--output", "out/"]);
    assert!(again.err.contains(&format!("unchanged out/{path} (`lambda`, 3 files, ")), "{again}");
}

#[test]
fn a_change_of_content_changes_the_template() {
    let path = |test: &str, change: (usize, (&'static str, &'static str))| {
        let mut files = CODE;
        files[change.0] = change.1;
        out(test, &files, Asset::folder("lambda")).0
    };
    let paths = [
        path("assets_as_it_is", (0, CODE[0])),
        path("assets_content", (1, ("lambda/lib/a.py", "A = 2\n"))),
        path("assets_name", (1, ("lambda/lib/b.py", "A = 1\n"))),
        path("assets_hidden", (2, ("lambda/.hidden", "y"))),
        // Between two names and contents that are the same when they are put together.
        path("assets_border", (1, ("lambda/lib/a.pyA", " = 1\n"))),
        out("assets_exclude", &CODE, Asset::folder("lambda").exclude(["tests/"])).0,
    ];
    let mut different = paths.to_vec();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), paths.len(), "{paths:?}");
}

#[cfg(unix)]
#[test]
fn the_executable_bit_counts_and_other_modes_do_not() {
    use std::os::unix::fs::PermissionsExt;

    let path = |test: &str, mode: u32| {
        let project = project(test, &CODE);
        fs::set_permissions(project.join("lambda/index.py"), fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(synth(&project, worker(Asset::folder("lambda")), &["--output", "out/"]).exit, Exit::Done);
        code(&project)
    };
    let plain = path("assets_0644", 0o644);
    assert_eq!(path("assets_0600", 0o600), plain);
    assert_ne!(path("assets_0755", 0o755), plain);
}

#[test]
fn every_kind_of_asset_is_where_packaging_looks() {
    let project = project("assets_kinds", &CODE);
    write(&project.join("machine.asl.json"), r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
    write(&project.join("image/Dockerfile.arm"), "FROM scratch\n");
    write(&project.join("image/app/run.sh"), "#!/bin/sh\n");
    let mut stack = Stack::new("kinds");
    let one = stack.asset(Asset::file("lambda/index.py"));
    stack.add("Worker", function().code_uri(&one));
    stack.add("Layer", sam::LayerVersion::new(&one).compatible_runtimes(vec!["python3.13"]));
    let machine = stack.asset(Asset::file("./machine.asl.json"));
    stack.add("Machine", sam::StateMachine::new().definition_uri(&machine));
    let image = stack.add("Image", sam::Function::new().package_type("Image").timeout(60));
    let recipe = Image::new("image").dockerfile("Dockerfile.arm").tag("v1").target("last").build_argument("A", "1");
    stack.image(&image, recipe);
    // A stack without SAM, in which a local path would be a warning.
    let mut plain = Stack::new("plain");
    let code = plain.asset(Asset::folder(project.join("lambda").to_str().unwrap()));
    plain.add("Tools", Resource::raw("AWS::Lambda::LayerVersion", json!({"Content": code})));

    let run = synth(&project, Program::new().stack(stack).stack(plain), &["--output", "out/", "--strict"]);
    assert_eq!(run.exit, Exit::Done, "{run}");
    assert_snapshot!("assets", run.err);
    assert_snapshot!("assets_manifest", fs::read_to_string(project.join("out/manifest.json")).unwrap());
    let template = json(&project.join("out/kinds.template.json"));
    assert_snapshot!("assets_template", format!("{:#}", template["Resources"]));
    // What the templates name is there, as it was.
    for entry in json(&project.join("out/manifest.json"))["stacks"].as_array().unwrap() {
        for asset in entry["assets"].as_array().unwrap() {
            assert!(project.join("out").join(asset["path"].as_str().unwrap()).exists(), "{asset}");
        }
    }
    let copied =
        project.join("out").join(template["Resources"]["Image"]["Metadata"]["DockerContext"].as_str().unwrap());
    assert_eq!(listing(&copied), ["Dockerfile.arm", "app"]);
    let data = synth(&project, worker(Asset::folder("lambda")), &["-o", "one/", "--message-format", "json"]);
    let summary: Data = serde_json::from_str(data.out.lines().last().unwrap()).unwrap();
    assert_eq!(summary["stacks"][0]["assets"][0]["source"], "lambda");
    assert_eq!(listing(&project.join("one")), ["assets", "manifest.json", "template.json"]);
}

#[test]
fn an_archive_is_handed_on_as_it_is() {
    let project = project("assets_archive", &CODE);
    assert_eq!(synth(&project, worker(Asset::folder("lambda")), &["--output", "out/"]).exit, Exit::Done);
    let made = fs::read(project.join("out").join(code(&project))).unwrap();
    fs::write(project.join("made.jar"), &made).unwrap();
    assert_eq!(synth(&project, worker(Asset::file("made.jar")), &["--output", "out/"]).exit, Exit::Done);
    let path = code(&project);
    assert!(path.ends_with(".jar"), "{path}");
    assert_eq!(fs::read(project.join("out").join(path)).unwrap(), made);
    // Half of an archive cannot be read.
    fs::write(project.join("half.zip"), &made[..made.len() / 2]).unwrap();
    let run = synth(&project, worker(Asset::file("half.zip")), &["--output", "out/"]);
    assert_eq!(run.exit, Exit::Failed);
    assert!(run.err.contains("AL0510]: asset `half.zip`: must be an archive that can be read: "), "{run}");
}

#[test]
fn beside_a_package_the_folder_is_another_one() {
    let project = project("assets_package", &[&CODE[..], &[("Cargo.toml", "")]].concat());
    assert_eq!(synth(&project, worker(Asset::folder("lambda")), &[]).exit, Exit::Done);
    // `assets/` is what `build` packs into the archive of an application.
    assert_eq!(listing(&project), [".async_lambda", "Cargo.toml", "lambda", "template.json"]);
    let template = fs::read_to_string(project.join("template.json")).unwrap();
    assert!(template.contains(r#""CodeUri": ".async_lambda/build/assets/"#), "{template}");
    let run = synth(&project, worker(Asset::folder("lambda")), &["--output", "-"]);
    assert_eq!((run.exit, run.out.as_str()), (Exit::Done, template.as_str()));
}

/// The findings about a function with this code.
fn findings(test: &str, asset: Asset) -> String {
    let project = project(test, &CODE);
    let run = synth(&project, worker(asset), &["--output", "out/"]);
    assert_eq!(run.exit, Exit::Failed, "{run}");
    assert!(!project.join("out").exists());
    // Without what differs: the caller's line.
    let lines = run.err.lines().filter(|line| line.starts_with("error") || line.contains("= help"));
    lines.map(str::trim).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let check = |test: &str, asset: Asset, message: &str, help: &str| {
        let expected = format!("error[AL0510]: asset {message}\n= help: {help}");
        assert_eq!(findings(&format!("assets_{test}"), asset), expected);
    };
    let from = "its path counts from the folder of Cargo.toml";
    check("missing", Asset::folder("lamda"), "`lamda`: must be there, and is not", from);
    check("missing_file", Asset::file("lambda/main.py"), "`lambda/main.py`: must be there, and is not", from);
    check(
        "no_file",
        Asset::file("lambda"),
        "`lambda`: must be a file, got a folder",
        "use `Asset::folder` for a folder",
    );
    check(
        "no_folder",
        Asset::folder("lambda/index.py"),
        "`lambda/index.py`: must be a folder, got a file",
        "use `Asset::file` for a file",
    );
    let give = "give its path from the folder of Cargo.toml on: `lambda/worker`, `../shared`";
    check("empty", Asset::folder(""), "``: its path must not be empty", give);
    check(
        "absolute",
        Asset::folder("/usr"),
        "`/usr`: its path must not be an absolute one outside of the package",
        give,
    );
    check(
        "nothing",
        Asset::folder("lambda").exclude(["*"]),
        "`lambda`: must have a file, and has none",
        "add one, or change what `.exclude([..])` leaves out",
    );
    check(
        "pattern",
        Asset::folder("lambda").exclude(["!x"]),
        "`lambda`: a pattern has `*` and `**`, and neither `!`, `?`, `[` nor `\\`, got `!x`",
        "change it in `.exclude([..])`",
    );
    check(
        "itself",
        Asset::folder("."),
        "`.`: must not have in it what `synth` writes, which is `out`",
        "exclude it, `.exclude([\"/out\"])`, or name a smaller folder",
    );
}

#[test]
fn a_folder_outside_of_the_package_is_named_relative_to_it() {
    let workspace = project("assets_workspace", &[("shared/index.py", "x"), ("infra/a", "")]);
    let project = workspace.join("infra");
    assert_eq!(synth(&project, worker(Asset::folder("../shared")), &["--output", "out/"]).exit, Exit::Done);
    assert_eq!(json(&project.join("out/manifest.json"))["stacks"][0]["assets"][0]["source"], "../shared");
    // The whole package without what is written is one too.
    let asset = || Asset::folder(".").exclude(["/out"]);
    assert_eq!(synth(&project, worker(asset()), &["--output", "out/"]).exit, Exit::Done);
    let path = code(&project);
    assert_eq!(synth(&project, worker(asset()), &["--output", "out/"]).exit, Exit::Done);
    assert_eq!(code(&project), path);
}

#[cfg(unix)]
#[test]
fn links_lead_to_what_is_in_the_folder() {
    use std::os::unix::fs::symlink;

    let project = project("assets_links", &CODE);
    symlink("lib", project.join("lambda/again")).unwrap();
    assert_eq!(synth(&project, worker(Asset::folder("lambda")), &["--output", "out/"]).exit, Exit::Done);
    symlink("..", project.join("lambda/lib/up")).unwrap();
    let run = synth(&project, worker(Asset::folder("lambda")), &["--output", "out/"]);
    let expected = "up`: a link must lead to a file or a folder of the asset, and this one leads to a folder around it";
    assert!(run.exit == Exit::Failed && run.err.contains(expected), "{run}");
    let run = synth(&project, worker(Asset::folder("lambda").exclude(["up"])), &["--output", "out/"]);
    assert_eq!(run.exit, Exit::Done, "{run}");
    symlink(project.join("out"), project.join("lambda/out")).unwrap();
    let run = synth(&project, worker(Asset::folder("lambda").exclude(["up"])), &["--output", "out/"]);
    assert!(run.err.contains("asset `lambda`: `out`: a link must lead to"), "{run}");
    assert!(run.err.contains("and this one leads out of it"), "{run}");
}

#[test]
fn what_lambda_does_not_take_is_an_error() {
    // A file with a hole, which takes no place on the disk.
    let sparse = |project: &Path, bytes: u64| {
        fs::File::create(project.join("lambda/data.bin")).unwrap().set_len(bytes).unwrap();
    };
    let project = project("assets_large", &[]);
    write(&project.join("lambda/index.py"), "x");
    sparse(&project, 250 * 1024 * 1024);
    let run = synth(&project, worker(Asset::folder("lambda")), &["--output", "out/"]);
    assert_eq!(run.exit, Exit::Failed);
    let expected = "AL0513]: asset `lambda`: the files must be at most 262144000 bytes together, got 262144001";
    assert!(run.err.contains(expected), "{run}");
    // An archive with a hole before its directory, whose place is in the last bytes but two.
    fs::remove_file(project.join("lambda/data.bin")).unwrap();
    assert_eq!(synth(&project, worker(Asset::folder("lambda")), &["--output", "out/"]).exit, Exit::Done);
    let mut archive = fs::read(project.join("out").join(code(&project))).unwrap();
    let place = archive.len() - 6;
    let directory = u32::from_le_bytes(archive[place..place + 4].try_into().unwrap());
    archive[place..place + 4].copy_from_slice(&(directory + 53_000_000).to_le_bytes());
    archive.splice(directory as usize..directory as usize, std::iter::repeat_n(0, 53_000_000));
    fs::write(project.join("large.zip"), archive).unwrap();
    let run = synth(&project, worker(Asset::file("large.zip")), &["--output", "out/", "--info", "--strict"]);
    assert_eq!(run.exit, Exit::Done, "{run}");
    let expected = "info[AL0514]: asset `large.zip`: at most 50 MB can be uploaded in a request, got 53.0 MB";
    assert!(run.err.contains(expected), "{run}");
}

#[test]
fn an_asset_is_the_value_of_a_property_that_is_uploaded() {
    let project = project("assets_properties", &CODE);
    let mut stack = Stack::new("work");
    let code = stack.asset(Asset::folder("lambda"));
    let machine = stack.asset(Asset::folder("lambda/lib"));
    stack.add("Machine", sam::StateMachine::new().definition_uri(&machine));
    let unused = line!() + 1;
    let _ = stack.asset(Asset::folder("lambda/tests"));
    let is_prod = stack.condition("IsProd", Condition::equals("a", "b"));
    stack.add("Worker", function().code_uri(if_::<String>(&is_prod, &code, "s3://a/b")));
    stack.output("Code", Output::new(&code));
    let other = Stack::new("other");
    let lost = other.asset(Asset::folder("lambda/other"));
    stack.add("Lost", function().code_uri(&lost));
    stack.image("Machine", Image::new("lambda"));
    let run = synth(&project, stack, &["--output", "out/"]);
    assert_eq!(run.exit, Exit::Failed);
    assert!(run.err.contains(&format!("assets.rs:{unused}:")), "{run}");
    let found = run.err.lines().filter(|line| ["error", "warning"].iter().any(|word| line.starts_with(word)));
    assert_snapshot!("assets_properties", found.collect::<Vec<_>>().join("\n"));
}

#[test]
fn only_stacks_that_are_written_are_read() {
    let project = project("assets_selected", &CODE);
    let mut broken = Stack::new("broken");
    let gone = broken.asset(Asset::folder("gone"));
    broken.add("Worker", function().code_uri(&gone));
    let program = Program::new().stack(worker(Asset::folder("lambda"))).stack(broken);
    let run = synth(&project, program, &["synth", "work", "--output", "out/"]);
    assert_eq!(run.exit, Exit::Done, "{run}");
    assert_eq!(listing(&project.join("out")), ["assets", "manifest.json", "work.template.json"]);
}
