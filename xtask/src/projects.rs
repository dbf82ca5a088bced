//! `cargo xtask projects`: what `cargo async-lambda new` makes works.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use lexopt::prelude::*;

use crate::{
    Error, package, process, root,
    shell::{Folder, Server, shell},
};

/// What `cargo xtask projects --help` prints.
pub const HELP: &str = "\
usage: cargo xtask projects [OPTION]...

Makes a project of each template with `cargo async-lambda new` in a temporary folder outside of the repository, checks its
format, and runs each command of its README: tests, synthesis, local runs. A warning is a failure. `sam`
is left out, and so is `build`, which takes minutes.

  --packaged       depend on the crates as a registry would get them, not on this checkout
  --build          run `build` and clippy too
  --template NAME  of this template only; may be repeated
  --keep           leave the projects where they are
";

const TEMPLATES: [&str; 3] = ["app", "api", "plain"];

/// Words that a command of a README must print, by template.
const PRINTED: &[(&str, &str, &str)] = &[
    ("app", "cargo run -- invoke Collect", "invoice 1 is unpaid"),
    ("app", "cargo run -- invoke SendReminder", "invoice 3 is unpaid"),
    ("app", "cargo run --bin synth -- ls", "SendReminder"),
    ("api", "curl http://127.0.0.1:8000/prices/tea", "350"),
    ("api", "curl -d", "it will be shipped"),
    ("plain", "cargo run -- explain", "VisibilityTimeout"),
];

struct Options {
    packaged: bool,
    build: bool,
    keep: bool,
    templates: Vec<String>,
}

/// `cargo xtask projects`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    let mut options = Options { packaged: false, build: false, keep: false, templates: Vec::new() };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("packaged") => options.packaged = true,
            Long("build") => options.build = true,
            Long("keep") => options.keep = true,
            Long("template") => options.templates.push(arguments.value()?.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if options.templates.is_empty() {
        options.templates = TEMPLATES.map(str::to_owned).to_vec();
    }
    let folder = Folder::temporary("projects")?;
    let result = projects(&folder.0, &options);
    if options.keep {
        println!("{}", folder.0.display());
        std::mem::forget(folder);
    }
    let (passed, failed) = result?;
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(Error::Checks { subject: "projects", failed }) }
}

/// Makes and checks the projects; gives how many commands passed and failed.
fn projects(folder: &Path, options: &Options) -> Result<(usize, usize), Error> {
    let program = process::built("cargo-async-lambda", &["--locked", "--package", "cargo-async-lambda"])?;
    let patches = options.packaged.then(patches).transpose()?;
    let (mut passed, mut failed) = (0, 0);
    for template in &options.templates {
        let project = make(&program, folder, template, patches.as_deref())?;
        let mut server = None;
        for command in commands(&project, options)? {
            let start = Instant::now();
            let outcome = check(&project, template, &command, &mut server);
            println!("{template}: {command} ({:.1} s)", start.elapsed().as_secs_f32());
            match outcome {
                Ok(()) => passed += 1,
                Err(error) => {
                    eprintln!("{template}: {command}: {error}");
                    failed += 1;
                }
            }
        }
    }
    Ok((passed, failed))
}

/// A configuration of cargo that takes our crates from their packages instead of the registry.
fn patches() -> Result<String, Error> {
    let mut text = String::from("[patch.crates-io]\n");
    for package in package::packages(false)? {
        text.push_str(&format!("{} = {{ path = {:?} }}\n", package.name, package.folder));
    }
    Ok(text)
}

fn make(program: &Path, folder: &Path, template: &str, patches: Option<&str>) -> Result<PathBuf, Error> {
    let name = format!("my-{template}");
    let mut new = Command::new(program);
    new.current_dir(folder).args(["async-lambda", "new", &name, "--template", template]);
    if patches.is_none() {
        new.arg("--path").arg(root());
    }
    process::run(&mut new)?;
    let project = folder.join(name);
    let write = |file: &str, text: &str| {
        let path = project.join(file);
        fs::create_dir_all(path.parent().unwrap_or(&project))
            .and_then(|()| fs::write(&path, text))
            .map_err(Error::io(format!("write {}", path.display())))
    };
    if let Some(patches) = patches {
        write(".cargo/config.toml", patches)?;
    }
    // The versions that everything else here is tested with, so that nothing has to be downloaded.
    let lock = fs::read_to_string(root().join("Cargo.lock")).map_err(Error::io("read Cargo.lock"))?;
    write("Cargo.lock", &lock)?;
    Ok(project)
}

/// The commands to run: those in the blocks of the README, and a few around them.
fn commands(project: &Path, options: &Options) -> Result<Vec<String>, Error> {
    let readme = fs::read_to_string(project.join("README.md")).map_err(Error::io("read the README of the project"))?;
    let mut commands = vec!["cargo fmt --check".to_owned()];
    if options.build {
        commands.push("cargo clippy --all-targets -- -D warnings".to_owned());
    }
    for block in readme.split("```").skip(1).step_by(2) {
        let lines = block.lines().map(|line| line.split(" # ").next().unwrap_or_default().trim());
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("sam "));
        commands.extend(lines.filter(|line| options.build || !line.ends_with("-- build")).map(str::to_owned));
    }
    Ok(commands)
}

/// Runs a command of a README as it is written there, except for the port of a server.
fn check(project: &Path, template: &str, command: &str, server: &mut Option<Server>) -> Result<(), Error> {
    if command.ends_with("web-server") {
        *server = Some(Server::start("projects", project, command)?);
        return Ok(());
    }
    // The `cargo run` of a program about stacks is its synthesis.
    if command == "cargo run" && template != "plain" {
        *server = Some(Server::whole("projects", project, command)?);
        return Ok(());
    }
    let port = server.as_ref().map_or(8000, |server| server.port);
    let mut line = command.replace(":8000", &format!(":{port}"));
    let dashboard = server.as_ref().and_then(|server| server.dashboard);
    if let Some(dashboard) = dashboard.filter(|_| command.starts_with("cargo run -- schedule")) {
        line.push_str(&format!(" --dashboard-port {dashboard}"));
    }
    let mut shell = shell(project, &line);
    let output = process::run(&mut shell)?;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let wrong = |reason: String| Err(Error::Data { subject: "projects", source: reason.into() });
    // A project does not need every crate that is patched with `--packaged`.
    let is_warning = |line: &str| line.starts_with("warning") && !line.starts_with("warning: patch `");
    if command.starts_with("cargo") && stderr.lines().any(is_warning) {
        return wrong(format!("there is a warning:\n{stderr}"));
    }
    let expected = PRINTED.iter().find(|(of, start, _)| *of == template && command.starts_with(start));
    match expected {
        Some((_, _, words)) if !stdout.contains(words) => wrong(format!("must print `{words}`, got:\n{stdout}")),
        _ => Ok(()),
    }
}
