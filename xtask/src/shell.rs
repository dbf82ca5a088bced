//! Commands as somebody types them: in a shell, with what is already compiled here.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::{Error, package::target_folder};

/// A shell that runs a command in a folder.
pub fn shell(folder: &Path, command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.current_dir(folder).args(["-c", command]);
    shell.env("CARGO_TARGET_DIR", target_folder()).env("CARGO_NET_OFFLINE", "true");
    for (name, _) in std::env::vars_os() {
        // What `cargo xtask` was told about itself.
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            shell.env_remove(name);
        }
    }
    shell
}

/// A program that answers requests, until it is dropped.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub port: u16,
    /// Kept open: a program that cannot print ends.
    stdout: BufReader<ChildStdout>,
}

impl Server {
    /// Starts `cargo run -- web-server` on a free port, and waits until it says that it listens.
    pub fn start(subject: &'static str, folder: &Path, command: &str) -> Result<Server, Error> {
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        let port = free.map_err(Error::io("look for a free port"))?.port();
        // `exec`, so that the process that is ended at the end is the server, and not a shell around it.
        let mut shell = shell(folder, &format!("exec {command} --port {port}"));
        let mut process =
            shell.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(Error::io(format!("start {command}")))?;
        let stdout = process
            .stdout
            .take()
            .ok_or_else(|| Error::Data { subject, source: "the server has no standard output".into() })?;
        let mut server = Server { process, port, stdout: BufReader::new(stdout) };
        let mut line = String::new();
        server.stdout.read_line(&mut line).map_err(Error::io("read what the server prints"))?;
        if line.contains(&format!(":{port}")) {
            return Ok(server);
        }
        Err(Error::Data { subject, source: format!("the server printed `{line}` first").into() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A folder that is removed at the end.
pub struct Folder(pub std::path::PathBuf);

impl Folder {
    /// A new one, in the temporary folder of the system.
    pub fn temporary(name: &str) -> Result<Folder, Error> {
        let folder = Folder(std::env::temp_dir().join(format!("async-lambda-{name}-{}", std::process::id())));
        std::fs::create_dir_all(&folder.0).map_err(Error::io(format!("make {}", folder.0.display())))?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The system empties its temporary folder, if we cannot.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
