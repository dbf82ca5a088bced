//! Commands for an application that runs: `cargo run -- queue ls`. Each is a request to the API of its dashboard.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
};

use async_lambda_local::{
    dashboard::{
        PORT,
        commands::{COMMANDS, Command, Form},
    },
    http::escaped,
};
use http::Method;
use lexopt::{Arg, ValueExt};
use serde_json::{Map, Value};

use super::{
    Exit, LocalError,
    arguments::{number, text_or_file},
    say, table,
};

/// A command, and the application that it is for.
#[derive(Debug)]
pub(crate) struct Control {
    command: &'static Command,
    parameters: Map<String, Value>,
    port: u16,
    is_json: bool,
}

/// What keeps a command from being done.
#[derive(Debug, thiserror::Error)]
enum ControlError {
    #[error(
        "no application answers at 127.0.0.1:{0}: {1}; start it with `cargo run`, or name its port with --dashboard-port"
    )]
    Nobody(u16, io::Error),
    #[error("the application's answer cannot be read: {0}")]
    Answer(String),
    #[error("{0}")]
    Refused(String),
}

/// The command that words begin with, and how many of them are its name.
pub(crate) fn named(first: &str, second: Option<&str>) -> Option<(&'static Command, usize)> {
    let two = second.and_then(|second| Command::named(&format!("{first} {second}")));
    two.map(|command| (command, 2)).or_else(|| Command::named(first).map(|command| (command, 1)))
}

/// The names of commands that begin with a word, for an error.
pub(crate) fn beginning_with(first: &str) -> Vec<&'static str> {
    COMMANDS.iter().map(|command| command.name).filter(|name| name.split(' ').next() == Some(first)).collect()
}

/// The lines of `--help` about the commands.
pub(crate) fn help() -> String {
    let mut text = String::new();
    // `--help` is the help here.
    for command in COMMANDS.iter().filter(|command| command.name != "help") {
        let arguments: Vec<String> = command
            .arguments
            .iter()
            .map(|argument| match argument.form {
                Form::Place => argument.name.to_uppercase(),
                Form::Places => format!("[{} ..]", argument.name.to_uppercase()),
                Form::Value | Form::Values => format!("[--{} ..]", argument.name),
                Form::Flag => format!("[--{}]", argument.name),
            })
            .collect();
        let line = format!("{} {}", command.name, arguments.join(" "));
        text.push_str(&format!("  {}\n      {}\n", line.trim_end(), command.help));
    }
    text
}

/// Reads the arguments of a command.
pub(crate) fn parse(command: &'static Command, mut parser: lexopt::Parser) -> Result<Option<Control>, LocalError> {
    let mut control = Control { command, parameters: Map::new(), port: PORT, is_json: false };
    let mut places =
        command.arguments.iter().filter(|argument| matches!(argument.form, Form::Place | Form::Places)).peekable();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Long("dashboard-port") => {
                control.port = number("--dashboard-port", "1 to 65535", parser.value()?.string()?)?;
            }
            Arg::Long("format") => match parser.value()?.string()?.as_str() {
                "text" => control.is_json = false,
                "json" => control.is_json = true,
                other => return Err(LocalError::Argument("--format", "`text` or `json`", other.to_owned())),
            },
            Arg::Long(name) => {
                let known = command.arguments.iter().find(|argument| argument.name == name);
                match known.map(|argument| (argument.name, argument.form)) {
                    Some((name, Form::Flag)) => control.set(name, true.into()),
                    Some((name, Form::Value)) => {
                        let value = text_or_file(name, parser.value()?.string()?)?;
                        control.set(name, value.into());
                    }
                    Some((name, Form::Values)) => {
                        let value = parser.value()?.string()?;
                        control.push(name, value);
                    }
                    _ => return Err(Arg::Long(name).unexpected().into()),
                }
            }
            Arg::Value(value) => {
                let value = value.string()?;
                match places.peek().map(|argument| (argument.name, argument.form)) {
                    Some((name, Form::Places)) => control.push(name, value),
                    Some((name, _)) => {
                        places.next();
                        control.set(name, value.into());
                    }
                    None => return Err(Arg::Value(value.into()).unexpected().into()),
                }
            }
            other => return Err(other.unexpected().into()),
        }
    }
    match places.next().filter(|argument| argument.form == Form::Place) {
        Some(missing) => {
            let (command, missing) = (command.name, missing.name.to_uppercase());
            Err(LocalError::Missing { command, missing })
        }
        None => Ok(Some(control)),
    }
}

impl Control {
    fn set(&mut self, name: &str, value: Value) {
        self.parameters.insert(name.to_owned(), value);
    }

