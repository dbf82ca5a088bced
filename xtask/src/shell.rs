//! Commands as somebody types them: in a shell, with what is already compiled here.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::{Error, process::target_folder};

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
    /// The port that it listens on.
    pub port: u16,
    /// The port of its dashboard, if it has one.
    pub dashboard: Option<u16>,
    /// Kept open: a program that cannot print ends.
    stdout: BufReader<ChildStdout>,
}

impl Server {
    /// Starts `cargo run -- web-server` on a free port, and waits until it says that it listens.
    pub fn start(subject: &'static str, folder: &Path, command: &str) -> Result<Server, Error> {
        let [port] = free_ports()?;
        let (server, line) = Server::spawn(subject, folder, &format!("{command} --port {port}"), port)?;
        if line.contains(&format!(":{port}")) {
            return Ok(server);
        }
        Err(Error::Data { subject, source: format!("the server printed `{line}` first").into() })
    }

    /// Starts `cargo run`, the whole application, on free ports and in memory, and waits until it says where everything is.
    pub fn whole(subject: &'static str, folder: &Path, command: &str) -> Result<Server, Error> {
        let [port, dashboard, aws] = free_ports()?;
        let separator = if command.contains(" -- ") { "" } else { " --" };
        let ports = format!("--port {port} --dashboard-port {dashboard} --aws-port {aws} --in-memory");
        let (mut server, first) = Server::spawn(subject, folder, &format!("{command}{separator} {ports}"), port)?;
        server.dashboard = Some(dashboard);
        let mut said = first;
        while !said.contains("in memory") {
            let mut line = String::new();
            let length = server.stdout.read_line(&mut line).map_err(Error::io("read what the application prints"))?;
            if length == 0 {
                return Err(Error::Data { subject, source: format!("the application ended: {said}").into() });
            }
            said.push_str(&line);
        }
        Ok(server)
    }

    /// Starts a command. Gives also the first line that it prints.
    fn spawn(subject: &'static str, folder: &Path, command: &str, port: u16) -> Result<(Server, String), Error> {
        // `exec`, so that the process that is ended at the end is the server, and not a shell around it.
        let mut shell = shell(folder, &format!("exec {command}"));
        let mut process =
            shell.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(Error::io(format!("start {command}")))?;
        let stdout = process
            .stdout
            .take()
            .ok_or_else(|| Error::Data { subject, source: "the server has no standard output".into() })?;
        let mut server = Server { process, port, dashboard: None, stdout: BufReader::new(stdout) };
        let mut line = String::new();
        server.stdout.read_line(&mut line).map_err(Error::io("read what the server prints"))?;
        Ok((server, line))
    }
}

/// Ports that are free now. All are open until the last is found: one that was closed again can come a second time.
fn free_ports<const N: usize>() -> Result<[u16; N], Error> {
    let mut ports = [0; N];
    let mut open = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(Error::io("look for a free port"))?;
        *port = listener.local_addr().map_err(Error::io("look for a free port"))?.port();
        open.push(listener);
    }
    Ok(ports)
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
