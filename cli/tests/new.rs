//! `cargo async-lambda new`, as a user runs it. What a project does once it is made, `cargo xtask projects` checks.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use pretty_assertions::assert_eq;
use tempfile::TempDir;

/// Exit code, standard output, standard error.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-async-lambda"));
    // As cargo starts it.
    let output = command.arg("async-lambda").args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Makes a project that must succeed, and gives its folder.
fn make(arguments: &[&str]) -> (TempDir, PathBuf) {
    let around = TempDir::new().unwrap();
    let (code, _, stderr) = run(around.path(), &[&["new", "my-app"], arguments].concat());
    assert_eq!(code, 0, "{stderr}");
    let folder = around.path().join("my-app");
    (around, folder)
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap()
}

fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The files of a project, without those of the version control.
fn files(folder: &Path) -> Vec<String> {
    fn gather(root: &Path, folder: &Path, files: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with(".git") {
                gather(root, &path, files);
            } else if path.is_file() {
                files.push(path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    let mut files_of = Vec::new();
    gather(folder, folder, &mut files_of);
    files_of.sort();
    files_of
}

#[test]
fn each_template_has_its_files() {
    let application = [".gitignore", "Cargo.toml", "README.md", "infra/main.rs", "src/lib.rs", "src/main.rs"];
    let check = |template: &str, others: &[&str]| {
        let (_around, folder) = make(&["--template", template]);
        let mut expected: Vec<&str> = application.iter().chain(others).copied().collect();
        expected.retain(|file| template != "plain" || *file != "infra/main.rs");
        expected.sort_unstable();
        assert_eq!(files(&folder), expected, "{template}");
        assert!(folder.join(".git").is_dir(), "as `cargo new` does");
        for file in expected {
            let text = read(&folder, file);
            assert!(!text.contains("{{") && !text.contains("{%") && text.ends_with('\n'), "{file}: {text}");
        }
    };
    check("app", &[".async_lambda/config.json", "tests/app.rs"]);
    check("api", &["tests/api.rs"]);
    check("plain", &["src/work_queue.rs", "tests/template.rs"]);
}

#[test]
fn every_file_below_templates_is_used() {
    let texts: Vec<String> = ["app", "api", "plain"]
        .into_iter()
        .flat_map(|template| {
            let (_around, folder) = make(&["--template", template, "--path", checkout().to_str().unwrap()]);
            files(&folder).into_iter().map(move |file| read(&folder, &file)).collect::<Vec<_>>()
        })
        .collect();
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for file in files(&templates) {
        let first_line = read(&templates, &file).lines().next().unwrap().replace("{{ name }}", "my-app");
        assert!(texts.iter().any(|text| text.starts_with(&first_line)), "{file}");
    }
}

#[test]
fn dependencies() {
    let line = |key: &str, arguments: &[&str]| {
        let (_around, folder) = make(arguments);
        let manifest = read(&folder, "Cargo.toml");
        manifest.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap().to_owned()
    };
    assert_eq!(line("async-lambda", &[]), "async-lambda = { version = \"0.1\", default-features = false }");
    let root = checkout().canonicalize().unwrap();
    let root = root.to_str().unwrap();
    assert_eq!(
        line("async-lambda-constructs", &["--path", root]),
        format!("async-lambda-constructs = {{ path = \"{root}/async-lambda-constructs\", optional = true }}")
    );
    assert_eq!(
        line("cfn-model", &["-t", "plain", "--git", "https://example.com/a.git", "--rev", "0a1b"]),
        "cfn-model = { git = \"https://example.com/a.git\", rev = \"0a1b\", features = [\"cloudwatch\"] }"
    );
}

#[test]
fn the_last_part_of_a_path_is_the_name_unless_there_is_another() {
    let around = TempDir::new().unwrap();
    let (code, stdout, stderr) = run(around.path(), &["new", "some/where/my_app", "--vcs", "none"]);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    assert!(stderr.starts_with("made `my_app` from the template `app`; next:\n\n  cd some/where/my_app\n"), "{stderr}");
    let folder = around.path().join("some/where/my_app");
    assert!(!folder.join(".git").exists() && !folder.join(".gitignore").exists());
    assert!(read(&folder, "src/main.rs").contains("my_app::app()"));

    let (code, _, stderr) = run(around.path(), &["new", "2nd", "--name", "second"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(read(&around.path().join("2nd"), "Cargo.toml").contains("name = \"second\""));
}

#[test]
fn a_workspace_around_it_takes_the_project_in() {
    let around = TempDir::new().unwrap();
    fs::write(around.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = []\n").unwrap();
    let (code, _, stderr) = run(around.path(), &["new", "my-app"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(read(around.path(), "Cargo.toml").contains("\"my-app\""));
    let manifest = read(&around.path().join("my-app"), "Cargo.toml");
    assert!(!manifest.contains("[profile"), "only the root of a workspace has profiles: {manifest}");
    let (_around, folder) = make(&[]);
    assert!(read(&folder, "Cargo.toml").contains("[profile.dev]"));
}

#[test]
fn a_failure_leaves_nothing_behind() {
    let around = TempDir::new().unwrap();
    fs::write(around.path().join("Cargo.toml"), "no manifest").unwrap();
    let (code, _, stderr) = run(around.path(), &["new", "my-app"]);
    assert!(code == 1 && stderr.starts_with("error: "), "{stderr}");
    assert!(!around.path().join("my-app").exists());
}

#[test]
fn a_folder_with_spaces_is_quoted() {
    let around = TempDir::new().unwrap();
    let (code, _, stderr) = run(around.path(), &["new", "with space/my-app", "--vcs", "none"]);
    assert!(code == 0 && stderr.contains("\n  cd 'with space/my-app'\n"), "{stderr}");
}

#[test]
fn mistakes_are_explained() {
    let around = TempDir::new().unwrap();
    fs::create_dir(around.path().join("there")).unwrap();
    for (arguments, code, expected) in [
        (&["new", "there"][..], 1, "error: folder `there`: must not exist\n  = help: choose another name"),
        (&["new", "a.b"], 1, "error: name `a.b`: must begin with a letter and have at most 48 letters, digits"),
        (&["new", "serde"], 1, "error: name `serde`: must not be that of a crate that the project depends on\n"),
        (&["new", "x", "--path", "there"], 1, "error: --path: must be a checkout of async-lambda, `there` has no "),
        (&["new", "x", "--git", "git@example.com:a"], 1, "error: --git: must be a URL, got `git@example.com:a`\n"),
        (&["new", "x", "--rev", "0a1b"], 2, "error: the following required arguments were not provided:\n  --git"),
        (
            &["new", "x", "--path", ".", "--git", "https://a"],
            2,
            "error: the argument '--path <DIR>' cannot be used with",
        ),
        (&["new", "x", "--template", "apps"], 2, "error: invalid value 'apps' for '--template <TEMPLATE>'"),
        (&["new"], 2, "error: the following required arguments were not provided:\n  <NAME>"),
        (&["now"], 2, "error: unrecognized subcommand 'now'"),
    ] {
        let (found, stdout, stderr) = run(around.path(), arguments);
        assert_eq!((found, stdout.as_str()), (code, ""), "{arguments:?}: {stderr}");
        assert!(stderr.starts_with(expected), "{arguments:?}: {stderr}");
    }
    // What else is no name for a package, cargo says, in its own words.
    let (code, _, stderr) = run(around.path(), &["new", "match"]);
    assert!(code == 1 && stderr.starts_with("error: ") && stderr.contains("`match`"), "{stderr}");
    assert_eq!(fs::read_dir(around.path()).unwrap().count(), 1, "nothing is made when there is a mistake");
}
