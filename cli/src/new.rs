//! `cargo async-lambda new`.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    args::New,
    error::Error,
    name,
    source::Source,
    template::{Names, Template},
};

/// A project that was made.
#[derive(Debug)]
pub struct Project {
    folder: PathBuf,
    name: String,
    template: Template,
    /// Whether its dependencies come from the registry.
    is_of_registry: bool,
}

/// Makes a project. `cargo new` makes the folder and the repository, and adds the project to the workspace around it;
/// then the files of the template take the place of its own.
pub fn run(command: &New) -> Result<Project, Error> {
    let New { folder, template, source, vcs, .. } = command;
    let name = name::of(command.name.as_deref(), folder)?;
    let source = source.resolved()?;
    if folder.exists() {
        return Err(Error::Exists(folder.clone()));
    }
    let mut cargo_new = cargo();
    cargo_new.args(["new", "--quiet", "--lib", "--name", &name]);
    if let Some(vcs) = vcs {
        cargo_new.args(["--vcs", vcs]);
    }
    fill(command, &name, &source, cargo_new.arg("--").arg(folder)).inspect_err(|_| {
        // A half-made project would be in the way of the next attempt.
        fs::remove_dir_all(folder).ok();
    })?;
    let is_of_registry = matches!(source, Source::Registry);
    Ok(Project { folder: folder.clone(), name, template: *template, is_of_registry })
}

/// Has cargo make the folder, and writes the files.
fn fill(command: &New, name: &str, source: &Source, cargo_new: &mut Command) -> Result<(), Error> {
    let New { folder, template, vcs, .. } = command;
    output_of(cargo_new)?;
    let names = Names { name, in_workspace: is_in_workspace(folder)? };
    for (file, text) in template.render(&names, source)? {
        let path = folder.join(&file);
        // A folder without version control has nothing to ignore.
        if file == Path::new(".gitignore") && vcs.as_deref().is_some_and(|vcs| vcs != "git") {
            continue;
        }
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, text)
        };
        write().map_err(|source| Error::Write { path: path.clone(), source })?;
    }
    Ok(())
}

impl Project {
    /// What to do with the project now.
    pub fn next_steps(&self) -> String {
        let Project { folder, name, template, is_of_registry } = self;
        let mut text = format!("made `{name}` from the template `{}`; next:\n\n", template.name());
        text.push_str(&format!("  cd {}\n", quoted(&folder.to_string_lossy())));
        for (command, comment) in template.next_steps() {
            text.push_str(&format!("  {command:38} # {comment}\n"));
        }
        text.push_str("\nIts README.md has the other commands.\n");
        if *is_of_registry {
            let version = env!("CARGO_PKG_VERSION");
            text.push_str(&format!(
                "\nIt depends on version {version} of async-lambda in the registry. As long as that is not published, make the \
                 project with `--path DIR`, a checkout, or `--git URL`.\n"
            ));
        }
        text
    }
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./~+,:@%".contains(c);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Whether the project belongs to a workspace around it.
fn is_in_workspace(folder: &Path) -> Result<bool, Error> {
    let manifest = folder.join("Cargo.toml");
    let mut locate = cargo();
    locate.args(["locate-project", "--workspace", "--message-format", "plain", "--manifest-path"]).arg(&manifest);
    let root = output_of(&mut locate)?;
    let is_same = match (Path::new(root.trim_end()).canonicalize(), manifest.canonicalize()) {
        (Ok(root), Ok(manifest)) => root == manifest,
        _ => false,
    };
    Ok(!is_same)
}

/// The cargo that started this program.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// Runs cargo and gives what it wrote, or its own words as the error.
fn output_of(command: &mut Command) -> Result<String, Error> {
    let output = command.stdin(Stdio::null()).output().map_err(Error::NoCargo)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let text = text.trim();
    Err(Error::Cargo(text.strip_prefix("error: ").unwrap_or(text).to_owned()))
}
