//! The command line.

use std::{ffi::OsStr, str::FromStr};

use lexopt::{Arg, ValueExt};

use super::{LocalError, application::Options, settings::Choice};

pub(crate) const USAGE: &str = "usage: cargo run -- invoke TASK [OPTIONS] | web-server [--port PORT]; see --help";

pub(crate) const HELP: &str = "\
Runs the application on this machine.

usage: cargo run -- invoke TASK [OPTIONS]
       cargo run -- web-server [--port PORT]

invoke runs a task, and then everything that it invokes, each in its turn. Prints what ran, how long, and what it returned.
Exits with 1 if anything failed.

  --payload JSON       the payload of an async task's message, a schedule's event, a function task's request, or a record
                       of a DynamoDB stream; default {}; @FILE reads a file
  --body TEXT          the body of a request, or of the message of an SQS task or a
                       dead-letter task
  --path PATH          the path of a request, if the route has parameters: /orders/7
  --query NAME=VALUE   a query parameter of a request; may be repeated
  --header NAME=VALUE  a header of a request; may be repeated
  --format FORMAT      text or json; with json, stdout has nothing else, and what handlers print goes to stderr

web-server answers requests to the API tasks, on this machine only, and then runs what they invoke.

  --port PORT          where to listen; 8000 by default, 0 for any that is free

both:

  --config FILE        the file with the API's `binary_media_types` and `cors`; .async_lambda/config.json by default, if it is
                       there
  --stage NAME         the stage whose settings in that file come on top; none by default

Log lines go to stderr, from the level on that RUST_LOG says: `debug`, `warn,my_crate=trace`; `info` by default.
";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Run(Options),
    Invoke(Invoke),
    WebServer { port: u16, settings: Choice },
}

/// `invoke TASK`.
#[derive(Debug, Default)]
pub(crate) struct Invoke {
    pub(crate) task: String,
    pub(crate) payload: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) format: Format,
    pub(crate) settings: Choice,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
}

pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Command, LocalError> {
    let first = parser.try_raw_args().and_then(|arguments| arguments.peek().map(OsStr::to_owned));
    let command = first.filter(|first| !first.as_encoded_bytes().starts_with(b"-"));
    let Some(command) = command else { return whole(parser) };
    parser.next()?;
    match command.to_str() {
        Some("invoke") => {}
        Some("web-server") => return web_server(parser),
        _ => {
            let command = command.to_string_lossy().into_owned();
            return Err(LocalError::Argument("command", "`invoke` or `web-server`, or none", command));
        }
    }
    let mut invoke = Invoke::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Value(task) if invoke.task.is_empty() => invoke.task = task.string()?,
            Arg::Long("payload") => invoke.payload = Some(text_or_file("--payload", parser.value()?.string()?)?),
            Arg::Long("body") => invoke.body = Some(parser.value()?.string()?),
            Arg::Long("path") => invoke.path = Some(parser.value()?.string()?),
            Arg::Long("query") => invoke.query.push(pair("--query", parser.value()?.string()?)?),
            Arg::Long("header") => invoke.headers.push(pair("--header", parser.value()?.string()?)?),
            Arg::Long("format") => {
                invoke.format = match parser.value()?.string()?.as_str() {
                    "text" => Format::Text,
                    "json" => Format::Json,
                    other => return Err(LocalError::Argument("--format", "`text` or `json`", other.to_owned())),
                }
            }
            Arg::Long("stage") => invoke.settings.stage = Some(parser.value()?.string()?),
            Arg::Long("config") => invoke.settings.config = Some(parser.value()?.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    if invoke.task.is_empty() {
        return Err(LocalError::Argument("command", "`invoke TASK`", "invoke".to_owned()));
    }
    Ok(Command::Invoke(invoke))
}

/// The whole application, which has no command.
fn whole(mut parser: lexopt::Parser) -> Result<Command, LocalError> {
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Long("port") => options.port = number("--port", "0 to 65535", parser.value()?.string()?)?,
            Arg::Long("dashboard-port") => {
                options.dashboard_port = number("--dashboard-port", "0 to 65535", parser.value()?.string()?)?;
            }
            Arg::Long("aws-port") => {
                options.aws_port = number("--aws-port", "0 to 65535", parser.value()?.string()?)?;
            }
            Arg::Long("chaos") => options.chaos = Some(parser.value()?.parse()?),
            Arg::Long("watch") => options.watch = true,
            Arg::Long("speed") => {
                let text = parser.value()?.string()?;
                let speed = text.parse().ok().filter(|speed| (0.0..=1e6).contains(speed));
                options.speed = speed.ok_or(LocalError::Argument("--speed", "0 to 1000000", text))?;
            }
            Arg::Long("stage") => options.settings.stage = Some(parser.value()?.string()?),
            Arg::Long("config") => options.settings.config = Some(parser.value()?.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Run(options))
}

fn number<T: FromStr>(option: &'static str, range: &'static str, text: String) -> Result<T, LocalError> {
    text.parse().map_err(|_| LocalError::Argument(option, range, text))
}

fn web_server(mut parser: lexopt::Parser) -> Result<Command, LocalError> {
    let (mut port, mut settings) = (8000, Choice::default());
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Long("port") => {
                port = number("--port", "0 to 65535", parser.value()?.string()?)?;
            }
            Arg::Long("stage") => settings.stage = Some(parser.value()?.string()?),
            Arg::Long("config") => settings.config = Some(parser.value()?.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::WebServer { port, settings })
}

fn pair(option: &'static str, text: String) -> Result<(String, String), LocalError> {
    match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(LocalError::Argument(option, "NAME=VALUE", text)),
    }
}

/// The text itself, or that of the file behind an `@`, which no JSON begins with.
fn text_or_file(option: &'static str, text: String) -> Result<String, LocalError> {
    let Some(path) = text.strip_prefix('@') else { return Ok(text) };
    std::fs::read_to_string(path).map_err(|error| LocalError::File(option, path.to_owned(), error))
}
