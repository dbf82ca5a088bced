//! Commands for an application that runs: `cargo run -- queue ls`. Each is a request to the API of its dashboard.

use std::io::{self, Write};

use async_lambda_local::{
    dashboard::{
        PORT,
        commands::{COMMANDS, Command, Form},
    },
    http::escaped,
};
use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, StatusCode,
    header::{CONNECTION, CONTENT_TYPE},
};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use lexopt::{Arg, ValueExt};
use serde_json::{Map, Value};

use super::{
    Exit, LocalError,
    arguments::{number, text_or_file},
    client::{Client, ClientError},
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

/// An error of a command.
#[derive(Debug, thiserror::Error)]
enum ControlError {
    #[error(
        "no application answers at 127.0.0.1:{0}: {1}; start it with `cargo run`, or name its port with --dashboard-port"
    )]
    Nobody(u16, ClientError),
    #[error("the application's answer must be UTF-8: {0}")]
    Answer(std::string::FromUtf8Error),
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
    let client = Client::new(&format!("127.0.0.1:{}", control.port));
    let answer = super::runtime()
        .map_err(|error| ControlError::Nobody(control.port, error.into()))
        .and_then(|runtime| runtime.block_on(control.ask(&client)));
    match answer {
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

impl Control {
    /// The answer of the application. That of `watch` is written as it comes.
    async fn ask(&self, client: &Client) -> Result<String, ControlError> {
        let nobody = |error| ControlError::Nobody(self.port, error);
        let request = self.request(client).map_err(nobody)?;
        if self.command.name == "watch" {
            let response = client.open(request).await.map_err(nobody)?;
            if response.status() == StatusCode::OK {
                return follow(response.into_body()).await.map_err(|error| nobody(error.into()));
            }
            let (head, body) = response.into_parts();
            let body = body.collect().await.map_err(|error| nobody(error.into()))?;
            return read(head.status, body.to_bytes());
        }
        let (head, body) = client.send(request).await.map_err(nobody)?.into_parts();
        read(head.status, body)
    }

    fn request(&self, client: &Client) -> Result<Request<Full<Bytes>>, ClientError> {
        let Control { command, parameters, .. } = self;
        let (path, body) = match command.method() {
            Method::GET => (format!("{}{}", command.path(), query(parameters)), String::new()),
            _ => (command.path(), Value::from(parameters.clone()).to_string()),
        };
        let mut request = client.request(command.method(), &path, body.into())?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        Ok(request)
    }
}

/// Copies the data of events to stdout for as long as they come: a line of JSON each.
async fn follow(mut body: Incoming) -> Result<String, hyper::Error> {
    let mut rest = Vec::new();
    while let Some(frame) = body.frame().await {
        rest.extend_from_slice(frame?.data_ref().map_or(&[], |data| &data[..]));
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = rest.drain(..=end).collect();
            if let Some(data) = line.strip_prefix(b"data: ") {
                let mut out = io::stdout().lock();
                if out.write_all(data).and_then(|()| out.flush()).is_err() {
                    return Ok(String::new());
                }
            }
        }
    }
    Ok(String::new())
}

/// The body of an answer, or what it says is wrong.
fn read(status: StatusCode, body: Bytes) -> Result<String, ControlError> {
    let body = String::from_utf8(body.into()).map_err(ControlError::Answer)?;
    if status == StatusCode::OK {
        return Ok(body);
    }
    let error: Value = serde_json::from_str(&body).unwrap_or_default();
    Err(ControlError::Refused(error["error"].as_str().map_or(format!("status {status}: {body}"), ToOwned::to_owned)))
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
    use std::{io::Read, net::TcpListener, thread};

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

    #[tokio::test]
    async fn answers_are_read() {
        let ask = async |answer: &'static str| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            let server = thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 1000];
                let length = stream.read(&mut request).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                String::from_utf8_lossy(&request[..length]).into_owned()
            });
            let control = parsed("message ls --text a&b").unwrap();
            let answer = control.ask(&Client::new(&address.to_string())).await;
            let request = server.join().unwrap();
            assert!(request.starts_with("GET /api/message/ls?text=a%26b HTTP/1.1\r\n"), "{request}");
            answer.map_err(|error| error.to_string())
        };
        let plain = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(ask(plain).await.unwrap(), "{}");
        let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        assert_eq!(ask(chunked).await.unwrap(), "abcde");
        let refused = "HTTP/1.1 404 Not Found\r\ncontent-length: 36\r\n\r\n{\"error\": \"queue `x`: is not there\"}";
        assert_eq!(ask(refused).await.unwrap_err(), "queue `x`: is not there");
        let nonsense = ask("nonsense\r\n\r\n").await.unwrap_err();
        assert!(nonsense.starts_with("no application answers at 127.0.0.1:8001: "), "{nonsense}");
    }
}
