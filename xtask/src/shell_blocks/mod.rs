//! `cargo xtask shell-blocks`: the commands of README, docs and examples run.

mod ministack;
mod page;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use lexopt::prelude::*;

use self::{
    ministack::Ministack,
    page::{Mark, Page, Step},
};
use crate::{
    Error, process, root,
    shell::{Folder, Server, shell},
};

/// What `cargo xtask shell-blocks --help` prints.
pub const HELP: &str = "\
usage: cargo xtask shell-blocks [OPTION]...

Copies the files of the repository, as a clone would have them, and runs the commands of its pages there: the blocks `sh`,
and `console`, whose commands stand behind `$ ` and must print the lines below them (` .. ` in a line is anything). A block
begins in the folder of its page: the repository's for README.md and docs/, the example's for its README, and a project that
the guide's first page makes for the rest of the guide. What is compiled goes to this repository's target folder.

Blocks `sh nightly` take minutes, blocks `sh deploy` talk to AWS: ministack is in its place.

  --nightly    run the blocks `nightly` and `deploy`, and not the others
  --page PATH  of this page only; may be repeated
  --keep       leave the copy where it is
";

const SUBJECT: &str = "shell-blocks";
/// The page that makes the project of the guide, and the project.
const FIRST_PAGE: &str = "docs/guide/first-application.md";
const PROJECT: &str = "my-app";

/// Commands that are not run, by the beginnings of page and command, and why.
const NOT_RUN: &[(&str, &str, &str)] = &[
    ("README.md", "cargo test --workspace", "a step of .ci/run"),
    ("examples/", "cargo test", "as all tests of the workspace"),
    ("docs/from-python.md", "async-lambda build", "needs the application in Python that is moved"),
    ("docs/from-python.md", "cp .async_lambda", "follows it"),
    ("docs/from-python.md", "cargo run --bin synth -- build", "follows it"),
    ("docs/from-python.md", "sam deploy", "follows it: a change set on its stack"),
];

struct Options {
    nightly: bool,
    keep: bool,
    pages: Vec<PathBuf>,
}

/// `cargo xtask shell-blocks`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    let mut options = Options { nightly: false, keep: false, pages: Vec::new() };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("nightly") => options.nightly = true,
            Long("keep") => options.keep = true,
            Long("page") => options.pages.push(PathBuf::from(arguments.value()?)),
            _ => return Err(argument.unexpected().into()),
        }
    }
    let folder = Folder::temporary(SUBJECT)?;
    let result = Clone::new(&folder.0).and_then(|clone| clone.run(&options));
    if options.keep {
        println!("{}", folder.0.display());
        std::mem::forget(folder);
    }
    let (passed, failed) = result?;
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(Error::Checks { subject: SUBJECT, failed }) }
}

/// A copy of the repository, and folders beside it.
struct Clone {
    scratch: PathBuf,
}

impl Clone {
    /// Copies every file that a clone would have if the work tree were committed. Times are kept, so that nothing is
    /// compiled that is compiled already.
    fn new(scratch: &Path) -> Result<Clone, Error> {
        let clone = Clone { scratch: scratch.to_owned() };
        let mut git = Command::new("git");
        git.current_dir(root()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let output = process::run(&mut git)?;
        for file in String::from_utf8_lossy(&output.stdout).split_terminator('\0') {
            let from = root().join(file);
            // One that was removed and is not committed.
            if from.is_file() {
                copy(&from, &clone.repository().join(file)).map_err(Error::io(format!("copy {file}")))?;
            }
        }
        // The guide has its own folder, so that its project is not that of the README.
        let guide = clone.guide();
        fs::create_dir_all(&guide).map_err(Error::io(format!("make {}", guide.display())))?;
        std::os::unix::fs::symlink(clone.repository(), guide.join("async-lambda"))
            .map_err(Error::io("link the copy for the guide"))?;
        Ok(clone)
    }

    fn repository(&self) -> PathBuf {
        self.scratch.join("async-lambda")
    }

    fn guide(&self) -> PathBuf {
        self.scratch.join("guide")
    }

    /// Runs the pages; gives how many commands passed and failed.
    fn run(&self, options: &Options) -> Result<(usize, usize), Error> {
        let (mut passed, mut failed) = (0, 0);
        let mut not_run: Vec<&(&str, &str, &str)> = NOT_RUN.iter().collect();
        let mut ministack = None;
        for page in pages()? {
            let is_wanted = options.pages.is_empty() || options.pages.contains(&page.path);
            // Its project is needed by the pages behind it.
            let is_first = page.path == Path::new(FIRST_PAGE);
            if !is_wanted && !is_first {
                continue;
            }
            let name = page.path.to_string_lossy();
            for problem in &page.problems {
                eprintln!("{name}: {problem}");
                failed += 1;
            }
            for block in &page.blocks {
                if (block.mark != Mark::Always) != options.nightly && !is_first {
                    continue;
                }
                if block.mark == Mark::Deploy && ministack.is_none() {
                    ministack = Some(Ministack::start(&self.scratch)?);
                }
                let mut terminal = Terminal {
                    clone: self,
                    folder: self.folder(&page.path),
                    server: None,
                    ministack: ministack.as_ref().filter(|_| block.mark == Mark::Deploy),
                };
                for step in &block.steps {
                    let left_out =
                        NOT_RUN.iter().find(|(of, start, _)| name.starts_with(of) && step.command.starts_with(start));
                    if let Some(known) = left_out {
                        not_run.retain(|other| *other != known);
                        let reason = known.2;
                        println!("{name}:{}: {} (not run: {reason})", block.line, step.bare());
                        continue;
                    }
                    let start = Instant::now();
                    let outcome = terminal.run(step);
                    println!("{name}:{}: {} ({:.1} s)", block.line, step.bare(), start.elapsed().as_secs_f32());
                    match outcome {
                        Ok(()) => passed += 1,
                        Err(error) => {
                            eprintln!("{name}:{}: {}: {error}", block.line, step.bare());
                            failed += 1;
                            // The commands behind it need it.
                            break;
                        }
                    }
                }
            }
        }
        if options.pages.is_empty() && !options.nightly {
            for (page, start, _) in &not_run {
                eprintln!("{page}: `{start}` is not there any more, and need not be left out");
            }
            failed += not_run.len();
        }
        Ok((passed, failed))
    }

    /// The folder that a reader of a page is in.
    fn folder(&self, page: &Path) -> PathBuf {
        let project = self.guide().join(PROJECT);
        if page.starts_with("docs/guide") {
            if project.exists() { project } else { self.guide() }
        } else if page.starts_with("examples") {
            self.repository().join(page.parent().unwrap_or(page))
        } else {
            self.repository()
        }
    }
}

/// README, the pages that docs/SUMMARY.md lists, in its order, and the READMEs of the examples.
fn pages() -> Result<Vec<Page>, Error> {
    let read = |path: &Path| {
        let path = root().join(path);
        fs::read_to_string(&path).map_err(Error::io(format!("read {}", path.display())))
    };
    let mut paths = vec![PathBuf::from("README.md")];
    let summary = read(Path::new("docs/SUMMARY.md"))?;
    let links = summary.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    // The pages of the rules have no commands, and are made by a program.
    paths.extend(links.filter(|link| !link.starts_with("rules/")).map(|link| Path::new("docs").join(link)));
    let mut examples = Vec::new();
    let folder = root().join("examples");
    for entry in fs::read_dir(&folder).map_err(Error::io(format!("list {}", folder.display())))? {
        let name = entry.map_err(Error::io("list the examples"))?.file_name();
        examples.push(Path::new("examples").join(name).join("README.md"));
    }
    examples.sort();
    paths.extend(examples);
    paths.into_iter().map(|path| read(&path).map(|text| Page::of(path, &text))).collect()
}

/// Copies a file with its permissions and the time of its last change.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to)?;
    fs::File::options().write(true).open(to)?.set_modified(fs::metadata(from)?.modified()?)
}

