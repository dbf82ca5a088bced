//! Compiles, and tells what happens meanwhile.

use std::{
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::{
    Compiler, PackageError, Progress, Request,
    project::{PROFILE, Project},
    toolchain,
};

/// The version that zig is to link against: that of Amazon Linux 2023.
const GLIBC: &str = "2.34";
/// How a `bootstrap` is compiled where the workspace has no `[profile.bootstrap]`: small, since size is start time.
/// Measured with an application that sends to SQS and reads from S3, the release profile makes it twice as large.
const SETTINGS: [(&str, &str); 5] = [
    ("CARGO_PROFILE_BOOTSTRAP_INHERITS", "release"),
    ("CARGO_PROFILE_BOOTSTRAP_OPT_LEVEL", "s"),
    ("CARGO_PROFILE_BOOTSTRAP_LTO", "fat"),
    ("CARGO_PROFILE_BOOTSTRAP_CODEGEN_UNITS", "1"),
    ("CARGO_PROFILE_BOOTSTRAP_STRIP", "symbols"),
];
/// The program is loaded where it was linked for. Elsewhere, it would have 14,000 addresses in tables to write at each
/// cold start: measured, 6 % of the file and 0.4 MB of memory are for that. The libraries still lie at random addresses.
/// It says so to the last step alone, so that no other flag of a project is overruled; `zigbuild` and `lambda` have no
/// place for it.
const FIXED_ADDRESS: &str = "-Crelocation-model=static";
/// How often something is told while nothing happens.
const WAIT: Duration = Duration::from_millis(500);

/// What cargo says.
enum Line {
    /// A message in JSON.
    Message(String),
    /// Words for people.
    Words(String),
}

/// Compiles the program, optimized, and gives the path of what came out.
pub(super) fn run(
    request: &Request,
    project: &Project,
    compiler: Compiler,
    on_progress: &mut dyn FnMut(Progress<'_>),
) -> Result<PathBuf, PackageError> {
    on_progress(Progress::Started { binary: &project.binary, compiler });
    let program = request.programs.cargo.to_string_lossy().into_owned();
    let started = command(request, project, compiler).spawn();
    let mut child = started.map_err(|source| PackageError::Start { program: program.clone(), source })?;
    let (sender, lines) = mpsc::channel();
    let readers = [
        child.stdout.take().map(|out| read(out, sender.clone(), Line::Message)),
        child.stderr.take().map(|err| read(err, sender, Line::Words)),
    ];
    let (mut parts, mut executable) = (0, None);
    loop {
        match lines.recv_timeout(WAIT) {
            Ok(Line::Words(line)) => on_progress(Progress::Line(&line)),
            Ok(Line::Message(line)) => {
                let Ok(message) = serde_json::from_str::<Value>(&line) else { continue };
                if message["reason"] == "compiler-artifact" {
                    parts += 1;
                    on_progress(Progress::Compiled { parts, name: message["target"]["name"].as_str().unwrap_or("") });
                    executable = executable.or_else(|| executable_of(&message, project));
                }
            }
            Err(RecvTimeoutError::Timeout) => on_progress(Progress::Waiting),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    for reader in readers.into_iter().flatten() {
        // It ends when its stream does, and has nothing else to say.
        drop(reader.join());
    }
    let status = child.wait().map_err(|source| PackageError::Start { program, source })?;
    if !status.success() {
        return Err(PackageError::Compilation { binary: project.binary.clone(), compiler });
    }
    let executable = match compiler {
        // It moves the program away from where cargo said that it is.
        Compiler::Lambda => Some(project.target_directory.join("lambda").join(&project.binary).join("bootstrap")),
        Compiler::Cargo | Compiler::Zigbuild => executable,
    };
    executable
        .filter(|path| path.is_file())
        .ok_or_else(|| PackageError::NoExecutable { binary: project.binary.clone(), compiler })
}

fn command(request: &Request, project: &Project, compiler: Compiler) -> Command {
    let target = request.architecture.target();
    let mut command = toolchain::command(request, &request.programs.cargo);
    match compiler {
        Compiler::Cargo => command.args(["rustc", "--target", target]),
        Compiler::Zigbuild => command.args(["zigbuild", "--target", &format!("{target}.{GLIBC}")]),
        // Its own optimizations set `panic = "abort"`, and its check of the target would install one.
        Compiler::Lambda => command
            .args(["lambda", "build", "--disable-optimizations", "--skip-target-check", "--output-format", "binary"])
            .args(["--target", &format!("{target}.{GLIBC}")])
            .arg("--lambda-dir")
            .arg(project.target_directory.join("lambda")),
    };
    command
        .args(["--profile", PROFILE, "--quiet", "--message-format", "json-render-diagnostics"])
        .args(["--color", if request.color { "always" } else { "never" }])
        .args(["--package", &project.package, "--bin", &project.binary, "--manifest-path"])
        .arg(&project.manifest);
    if project.without_defaults {
        command.arg("--no-default-features");
    }
    if !project.features.is_empty() {
        command.args(["--features", &project.features.join(",")]);
    }
    if !project.has_profile {
        command.envs(SETTINGS);
    }
    if compiler == Compiler::Cargo {
        command.args(["--", FIXED_ADDRESS]);
    }
    command
        .envs(request.environment.iter().map(|(name, value)| (name, value)))
        // Stronger than what Cargo.toml says. One bad record would otherwise take a whole batch with it.
        .env("CARGO_PROFILE_BOOTSTRAP_PANIC", "unwind")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Sends the lines of a stream until it ends.
fn read(stream: impl Read + Send + 'static, sender: Sender<Line>, line: fn(String) -> Line) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut bytes = Vec::new();
        while stream.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
            if sender.send(line(text)).is_err() {
                return;
            }
            bytes.clear();
        }
    })
}

/// The path of the program, where a message is about it.
fn executable_of(message: &Value, project: &Project) -> Option<PathBuf> {
    let target = &message["target"];
    let is_it = target["name"] == *project.binary && target["kind"] == serde_json::json!(["bin"]);
    is_it.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
}
