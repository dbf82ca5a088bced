//! `--watch`: builds the program again when its sources change, and takes its place.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    thread,
    time::{Duration, SystemTime},
};

/// The time between two looks at the sources.
const INTERVAL: Duration = Duration::from_millis(500);
/// Folders that are no sources.
const IGNORED: [&str; 3] = ["target", "node_modules", "deployment"];
/// The extensions of sources.
const EXTENSIONS: [&str; 2] = ["rs", "toml"];

/// An error of watching a program.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WatchError {
    #[error("--watch: the program must be started with `cargo run`, which says where its sources are")]
    NoCargo,
    #[error("--watch: the program cannot be found: {0}")]
    Program(io::Error),
}

/// A program that is built again.
#[derive(Debug)]
pub(crate) struct Watched {
    cargo: PathBuf,
    folder: PathBuf,
    program: PathBuf,
    seen: SystemTime,
}

impl Watched {
    /// The program that `cargo run` has started.
    pub(crate) fn of_cargo() -> Result<Watched, WatchError> {
        let variable = |name| env::var_os(name).map(PathBuf::from).ok_or(WatchError::NoCargo);
        let (cargo, folder) = (variable("CARGO")?, variable("CARGO_MANIFEST_DIR")?);
        let program = env::current_exe().map_err(WatchError::Program)?;
        let seen = newest(&folder);
        Ok(Watched { cargo, folder, program, seen })
    }

    /// Looks at the sources from a thread of its own, for as long as the program runs.
    pub(crate) fn watch(mut self) -> io::Result<()> {
        let watch = move || {
            loop {
                thread::sleep(INTERVAL);
                let newest = newest(&self.folder);
                if newest > self.seen {
                    self.seen = newest;
                    self.build_and_start();
                }
            }
        };
        thread::Builder::new().name("watch".to_owned()).spawn(watch).map(drop)
    }

    fn build_and_start(&self) {
        super::tell("the sources have changed: building");
        match self.build() {
            Ok(status) if status.success() => {
                super::tell("built: starting again; queues stay");
                let error = self.start();
                super::tell(&format!("error: {}: {error}", self.program.display()));
            }
            Ok(_) => super::tell("the build has failed: the program goes on as it was"),
            Err(error) => super::tell(&format!("error: {}: {error}", self.cargo.display())),
        }
    }

    fn build(&self) -> io::Result<ExitStatus> {
        let mut command = Command::new(&self.cargo);
        command.arg("build").current_dir(&self.folder);
        if let Some(name) = self.program.file_stem() {
            command.arg("--bin").arg(name);
        }
        if self.program.parent().and_then(Path::file_name).is_some_and(|profile| profile == "release") {
            command.arg("--release");
        }
        command.status()
    }

    /// Takes this program's place, with the same arguments. Returns if it cannot.
    fn start(&self) -> io::Error {
        let mut command = Command::new(&self.program);
        // The state that was removed at the first start is there again, and stays.
        command.args(env::args_os().skip(1).filter(|argument| argument != "--fresh"));
        replace(&mut command)
    }
}

/// Runs a command in the place of this program.
#[cfg(unix)]
fn replace(command: &mut Command) -> io::Error {
    use std::os::unix::process::CommandExt;
    command.exec()
}

#[cfg(not(unix))]
fn replace(command: &mut Command) -> io::Error {
    match command.spawn() {
        Ok(_) => std::process::exit(0),
        Err(error) => error,
    }
}

/// The time of the newest change of a source below a folder.
fn newest(folder: &Path) -> SystemTime {
    let mut newest = SystemTime::UNIX_EPOCH;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        // A file that cannot be read now may be in the next round.
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (name, Ok(metadata)) = (entry.file_name(), entry.metadata()) else { continue };
            let is_hidden = name.as_encoded_bytes().starts_with(b".");
            if metadata.is_dir() {
                if !is_hidden && !IGNORED.iter().any(|ignored| name == *ignored) {
                    folders.push(entry.path());
                }
            } else if entry.path().extension().is_some_and(|end| EXTENSIONS.iter().any(|known| end == *known)) {
                newest = newest.max(metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH));
            }
        }
    }
    newest
}