/// The terminal of a reader: it stays in a folder, and a server that was started goes on.
struct Terminal<'a> {
    clone: &'a Clone,
    folder: PathBuf,
    server: Option<Server>,
    ministack: Option<&'a Ministack>,
}

impl Terminal<'_> {
    fn run(&mut self, step: &Step) -> Result<(), Error> {
        if step.bare().ends_with("web-server") {
            self.server = Some(Server::start(SUBJECT, &self.folder, step.bare())?);
            return Ok(());
        }
        let is_whole = step.bare() == "cargo run" || step.bare().starts_with("cargo run -- --");
        if is_whole && !step.bare().contains("--help") && self.has_application() {
            self.server = Some(Server::whole(SUBJECT, &self.folder, step.bare())?);
            return Ok(());
        }
        let port = self.server.as_ref().map_or(8000, |server| server.port);
        let mut command = step.command.replace(":8000", &format!(":{port}"));
        if let Some(dashboard) = self.server.as_ref().and_then(|server| server.dashboard) {
            command = command.replace(":8001", &format!(":{dashboard}"));
            // Not one of those that run something themselves.
            if step.bare().starts_with("cargo run -- ") && !step.bare().contains("-- invoke") {
                command = format!("{} --dashboard-port {dashboard}", step.bare());
            }
        }
        let folder = self.clone.scratch.join("folder");
        let mut shell = shell(&self.folder, &format!("{command}\nstatus=$?\npwd > {}\nexit $status", folder.display()));
        let installed = self.clone.scratch.join("cargo");
        let mut paths = vec![installed.join("bin")];
        paths.extend(self.ministack.map(Ministack::programs));
        paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let paths = std::env::join_paths(paths)
            .map_err(|error| Error::Data { subject: SUBJECT, source: format!("PATH: {error}").into() })?;
        shell.env("PATH", paths).env("CARGO_INSTALL_ROOT", installed).env_remove("RUST_LOG");
        if let Some(ministack) = self.ministack {
            shell.envs(ministack.environment(&self.clone.scratch));
        }
        let output = process::capture(&mut shell)?;
        let printed =
            format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if !output.status.success() {
            let (command, said) = (step.bare().to_owned(), process::tail(&printed).to_owned());
            return Err(Error::Process { command, status: output.status, said });
        }
        let reached = fs::read_to_string(&folder).map_err(Error::io("read where the shell is"))?;
        if command.starts_with("cargo async-lambda new") {
            self.lock(&command)?;
        }
        self.folder = PathBuf::from(reached.trim_end());
        match step.missing(&printed) {
            Some(line) => {
                let source = format!("must print `{line}`, got:\n{printed}").into();
                Err(Error::Data { subject: SUBJECT, source })
            }
            None => Ok(()),
        }
    }

    /// Whether there is an application in the folder: `cargo run` of a program about stacks is its synthesis.
    fn has_application(&self) -> bool {
        let manifest = fs::read_to_string(self.folder.join("Cargo.toml")).unwrap_or_default();
        manifest.lines().any(|line| line.starts_with("async-lambda =") || line.starts_with("async-lambda."))
    }

    /// Gives a new project the versions that everything else here is tested with, so that nothing is downloaded.
    fn lock(&self, command: &str) -> Result<(), Error> {
        let name = command.split_whitespace().nth(3).unwrap_or_default();
        let lock = self.folder.join(name).join("Cargo.lock");
        fs::copy(root().join("Cargo.lock"), &lock).map_err(Error::io(format!("write {}", lock.display()))).map(drop)
    }
}