    fn push(&mut self, name: &str, value: String) {
        match self.parameters.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(values) => values.push(value.into()),
            other => *other = value.into(),
        }
    }
}

/// Has the application do a command, and shows its answer.
pub(super) fn run(control: &Control) -> Exit {
    match ask(control) {
        Ok(answer) => {
            match serde_json::from_str::<Value>(&answer) {
                Ok(value) if !control.is_json => say(&table::text(&value)),
                _ => say(&format!("{}\n", answer.trim_end())),
            }
            Exit::Done
        }
        Err(error) => {
            eprintln!("error: {error}");
            Exit::Failed
        }
    }
}

fn ask(control: &Control) -> Result<String, ControlError> {
    let Control { command, parameters, port, .. } = control;
    let (path, body) = match command.method() {
        Method::GET => (format!("{}{}", command.path(), query(parameters)), String::new()),
        _ => (command.path(), Value::from(parameters.clone()).to_string()),
    };
    let nobody = |error| ControlError::Nobody(*port, error);
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).map_err(nobody)?;
    let (method, length) = (command.method(), body.len());
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\ncontent-length: \
         {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).map_err(nobody)?;
    if command.name == "watch" {
        return follow(stream).map_err(nobody);
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(nobody)?;
    read(&answer)
}

/// Copies the data of events to stdout for as long as they come: a line of JSON each.
fn follow(stream: TcpStream) -> io::Result<String> {
    for line in BufReader::new(stream).lines() {
        // Between them are the head of the answer, the sizes of chunks, and empty lines.
        if let Some(data) = line?.strip_prefix("data: ") {
            let mut out = io::stdout().lock();
            if writeln!(out, "{data}").and_then(|()| out.flush()).is_err() {
                break;
            }
        }
    }
    Ok(String::new())
}

/// The body of an answer, or what it says is wrong.
fn read(answer: &[u8]) -> Result<String, ControlError> {
    let wrong = |reason: &str| ControlError::Answer(reason.to_owned());
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").ok_or(wrong("it has no end of its head"))?;
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let body = &answer[end + 4..];
    let body = if head.contains("transfer-encoding: chunked") {
        chunks(body).ok_or(wrong("a chunk is not whole"))?
    } else {
        body.to_vec()
    };
    let body = String::from_utf8(body).map_err(|_| wrong("it is not UTF-8"))?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status == "200" {
        return Ok(body);
    }
    let error: Value = serde_json::from_str(&body).unwrap_or_default();
    Err(ControlError::Refused(error["error"].as_str().map_or(format!("status {status}: {body}"), ToOwned::to_owned)))
}

fn chunks(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(&body[..end]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        let chunk = body.get(end + 2..end + 2 + size)?;
        whole.extend_from_slice(chunk);
        body = body.get(end + 4 + size..)?;
    }
}

/// Parameters as a query.
fn query(parameters: &Map<String, Value>) -> String {
    let mut text = String::new();
    for (name, value) in parameters {
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            let value = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(&format!("{name}={}", escaped(&value)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::*;

    fn parsed(line: &str) -> Result<Control, String> {
        let words: Vec<&str> = line.split(' ').collect();
        let (command, length) = named(words[0], words.get(1).copied()).ok_or("no such command")?;
        let parser = lexopt::Parser::from_args(&words[length..]);
        parse(command, parser).map_err(|error| error.to_string())?.ok_or_else(|| "help".to_owned())
    }

    #[test]
    fn commands_are_read() {
        let control = parsed("dlq redrive shop-dead-letters a b --task Work").unwrap();
        assert_eq!(control.command.name, "dlq redrive");
        let expected = json!({"queue": "shop-dead-letters", "id": ["a", "b"], "task": "Work"});
        assert_eq!(Value::from(control.parameters), expected);
        let control = parsed("message ls --state ready --format json --dashboard-port 9").unwrap();
        assert_eq!((control.port, control.is_json), (9, true));
        assert_eq!(query(&control.parameters), "?state=ready");
        assert_eq!(parsed("dlq redrive").unwrap_err(), "`dlq redrive` needs a QUEUE; see --help");
        assert_eq!(parsed("queue ls --all").unwrap_err(), "invalid option '--all'");
        assert_eq!(parsed("queue dance").unwrap_err(), "no such command");
    }

    #[test]
    fn answers_are_read() {
        let plain = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(read(plain).unwrap(), "{}");
        let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        assert_eq!(read(chunked).unwrap(), "abcde");
        let refused = b"HTTP/1.1 404 Not Found\r\n\r\n{\"error\": \"queue `x`: is not there\"}";
        assert_eq!(read(refused).unwrap_err().to_string(), "queue `x`: is not there");
        assert!(read(b"nonsense").is_err());
    }
}
