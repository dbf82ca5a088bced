//! The commands of a cloud that runs: one table for the API, the page and the command line.
//!
//! `dlq redrive QUEUE --all` is `POST /api/dlq/redrive` with `{"queue": "…", "all": true}`: the words are the path, and each
//! argument is a parameter of the same name.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::{
    Dashboard, chains, clock, errors, graph, letters, live, messages,
    params::{Params, Refused},
    queues, runs, show, start,
};
use crate::run::BoxFuture;

/// A command.
#[derive(Debug)]
pub struct Command {
    /// Its words: `dlq redrive`.
    pub name: &'static str,
    /// Its description, for the help.
    pub help: &'static str,
    /// Its arguments.
    pub arguments: &'static [Argument],
    /// The way in which the API answers it.
    pub(super) answer: Answer,
}

/// An argument of a command: a parameter of the API.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its name, in the API and as an option.
    pub name: &'static str,
    /// Its form on the command line.
    pub form: Form,
    /// Its description, for the help.
    pub help: &'static str,
}

/// The form of an argument on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Positional and required.
    Place,
    /// Positional, any number of them at the end.
    Places,
    /// `--name VALUE`.
    Value,
    /// `--name VALUE`, any number of times.
    Values,
    /// `--name`.
    Flag,
}

impl Form {
    /// Its word in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Form::Place => "place",
            Form::Places => "places",
            Form::Value => "value",
            Form::Values => "values",
            Form::Flag => "flag",
        }
    }
}

/// The way in which a command is answered.
pub(super) enum Answer {
    /// With the state, which stays as it is.
    Look(fn(&Dashboard, &Params) -> Result<Value, Refused>),
    /// With text as it is.
    Text(fn(&Dashboard, &Params) -> Result<Bytes, Refused>),
    /// With events for as long as somebody listens.
    Watch,
    /// After a change.
    Act(fn(&Dashboard, &Params) -> Result<Value, Refused>),
    /// After a change that takes its time.
    Start(for<'a> fn(&'a Dashboard, &'a Params) -> BoxFuture<'a, Result<Value, Refused>>),
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Answer::Look(_) => "Look",
            Answer::Text(_) => "Text",
            Answer::Watch => "Watch",
            Answer::Act(_) => "Act",
            Answer::Start(_) => "Start",
        })
    }
}

impl Command {
    /// The command with these words.
    pub fn named(name: &str) -> Option<&'static Command> {
        COMMANDS.iter().find(|command| command.name == name)
    }

    /// Its path in the API.
    pub fn path(&self) -> String {
        format!("/api/{}", self.name.replace(' ', "/"))
    }

    /// `GET` where it only looks, with parameters in the query; `POST` where it changes something, with a body of JSON.
    pub fn method(&self) -> Method {
        match self.answer {
            Answer::Look(_) | Answer::Text(_) | Answer::Watch => Method::GET,
            Answer::Act(_) | Answer::Start(_) => Method::POST,
        }
    }

    /// The argument of this name.
    pub fn argument(&self, name: &str) -> Option<&'static Argument> {
        self.arguments.iter().find(|argument| argument.name == name)
    }

    /// Refuses parameters that it does not have.
    pub(super) fn check(&self, params: &Params) -> Result<(), Refused> {
        match params.names().find(|name| self.argument(name).is_none()) {
            None => Ok(()),
            Some(name) => {
                let known: Vec<&str> = self.arguments.iter().map(|argument| argument.name).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                Err(Refused::bad(format!("{}: has no parameter `{name}`; it has: {known}", self.name)))
            }
        }
    }
}

/// All commands.
pub(super) fn help(_: &Dashboard, _: &Params) -> Result<Value, Refused> {
    let argument =
        |argument: &Argument| json!({"name": argument.name, "form": argument.form.as_str(), "help": argument.help});
    let command = |command: &Command| {
        json!({
            "name": command.name,
            "help": command.help,
            "method": command.method().as_str(),
            "path": command.path(),
            "arguments": command.arguments.iter().map(argument).collect::<Vec<_>>(),
        })
    };
    Ok(json!({"commands": COMMANDS.iter().map(command).collect::<Vec<_>>()}))
}

const fn argument(name: &'static str, form: Form, help: &'static str) -> Argument {
    Argument { name, form, help }
}

const QUEUE: Argument = argument("queue", Form::Place, "name of the queue, or id of the task that reads it");
const OF_QUEUE: Argument = argument("queue", Form::Value, "in this queue");
const MESSAGE: Argument = argument("id", Form::Place, "MessageId of the message, or its number");
const IDS: Argument = argument("id", Form::Places, "MessageIds of the messages, or their numbers");
const TASK: Argument = argument("task", Form::Place, "id of the task");
const OF_TASK: Argument = argument("task", Form::Value, "to this task");
const TEXT: Argument = argument("text", Form::Value, "with this string in the body");
const CHAIN: Argument = argument("chain", Form::Value, "of this chain of invocations");
const ERROR: Argument = argument("error", Form::Value, "whose last failure has this string");
const LIMIT: Argument = argument("limit", Form::Value, "how many at most: 1 to 100, default 50");
const AFTER: Argument = argument("after", Form::Value, "goes on where an answer ended: its `next`");
const ALL: Argument = argument("all", Form::Flag, "all of the queue");
const COUNT: Argument = argument("count", Form::Flag, "says how many, and does nothing");
const RUN: Argument = argument("id", Form::Place, "number of the run");
const PAYLOAD: Argument = argument("payload", Form::Value, "JSON of the payload");
const BODY: Argument = argument("body", Form::Value, "the whole body, as it is");
const METHOD: Argument = argument("method", Form::Place, "method of the request");
const PATH: Argument = argument("path", Form::Place, "path of the request, with its query");
const HEADER: Argument = argument("header", Form::Values, "header of the request: `Name: value`");
const STATE: Argument =
    argument("state", Form::Value, "ready, delayed, in-flight, dead, done or gone; without it, queues and history");

