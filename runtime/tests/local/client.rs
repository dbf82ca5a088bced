//! Runs the application under test, and talks to it.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpStream},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::Value;

/// The result of `invoke`.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Everything on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(arguments).env_remove("AWS_LAMBDA_RUNTIME_API").env_remove("RUST_LOG").env_remove("TEST_MEDIA_TYPES");
    command.envs(variables.iter().copied()).current_dir(env!("CARGO_TARGET_TMPDIR"));
    command
}

/// Runs a task.
pub fn invoke(arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let arguments = [&["invoke", "--format", "json"], arguments].concat();
    let output = command(&arguments, variables).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// The exit code where stdout is this file.
#[cfg(target_os = "linux")]
pub fn invoke_into(file: &str, arguments: &[&str]) -> i32 {
    let arguments = [&["invoke", "--format", "json"], arguments].concat();
    let file = std::fs::File::options().write(true).open(file).unwrap();
    let output = command(&arguments, &[]).stdout(file).stderr(Stdio::null()).status().unwrap();
    output.code().unwrap()
}

/// A server that ends with the test.
pub struct Server {
    process: Child,
    log: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
    address: String,
}

/// The answer of the server.
pub struct Answer {
    pub status: u16,
    pub head: Vec<u8>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {} {text}", self.status))
    }

    /// The bytes of a header.
    pub fn header(&self, name: &str) -> &[u8] {
        let mut lines = self.head.split(|byte| *byte == b'\n');
        let line = lines.find(|line| line.starts_with(name.as_bytes()) && line.get(name.len()) == Some(&b':')).unwrap();
        line[name.len() + 1..].trim_ascii()
    }
}

impl Server {
    pub fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Server {
        Server::start_with(arguments, variables, true)
    }

    /// Starts the server. With `reads`, somebody reads its stdout beyond the first line.
    pub fn start_with(arguments: &[&str], variables: &[(&str, &str)], reads: bool) -> Server {
        let mut command = command(&[&["web-server", "--port", "0"], arguments].concat(), variables);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut stderr = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let lines = Arc::clone(&log);
        let readers = vec![
            thread::spawn(move || {
                if reads {
                    drop(std::io::copy(&mut stdout, &mut std::io::sink()));
                }
            }),
            thread::spawn(move || {
                let mut line = String::new();
                while stderr.read_line(&mut line).is_ok_and(|length| length > 0) {
                    lines.lock().unwrap().push_str(&line);
                    line.clear();
                }
            }),
        ];
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("{line}{}", log.lock().unwrap())).to_owned();
        Server { process, log, readers, address }
    }

    /// The port that it listens on.
    pub fn port(&self) -> &str {
        self.address.rsplit(':').next().unwrap()
    }

    /// The answer to a request. `head` is more lines of its head.
    pub fn call(&self, method: &str, path: &str, head: impl AsRef<[u8]>, body: &[u8]) -> Answer {
        let length = body.len();
        let begin = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {length}\r\n");
        self.send(&[begin.as_bytes(), head.as_ref(), b"\r\n", body].concat())
    }

    /// The answer to these bytes.
    pub fn send(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut reader = stream.try_clone().unwrap();
        let request = request.to_owned();
        // A request that is too large is answered before it is read, and then writing it fails.
        let writer = thread::spawn(move || {
            drop(stream.write_all(&request));
            drop(stream.shutdown(Shutdown::Write));
        });
        let mut response = Vec::new();
        drop(reader.read_to_end(&mut response));
        writer.join().unwrap();
        let end = response.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or_else(|| {
            panic!("no answer: {}", String::from_utf8_lossy(&response));
        });
        let (head, body) = (response[..end].to_vec(), response[end + 4..].to_vec());
        let status = String::from_utf8_lossy(&head).split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body }
    }

    /// The stderr so far.
    pub fn log(&self) -> String {
        // The line of an answer is written before the answer, but read by another thread.
        thread::sleep(Duration::from_millis(200));
        self.log.lock().unwrap().clone()
    }

    /// Ends the server. Returns all of stderr.
    pub fn stop(mut self) -> String {
        self.end();
        let log = self.log.lock().unwrap();
        log.clone()
    }

    fn end(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        for reader in self.readers.drain(..) {
            drop(reader.join());
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
