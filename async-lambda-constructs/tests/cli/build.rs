//! `build`, with the real cargo, on projects that compile in a second.
#![cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]

use std::{
    ffi::OsString,
    fs,
    io::{Cursor, Read},
    path::{Path, PathBuf},
    process::Command,
};

use async_lambda_constructs::cli::{self, Environment, Exit, Streams, Surroundings};
use zip::ZipArchive;

use crate::{Run, folder, listing, stacks};

const ARCHIVE: &str = ".async_lambda/build/deployment.zip";

/// Compiles in a moment. What it says of panics is not what is wanted.
const PROFILE: &str = "[profile.bootstrap]\ninherits = \"release\"\nopt-level = 1\npanic = \"abort\"\n";

/// A project with a program, a `synth` that does not compile, and two assets.
fn project(test: &str, main: &str) -> PathBuf {
    let project = folder(&format!("build-{test}"));
    let manifest = "[package]\nname = \"small\"\nedition = \"2024\"\n\n[features]\naws = []\n\n\
        [[bin]]\nname = \"synth\"\npath = \"synth.rs\"\n\n[workspace]\n\n";
    let manifest = format!("{manifest}{PROFILE}");
    for (name, content) in [
        ("Cargo.toml", manifest.as_str()),
        ("src/main.rs", main),
        ("synth.rs", "is not compiled"),
        ("assets/words/a.txt", "a word"),
        ("assets/.hidden", ""),
    ] {
        let path = project.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    project
}

/// Runs where the program's package is, as `cargo run` does it.
fn build(project: &Path, arguments: &[&str]) -> Run {
    let environment = Environment {
        surroundings: Surroundings { directory: project.to_owned(), ..Surroundings::default() },
        manifest_directory: Some(project.to_owned()),
        cargo: Some(env!("CARGO").into()),
        ..Environment::default()
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams { input: &mut &b""[..], out: &mut out, err: &mut err };
    let arguments = ["build", "--compiler", "cargo"].iter().chain(arguments).map(OsString::from);
    let exit = cli::run(stacks::orders(), arguments, streams, &environment);
    Run { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

const WORKS: &str = "#[cfg(feature = \"aws\")]\nfn main() {\n    println!(\"{:?}\", std::panic::catch_unwind(|| assert!(std::env::args().count() > 9)).is_err());\n}\n";

#[test]
fn the_archive_has_the_program_and_the_assets() {
    let project = project("works", WORKS);
    let first = build(&project, &["--message-format", "json"]);
    assert_eq!(first.exit, Exit::Done, "{first}");
    // Programs read each line of both streams, and the first of stderr comes before the compiler's.
    let progress: Vec<serde_json::Value> = first.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let steps: Vec<_> = progress.iter().filter(|line| line["kind"] == "progress").map(|line| &line["step"]).collect();
    assert_eq!(
        (steps.first(), steps.last()),
        (Some(&&"compiling small with cargo".into()), Some(&&"packing small".into()))
    );
    let package: serde_json::Value = serde_json::from_str(first.out.lines().last().unwrap()).unwrap();
    assert_eq!(
        [&package["kind"], &package["file"], &package["binary"], &package["architecture"], &package["compiler"]],
        ["package", ARCHIVE, "small", "x86_64", "cargo"]
    );
    assert_eq!((&package["assets"], &package["changed"]), (&2.into(), &true.into()));
    assert_eq!(listing(&project.join(".async_lambda/build")), ["deployment.zip"]);
    assert!(listing(&project).contains(&"template.json".to_owned()));

    let bytes = fs::read(project.join(ARCHIVE)).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let names: Vec<_> = archive.file_names().map(str::to_owned).collect();
    assert_eq!(names, ["assets/.hidden", "assets/words/a.txt", "bootstrap"]);
    let mut program = Vec::new();
    let mut bootstrap = archive.by_name("bootstrap").unwrap();
    assert_eq!(bootstrap.unix_mode(), Some(0o100_755));
    bootstrap.read_to_end(&mut program).unwrap();
    assert_eq!(package["bootstrap"], program.len());
    // ELF's type 2: a program for one address, without a table of what to change at another.
    assert_eq!(program[16..18], [2, 0]);

    // What was zipped runs, and panics unwind although the profile says otherwise.
    let extracted = project.join("bootstrap");
    fs::write(&extracted, &program).unwrap();
    fs::set_permissions(&extracted, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(Command::new(&extracted).output().unwrap().stdout, b"true\n");

    let second = build(&project, &[]);
    assert!(second.err.contains("   0 s  compiling small with cargo\n"), "{second}");
    assert_eq!(second.out, "");
    assert!(second.err.contains("unchanged .async_lambda/build/deployment.zip ("), "{second}");
    assert_eq!(fs::read(project.join(ARCHIVE)).unwrap(), bytes);
    // Made anew, from another copy of the assets, it has the same bytes.
    fs::remove_file(project.join(ARCHIVE)).unwrap();
    fs::remove_dir_all(project.join("assets")).unwrap();
    fs::create_dir_all(project.join("assets/words")).unwrap();
    fs::write(project.join("assets/words/a.txt"), "a word").unwrap();
    fs::write(project.join("assets/.hidden"), "").unwrap();
    assert_eq!(build(&project, &[]).exit, Exit::Done);
    assert_eq!(fs::read(project.join(ARCHIVE)).unwrap(), bytes);
}

#[test]
fn the_archive_is_beside_the_templates() {
    let project = project("beside", WORKS);
    for (output, folder) in [("out/", "out"), ("elsewhere/orders.yaml", "elsewhere"), ("orders.json", "")] {
        fs::create_dir_all(project.join(folder)).unwrap();
        let run = build(&project, &["--output", output]);
        let said = Path::new(folder).join(ARCHIVE);
        assert!(run.exit == Exit::Done && run.err.contains(&format!("wrote {} (", said.display())), "{run}");
        assert!(project.join(said).is_file(), "{output}");
    }
}

#[test]
fn without_a_profile_the_program_is_small() {
    let project = project("profile", WORKS);
    let size = || {
        let run = build(&project, &["--message-format", "json"]);
        assert_eq!(run.exit, Exit::Done, "{run}");
        let package: serde_json::Value = serde_json::from_str(run.out.lines().last().unwrap()).unwrap();
        package["bootstrap"].as_u64().unwrap()
    };
    let with_profile = size();
    let manifest = fs::read_to_string(project.join("Cargo.toml")).unwrap();
    fs::write(project.join("Cargo.toml"), manifest.replace(PROFILE, "")).unwrap();
    let without = size();
    assert!(without + 10_000 < with_profile, "{without}, {with_profile}");
}

#[test]
fn what_does_not_compile_is_shown() {
    let project = project("wrong", "fn main() {\n    let x: u32 = \"a\";\n}\n");
    let run = build(&project, &[]);
    assert_eq!(run.exit, Exit::Failed, "{run}");
    for part in
        ["error[E0308]: mismatched types", "src/main.rs:2:18", "binary `small`: could not be compiled with `cargo`"]
    {
        assert!(run.err.contains(part), "{part}: {run}");
    }
    assert!(!project.join(ARCHIVE).exists());
}

#[test]
fn what_lambda_cannot_run_is_not_zipped() {
    let project = project("abort", WORKS);
    fs::create_dir(project.join(".cargo")).unwrap();
    fs::write(project.join(".cargo/config.toml"), "[build]\nrustflags = [\"-Cpanic=abort\"]\n").unwrap();
    let run = build(&project, &[]);
    assert_eq!(run.exit, Exit::Failed, "{run}");
    assert!(run.err.contains("error: bootstrap: a panic must unwind, and this program aborts"), "{run}");
    assert!(run.err.contains("help: remove `-C panic=abort`"), "{run}");
    assert!(!project.join(ARCHIVE).exists());
}

#[test]
fn what_is_missing_is_told_before_anything_is_compiled() {
    fn check(project: &Path, arguments: &[&str], expected: &str) {
        let run = build(project, arguments);
        assert_eq!(run.exit, Exit::Failed, "{run}");
        assert!(run.err.contains(expected), "{expected}: {run}");
        assert!(!project.join("target").exists(), "{run}");
    }
    let project = project("missing", WORKS);
    check(
        &project,
        &["--arch", "arm64"],
        "`cargo` alone compiles for x86_64-unknown-linux-gnu here, and arm64 was asked",
    );
    check(&project, &["--bin", "smal"], "binary `smal`: must be one of package `small`, which has `small`, `synth`");
    check(&project, &["--package", "other"], "package `other`: must be one of the workspace, which has `small`");
    std::os::unix::fs::symlink("/etc/hostname", project.join("assets/link")).unwrap();
    check(&project, &[], "asset `assets/link`: must be a file or a folder, got a link");
    fs::write(project.join("Cargo.toml"), "[package]\nname = 1\n").unwrap();
    check(&project, &[], "cargo metadata: ");
    fs::remove_file(project.join("Cargo.toml")).unwrap();
    check(&project, &[], "must be the folder of a package, and cargo knows none there");
}

#[test]
fn functions_of_an_image_need_no_archive() {
    use crate::application::{run, shop};

    let settings = r#"{"image_uri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1"}"#;
    let human = run("build_image", shop(), Some(settings), &["build"]);
    let said =
        "skipped no archive: the functions run the image `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1`\n";
    assert_eq!(human.exit, Exit::Done, "{human}");
    assert!(human.err.ends_with(said), "{human}");
    let json = run("build_image", shop(), Some(settings), &["build", "--message-format", "json"]);
    let last: serde_json::Value = serde_json::from_str(json.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["image_uri"], "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1");
    // The command line wins, with a file and without one.
    for settings in [Some(settings), None] {
        let other = run("build_image", shop(), settings, &["build", "--image-uri", "shop:2", "-o", "template.json"]);
        assert_eq!(other.exit, Exit::Done, "{other}");
        assert!(other.err.ends_with("the functions run the image `shop:2`\n"), "{other}");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli/build_image");
        let text = fs::read_to_string(folder.join("template.json")).unwrap();
        assert!(text.contains("\"ImageUri\": \"shop:2\"") && !text.contains("deployment.zip"), "{text}");
    }
    let wrong = run("build_image", shop(), None, &["build", "--image-uri", "https://shop"]);
    assert_eq!(wrong.exit, Exit::Usage, "{wrong}");
    assert!(wrong.err.contains("`image_uri`: must name a container image, got `https://shop`"), "{wrong}");
}

#[test]
fn the_processor_is_that_of_the_application() {
    use crate::application::{App, run, shop};

    let arm = || {
        let App(mut model) = shop();
        model.options.architecture = Some(async_lambda_model::Architecture::Arm64);
        App(model)
    };
    let run = run("build_architecture", arm(), None, &["build", "--arch", "x86_64"]);
    assert_eq!(run.exit, Exit::Usage, "{run}");
    assert!(run.err.contains("`--arch`: must be that of the application, `arm64`, got `x86_64`"), "{run}");
    assert_eq!(run.out, "");
}