const fn command(name: &'static str, help: &'static str, arguments: &'static [Argument], answer: Answer) -> Command {
    Command { name, help, arguments, answer }
}

/// Every command, in the order of the help.
pub static COMMANDS: &[Command] = &[
    command("help", "these commands", &[], Answer::Look(help)),
    command("status", "clock, counts of queues and tasks, newest errors", &[], Answer::Look(live::status)),
    command("watch", "the status again each time it has changed, as events", &[], Answer::Watch),
    command("graph", "tasks, what starts them, whom they invoke", &[], Answer::Look(graph::graph)),
    command("task ls", "tasks, and what can be done to them", &[], Answer::Look(start::tasks)),
    command("task template", "newest payload of a task, for another message", &[TASK], Answer::Look(start::template)),
    command("queue ls", "queues, and how many messages they have", &[], Answer::Look(queues::list)),
    command("queue pause", "stops the event source mapping of a queue", &[QUEUE], Answer::Act(queues::pause)),
    command("queue resume", "starts it again", &[QUEUE], Answer::Act(queues::resume)),
    command("queue purge", "deletes all messages of a queue", &[QUEUE, COUNT], Answer::Act(queues::purge)),
    command("later ls", "messages that wait for a time outside of the queues", &[], Answer::Look(queues::later)),
    command(
        "later cancel",
        "takes such a message back",
        &[argument("name", Form::Place, "its name")],
        Answer::Act(queues::cancel),
    ),
    command(
        "message ls",
        "messages, the newest first",
        &[STATE, OF_QUEUE, OF_TASK, TEXT, CHAIN, ERROR, LIMIT, AFTER],
        Answer::Look(messages::list),
    ),
    command("message show", "a message: envelope, payload, attempts", &[MESSAGE], Answer::Look(show::show)),
    command("message body", "the whole body of a message", &[MESSAGE], Answer::Text(show::body)),
    command(
        "message payload",
        "the whole payload of a message, also from the bucket",
        &[MESSAGE],
        Answer::Text(show::payload),
    ),
    command("message test", "a test in Rust that sends the same payload", &[MESSAGE], Answer::Text(show::test)),
    command("chain ls", "chains of invocations, the newest first", &[LIMIT, AFTER], Answer::Look(chains::list)),
    command(
        "chain show",
        "the runs and messages of a chain",
        &[argument("chain", Form::Place, "its invocation id")],
        Answer::Look(chains::show),
    ),
    command("dlq ls", "dead-letter queues, and whose letters they have", &[], Answer::Look(letters::list)),
    command(
        "dlq redrive",
        "moves dead letters back to where they came from",
        &[QUEUE, IDS, ALL, OF_TASK, TEXT, CHAIN, ERROR, COUNT],
        Answer::Start(letters::redrive),
    ),
    command(
        "dlq delete",
        "deletes dead letters",
        &[QUEUE, IDS, ALL, OF_TASK, TEXT, CHAIN, ERROR, COUNT],
        Answer::Start(letters::delete),
    ),
    command(
        "dlq resend",
        "sends a dead letter again with another payload, and deletes it",
        &[MESSAGE, PAYLOAD, BODY],
        Answer::Act(letters::resend),
    ),
    command(
        "run ls",
        "runs of tasks, the newest first",
        &[
            argument("cause", Form::Value, "started by: messages, schedule, request, call, manual"),
            argument("task", Form::Value, "of this task"),
            argument("failed", Form::Flag, "only those that failed"),
            argument("error", Form::Value, "whose failure has this string"),
            LIMIT,
            AFTER,
        ],
        Answer::Look(runs::list),
    ),
    command("run show", "a run: event, answer, log", &[RUN], Answer::Look(runs::show)),
    command("run log", "the whole log of a run", &[RUN], Answer::Text(runs::log)),
    command("run event", "the whole event of a run", &[RUN], Answer::Text(runs::event)),
    command("run answer", "the whole answer of a run", &[RUN], Answer::Text(runs::answer)),
    command("run replay", "sends the request of a run to the API again", &[RUN], Answer::Start(start::replay)),
    command("error ls", "failures, those with the same words together", &[], Answer::Look(errors::list)),
    command(
        "send",
        "gives a task a message, a request or an event, by its trigger",
        &[TASK, argument("payload", Form::Value, "JSON, or the body for a task that reads another queue")],
        Answer::Start(start::send),
    ),
    command("schedule fire", "runs a scheduled task now", &[TASK], Answer::Start(start::fire)),
    command(
        "request",
        "sends a request to the application's API",
        &[METHOD, PATH, HEADER, argument("body", Form::Value, "its body")],
        Answer::Start(start::request),
    ),
    command("clock show", "time, speed, what comes next", &[], Answer::Look(clock::show)),
    command(
        "clock advance",
        "moves the clock forward at once: what was due in between happens then, and once",
        &[argument("by", Form::Place, "90s, 15m, 1h30m, 2d")],
        Answer::Act(clock::advance),
    ),
    command("clock next", "moves the clock to what comes next", &[], Answer::Act(clock::next)),
    command(
        "clock speed",
        "changes the speed of the clock",
        &[argument("factor", Form::Place, "0 to 1000000; 1 is real time")],
        Answer::Act(clock::speed),
    ),
    command("clock pause", "stops the clock", &[], Answer::Act(clock::pause)),
    command("clock resume", "lets the clock run in real time", &[], Answer::Act(clock::resume)),
];
