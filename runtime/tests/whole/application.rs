//! The application as it runs, and requests to it.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// Marks a process that is the application, or one of its workers.
pub const PROGRAM: &str = "TEST_WHOLE_PROGRAM";

/// A folder with a config file, and what the application does there.
pub struct Project(pub PathBuf);

impl Project {
    /// A new project of this name.
    pub fn new(name: &str) -> Project {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("whole-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join(".async_lambda")).unwrap();
        let config = json!({
            "environment_variables": {"COLOR": "red", "TABLE": {"Ref": "Table"}},
            "stages": {"prod": {}},
            "tasks": {"Tick": {"environment_variables": {"COLOR": "blue"}}},
        });
        fs::write(folder.join(".async_lambda/config.json"), config.to_string()).unwrap();
        Project(folder)
    }

    /// Starts the application.
    pub fn start(&self, arguments: &[&str]) -> Application {
        self.try_start(arguments).unwrap_or_else(|said| panic!("the application has ended: {said}"))
    }

    /// Starts the application. The error is what it said before it ended.
    pub fn try_start(&self, arguments: &[&str]) -> Result<Application, String> {
        self.try_start_with(arguments, &[])
    }

    /// Starts the application with variables.
    pub fn try_start_with(&self, arguments: &[&str], variables: &[(&str, &Path)]) -> Result<Application, String> {
        let mut command = self.command(&["--port", "0", "--dashboard-port", "0", "--aws-port", "0"]);
        command.envs(variables.iter().copied());
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut banner = String::new();
        while !banner.contains("\nstate ") {
            match lines.next() {
                Some(line) => banner.push_str(&format!("{}\n", line.unwrap())),
                None => {
                    let mut errors = String::new();
                    process.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
                    process.wait().unwrap();
                    return Err(banner + &errors);
                }
            }
        }
        // A process stops if nobody reads what it prints.
        thread::spawn(move || lines.for_each(drop));
        let stderr = process.stderr.take().unwrap();
        thread::spawn(move || BufReader::new(stderr).lines().for_each(drop));
        Ok(Application { process, banner })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(arguments).current_dir(&self.0).env(PROGRAM, "1").env_remove("RUST_LOG");
        command.env("NOTES", self.0.join("notes")).env("FIXED", self.0.join("fixed"));
        command
    }

    /// The result of a command: its exit code, stdout and stderr.
    pub fn ask(&self, application: &Application, arguments: &[&str]) -> (i32, String, String) {
        let port = application.dashboard().to_string();
        let mut command = self.command(arguments);
        let output = command.args(["--dashboard-port", &port]).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// The answer of a command as data.
    pub fn data(&self, application: &Application, arguments: &[&str]) -> Value {
        let (code, stdout, stderr) = self.ask(application, &[arguments, &["--format", "json"]].concat());
        assert_eq!(code, 0, "{arguments:?}: {stdout}{stderr}");
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"))
    }

    /// The lines that handlers have written, sorted.
    pub fn notes(&self) -> Vec<String> {
        let text = fs::read_to_string(self.0.join("notes")).unwrap_or_default();
        let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        lines.sort();
        lines
    }
}

/// The application, which is killed at the end.
pub struct Application {
    process: Child,
    pub banner: String,
}

impl Application {
    /// The port after a word of the banner.
    fn port(&self, name: &str) -> u16 {
        let line = self.banner.lines().find(|line| line.starts_with(name)).unwrap();
        let digits = line.split("127.0.0.1:").nth(1).unwrap();
        digits.split(' ').next().unwrap().parse().unwrap()
    }

    pub fn aws(&self) -> u16 {
        self.port("SQS, S3")
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    pub fn dashboard(&self) -> u16 {
        self.port("dashboard")
    }

    /// Sends a request to the API; its status.
    pub fn post(&self, path: &str, body: &str) -> u16 {
        self.call(path, body).0
    }

    /// Sends a request to the API; its status and the body of the answer.
    pub fn call(&self, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port("API"))).unwrap();
        send(&mut stream, path, body).and_then(|()| answer(&mut stream)).unwrap()
    }

    /// A connection to the dashboard.
    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.dashboard())).unwrap()
    }

    /// Kills it, as a user or the system would: without a word.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends a request over a connection that stays open; its status, or `None` if the other side is gone.
pub fn request(stream: &mut TcpStream, path: &str, body: &str) -> Option<u16> {
    send(stream, path, body)?;
    status(stream)
}

fn send(stream: &mut TcpStream, path: &str, body: &str) -> Option<()> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).ok()
}

/// Reads an answer, all of it; its status.
pub fn status(stream: &mut TcpStream) -> Option<u16> {
    answer(stream).map(|(status, _)| status)
}

/// Reads an answer, all of it; its status and its body.
fn answer(stream: &mut TcpStream) -> Option<(u16, String)> {
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer).ok().filter(|length| *length > 0)?;
        answer.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head
            .to_ascii_lowercase()
            .split("content-length: ")
            .nth(1)
            .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
        if body.len() >= length {
            return Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()));
        }
    }
}

/// Waits until something is so.
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_secs(60), "{what}: not after a minute");
        thread::sleep(Duration::from_millis(20));
    }
}
