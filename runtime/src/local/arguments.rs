//! The command line.

use std::{ffi::OsStr, str::FromStr};

use lexopt::{Arg, ValueExt};

use super::{
    LocalError,
    application::Options,
    control::{self, Control},
    settings::Choice,
};

pub(crate) const USAGE: &str =
    "usage: cargo run -- [OPTIONS] | invoke TASK [OPTIONS] | web-server [--port PORT]; see --help";

const HELP: &str = "\
Runs the application on this machine.

usage: cargo run -- [OPTIONS]
       cargo run -- COMMAND
       cargo run -- invoke TASK [OPTIONS]
       cargo run -- web-server [--port PORT]

Without a command, all of it runs until the program is ended: queues, event source mappings, schedules, the API, and a dashboard
that shows them. Each task runs in processes of its own, as on Lambda.

  --port PORT          the port of the API; 8000 by default, 0 for any that is free
  --dashboard-port PORT
                       the port of the dashboard; 8001 by default
  --aws-port PORT      the port of SQS and S3, for AWS_ENDPOINT_URL_SQS; 8002 by default
  --fresh              begins without the messages of the last time
  --in-memory          keeps the state in memory; in .async_lambda/local by default, where it outlives the program
  --in-process         runs the tasks in this process, for a debugger: with its environment variables, one handler at a time while
                       it blocks, and a handler that does not end is not stopped
  --concurrency N      how many processes a task has at most; 4 by default
  --speed FACTOR       how fast the clock of queues and schedules runs; 1 by default, 0 to stop it; handlers run at their own speed
  --chaos LIST         lets things go wrong: duplicate=1%,fail=5%,throttle=2%,crash=0.1%,latency=200ms,seed=7
  --watch              builds the program again when its sources change, and goes on with the same queues
  --config FILE, --stage NAME
                       as below; the environment variables of tasks are read there, too

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

web-server answers requests to the API tasks, on this machine only, and then runs what they invoke, in this process.

  --port PORT          where to listen; 8000 by default, 0 for any that is free

both:

  --config FILE        the file with the API's `binary_media_types` and `cors`; .async_lambda/config.json by default, if it is
                       there
  --stage NAME         the stage whose settings in that file come on top; none by default

Log lines go to stderr, from the level on that RUST_LOG says: `debug`, `warn,my_crate=trace`; `info` by default.

Commands for an application that runs, which the dashboard shows beside its buttons; with --format json the answer as data, and
--dashboard-port PORT if it is not 8001:

{commands}";

/// A command of the command line.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Run(Options),
    Control(Control),
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
        Some(first) => return control(first, parser),
        None => return Err(unknown(&command.to_string_lossy())),
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

/// A command for an application that runs.
fn control(first: &str, mut parser: lexopt::Parser) -> Result<Command, LocalError> {
    let second = parser.try_raw_args().and_then(|arguments| Some(arguments.peek()?.to_string_lossy().into_owned()));
    let Some((command, words)) = control::named(first, second.as_deref()) else {
        let known = control::beginning_with(first);
        if known.is_empty() {
            return Err(unknown(first));
        }
        let second = second.filter(|second| !second.starts_with('-'));
        let given = second.map_or(first.to_owned(), |second| format!("{first} {second}"));
        return Err(LocalError::UnknownCommand(given, known.join(", ")));
    };
    if words == 2 {
        parser.next()?;
    }
    Ok(control::parse(command, parser)?.map_or(Command::Help, Command::Control))
}

fn unknown(command: &str) -> LocalError {
    let known = "none, `invoke`, `web-server`, or one of those that --help lists".to_owned();
    LocalError::UnknownCommand(command.to_owned(), known)
}

/// `--help`.
pub(crate) fn help() -> String {
    HELP.replace("{commands}", &control::help())
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
            Arg::Long("in-memory") => options.in_memory = true,
            Arg::Long("fresh") => options.fresh = true,
            Arg::Long("in-process") => options.in_process = true,
            Arg::Long("concurrency") => {
                let (text, rule) = (parser.value()?.string()?, "1 to 1000");
                options.concurrency = number("--concurrency", rule, text.clone())?;
                if !(1..=1000).contains(&options.concurrency) {
                    return Err(LocalError::Argument("--concurrency", rule, text));
                }
            }
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

/// A number of an option.
pub(crate) fn number<T: FromStr>(option: &'static str, range: &'static str, text: String) -> Result<T, LocalError> {
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
pub(crate) fn text_or_file(option: &'static str, text: String) -> Result<String, LocalError> {
    let Some(path) = text.strip_prefix('@') else { return Ok(text) };
    std::fs::read_to_string(path).map_err(|error| LocalError::File(option, path.to_owned(), error))
}
