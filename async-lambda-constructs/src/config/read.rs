//! From a document to settings.

use cfn_model::{Finding, Function, Node, Object, Path};
use indexmap::IndexMap;

use super::{
    Config, Staged,
    found::Found,
    keys::{Form, Items, KEYS, Key, Kind, LIST_FUNCTIONS, Level, Member, STAGES, TASKS},
    merged::{self, MOST_TEMPLATE},
    rules::{MISSING_MEMBER, TASK_DOMAIN, TOO_LARGE, UNKNOWN_KEY, WRONG_TYPE},
    settings::{Setting, Settings},
    values::shortened,
};
use crate::explain::suggest::did_you_mean;

/// How many members of a list, variables, tasks or stages are read. So many variables are the most that fit into the
/// 4 KB of a function, two bytes each; everything else ends earlier.
pub const MOST_ENTRIES: usize = 2_048;

pub(super) fn config(document: &Node) -> Config {
    let mut reader = Reader { is_complete: true, ..Reader::default() };
    let root = Path::default();
    let mut config = Config::default();
    if let Some(object) = reader.object(document, &root) {
        config.all = reader.staged(object, &root, Level::App);
        (config.tasks, config.unread) =
            reader.named(object, TASKS, &root, |reader, task, at| reader.staged(task, at, Level::Task));
    }
    let (listed, more) = reader.found.finish();
    config.is_complete = reader.is_complete;
    config.more = more.len();
    config.findings = [listed, more].concat();
    config
}

#[derive(Default)]
struct Reader {
    found: Found,
    is_complete: bool,
}

impl Reader {
    fn staged(&mut self, object: &Object, at: &Path, level: Level) -> Staged {
        let below = if level == Level::App { Level::Stage } else { Level::TaskStage };
        let always = self.settings(object, at, level);
        let (stages, _) = self.named(object, STAGES, at, |reader, stage, at| reader.settings(stage, at, below));
        Staged { always, stages }
    }

    /// The entries of an object under a key, each read by `read`, and the names of those that are too many to be read.
    fn named<T>(
        &mut self,
        object: &Object,
        key: &str,
        at: &Path,
        read: impl Fn(&mut Reader, &Object, &Path) -> T,
    ) -> (IndexMap<String, T>, Vec<String>) {
        let (mut entries, mut unread) = (IndexMap::new(), Vec::new());
        let at = at.join(key);
        let object = object.get(key).and_then(|value| self.object(value, &at));
        self.at_most(object.map_or(0, Object::len), "names", &at);
        for (position, (name, value)) in object.into_iter().flatten().enumerate() {
            if position >= MOST_ENTRIES {
                unread.push(name.clone());
                continue;
            }
            let at = at.join(name.as_str());
            if let Some(value) = self.object(value, &at) {
                entries.insert(name.clone(), read(self, value, &at));
            }
        }
        (entries, unread)
    }

    /// Reports more entries than are read.
    fn at_most(&mut self, count: usize, what: &str, at: &Path) {
        if count > MOST_ENTRIES {
            self.is_complete = false;
            let message = format!("`{at}`: must have at most {MOST_ENTRIES} {what}, got {count}");
            let finding = Finding::new(&TOO_LARGE, at.clone(), message);
            self.found.push(&TOO_LARGE, || {
                finding.expected(format!("at most {MOST_ENTRIES}")).actual(count.to_string()).help(
                    "no function, queue or template has room for so many: remove those that are too many".to_owned(),
                )
            });
        }
    }

    fn settings(&mut self, object: &Object, at: &Path, level: Level) -> Settings {
        let mut settings = Settings::default();
        for (name, value) in object {
            match KEYS.iter().find(|key| key.name == name) {
                Some(key) if level.takes(key) => {
                    self.setting(&mut settings, key, value, &at.join(name.as_str()));
                }
                Some(key) => self.found.push(&TASK_DOMAIN, || {
                    let message = format!("`{name}`: must stand at the top or in a stage, got a task");
                    let help = key.not_of_tasks.map(str::to_owned);
                    Finding::new(&TASK_DOMAIN, at.join(name.as_str()), message).help(help)
                }),
                None if level.keys().any(|key| key == name) => {}
                None => self.found.push(&UNKNOWN_KEY, || unknown(name, at.join(name.as_str()), level)),
            }
        }
        settings
    }

    fn setting(&mut self, settings: &mut Settings, key: &Key, value: &Node, at: &Path) {
        match &key.kind {
            Kind::Variables(field) | Kind::Tags(field) => {
                let variables = self.object(value, at);
                let what = if matches!(key.kind, Kind::Tags(_)) { "tags" } else { "variables" };
                self.at_most(variables.map_or(0, Object::len), what, at);
                let read = (field.of_mut)(settings);
                for (variable, value) in variables.into_iter().flatten() {
                    let path = at.join(variable.as_str());
                    if self.is(value, &path, "a string, a number, a boolean or an intrinsic function", is_scalar)
                        && read.len() < MOST_ENTRIES
                    {
                        read.insert(variable.clone(), Setting::new(value, path));
                    }
                }
            }
            Kind::List(items, merge, field) => {
                let list = match items {
                    Items::Policies => self.list(value, at, "the ARN or name of a policy, or an object", is_policy),
                    Items::Resources => {
                        self.list(value, at, "a resource with its `Type`", |value| value["Type"].as_str().is_some())
                    }
                    Items::MediaTypes => {
                        self.list(value, at, "a media type such as `image/png`", |value| value.as_str().is_some())
                    }
                    Items::MethodSettings => self.list(value, at, "an object", |value| value.as_object().is_some()),
                    Items::Strings if is_list_function(value) => {
                        vec![Setting { is_list: true, ..Setting::new(value, at.clone()) }]
                    }
                    Items::Strings => self.list(value, at, "a string or an intrinsic function", is_string),
                };
                merge.put((field.of_mut)(settings), list);
            }
            // Python's file may say `null` for an absent value.
            Kind::Single(..) | Kind::Object(..) if *value == Node::Null => {}
            Kind::Single(form, field) => {
                if self.has_form(*form, value, at) {
                    *(field.of_mut)(settings) = Some(Setting::new(value, at.clone()));
                }
            }
            Kind::Object(members, _, field) => {
                let members = self.members(members, key.name, value, at);
                *(field.of_mut)(settings) = members;
            }
        }
    }

    /// The members of an object that has a fixed set of them.
    fn members(&mut self, members: &[Member], key: &str, value: &Node, at: &Path) -> IndexMap<String, Setting> {
        let mut read = IndexMap::new();
        let Some(object) = self.object(value, at) else { return read };
        for (name, value) in object.iter().filter(|(_, value)| **value != Node::Null) {
            let path = at.join(name.as_str());
            let Some(member) = members.iter().find(|member| member.name == name) else {
                let known = || members.iter().map(|member| member.name);
                self.found.push(&UNKNOWN_KEY, || {
                    let message = format!("`{}`: must be a known member of `{key}`", shortened(name));
                    let expected = known().collect::<Vec<_>>().join(", ");
                    let help = did_you_mean(name, known());
                    let help = help.unwrap_or_else(|| format!("the members of `{key}`: {expected}"));
                    Finding::new(&UNKNOWN_KEY, path, message).expected(expected).actual(name).help(help)
                });
                continue;
            };
            if self.has_form(member.form, value, &path) {
                read.insert(name.clone(), Setting::new(value, path));
            }
        }
        for member in members.iter().filter(|member| member.is_needed && object.get(member.name).is_none()) {
            self.found.push(&MISSING_MEMBER, || {
                let message = format!("`{key}`: must have `{}`, got none", member.name);
                Finding::new(&MISSING_MEMBER, at.clone(), message).help(member.doc.to_owned())
            });
        }
        read
    }

    fn list(&mut self, value: &Node, at: &Path, expected: &str, fits: impl Fn(&Node) -> bool) -> Vec<Setting> {
        let Some(items) = value.as_array() else {
            match Function::call(value) {
                Some((function, _)) => self.wrong_function(function, at),
                None => self.wrong(value, at, "a list"),
            }
            return Vec::new();
        };
        self.at_most(items.len(), "members", at);
        let bytes = merged::bytes(value);
        let is_too_large = bytes > MOST_TEMPLATE && items.len() <= MOST_ENTRIES;
        if is_too_large {
            self.is_complete = false;
            self.found.push(&TOO_LARGE, || {
                let message = format!("`{at}`: must fit into a template of at most {MOST_TEMPLATE} bytes, got {bytes}");
                let help = "shorten it: CloudFormation takes no larger template".to_owned();
                Finding::new(&TOO_LARGE, at.clone(), message).actual(bytes.to_string()).help(help)
            });
        }
        let mut list = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let path = at.join(index);
            if self.is(item, &path, expected, &fits) && list.len() < MOST_ENTRIES && !is_too_large {
                list.push(Setting::new(item, path));
            }
        }
        list
    }

    fn object<'a>(&mut self, value: &'a Node, at: &Path) -> Option<&'a Object> {
        if value.as_object().is_none() {
            self.wrong(value, at, "an object");
        }
        value.as_object()
    }

    fn is(&mut self, value: &Node, at: &Path, expected: &str, fits: impl Fn(&Node) -> bool) -> bool {
        let fits = fits(value);
        if !fits {
            self.wrong(value, at, expected);
        }
        fits
    }

    /// Whether a value has a form. Of a list, each wrong member is found.
    fn has_form(&mut self, form: Form, value: &Node, at: &Path) -> bool {
        if form.fits(value) {
            return true;
        }
        let of_members = match form {
            Form::Strings => Some(Form::String),
            Form::Literals => Some(Form::Literal),
            _ => None,
        };
        if let (Some(form), Some(items)) = (of_members, value.as_array()) {
            for (index, item) in items.iter().enumerate() {
                self.has_form(form, item, &at.join(index));
            }
            return false;
        }
        let (got, help) = form.mistake(value);
        let (expected, kind) = (form.expected(), value.kind());
        self.found.push(&WRONG_TYPE, || {
            let message = format!("`{at}`: must be {expected}, got {}", got.unwrap_or_else(|| kind.to_owned()));
            Finding::new(&WRONG_TYPE, at.clone(), message).expected(expected).actual(kind).help(help)
        });
        false
    }

    fn wrong_function(&mut self, function: Function, at: &Path) {
        let (expected, name) = ("a list", function.name());
        let message = format!("`{at}`: must be {expected}, and `{name}` gives none here");
        let help = LIST_FUNCTIONS.map(|function| format!("`{}`", function.name())).join(", ");
        let help = format!("the functions that give a list of strings: {help}");
        self.found.push(&WRONG_TYPE, || {
            Finding::new(&WRONG_TYPE, at.clone(), message).expected(expected).actual(name).help(Some(help))
        });
    }

    fn wrong(&mut self, value: &Node, at: &Path, expected: &str) {
        self.found.push(&WRONG_TYPE, || {
            let subject = match at.0.is_empty() {
                true => "the config file".to_owned(),
                false => format!("`{at}`"),
            };
            let message = format!("{subject}: must be {expected}, got {}", value.kind());
            Finding::new(&WRONG_TYPE, at.clone(), message).expected(expected).actual(value.kind())
        });
    }
}

fn unknown(name: &str, at: Path, level: Level) -> Finding {
    let help = match (name, level) {
        (
            "memory"
            | "memory_mb"
            | "memory_size"
            | "timeout"
            | "timeout_secs"
            | "max_receive_count"
            | "maximum_concurrency"
            | "ephemeral_storage",
            _,
        ) => {
            Some("the options of a task stand in the code: `task(handler).memory_mb(512).timeout_secs(30)`".to_owned())
        }
        ("snap_start", _) => Some(
            "remove it: SnapStart is for managed runtimes such as Java's and Python's, and Lambda refuses it for the \
             OS-only runtime of a program in Rust, which starts in milliseconds"
                .to_owned(),
        ),
        (TASKS, _) => Some("the settings of a task at a stage are `tasks.<task>.stages.<stage>`".to_owned()),
        _ => did_you_mean(name, level.keys()),
    };
    let keys: Vec<&str> = level.keys().collect();
    let finding = Finding::new(&UNKNOWN_KEY, at, format!("`{}`: must be a known key", shortened(name)));
    finding.expected(keys.join(", ")).actual(name).help(help)
}

/// Whether it can be a list when the stack is deployed: `Ref` of a parameter, for one.
fn is_list_function(value: &Node) -> bool {
    Function::call(value).is_some_and(|(function, _)| LIST_FUNCTIONS.contains(&function))
}

fn is_string(value: &Node) -> bool {
    value.as_str().is_some() || Function::call(value).is_some()
}

fn is_policy(value: &Node) -> bool {
    value.as_str().is_some() || value.as_object().is_some_and(|object| !object.is_empty())
}

fn is_integer(value: &Node) -> bool {
    matches!(value, Node::Number(number) if number.as_i64().is_some()) || Function::call(value).is_some()
}

impl Form {
    /// What a value must be, for messages.
    fn expected(self) -> String {
        match self {
            Form::String => "a string or an intrinsic function".to_owned(),
            Form::Literal => "a string".to_owned(),
            Form::Integer => "an integer or an intrinsic function".to_owned(),
            Form::Number => "a number or an intrinsic function".to_owned(),
            Form::Boolean => "true or false".to_owned(),
            Form::OneOf(values) => {
                let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
                format!("{} or an intrinsic function", values.join(", "))
            }
            Form::Strings => "a list of strings or of intrinsic functions".to_owned(),
            Form::Literals => "a list of strings".to_owned(),
            Form::LiteralInteger(min, max) => format!("an integer from {min} to {max}"),
        }
    }

    /// The value as messages show it, where its type alone would say too little, and the fix.
    fn mistake(self, value: &Node) -> (Option<String>, Option<String>) {
        if let (Some((function, _)), Form::Literal | Form::Literals | Form::LiteralInteger(..) | Form::Boolean) =
            (Function::call(value), self)
        {
            let help = "write the value itself: functions of CloudFormation cannot be used here, since the template depends on it";
            return (Some(format!("`{}`", function.name())), Some(help.to_owned()));
        }
        let Form::LiteralInteger(min, max) = self else { return (None, None) };
        let range = || Some(format!("write a whole number from {min} to {max}"));
        match value {
            Node::Number(number) => (Some(format!("`{}`", shortened(&number.to_string()))), range()),
            Node::String(text) => {
                let is_number = text.parse::<i64>().is_ok_and(|number| (min..=max).contains(&number));
                let help = if is_number { Some(format!("write `{text}`, without quotes")) } else { range() };
                (Some(format!("`{}`", shortened(&format!("{text:?}")))), help)
            }
            _ => (None, range()),
        }
    }

    fn fits(self, value: &Node) -> bool {
        match self {
            Form::String => is_string(value),
            Form::Literal => value.as_str().is_some(),
            Form::Integer => is_integer(value),
            Form::Number => matches!(value, Node::Number(_)) || Function::call(value).is_some(),
            Form::Boolean => matches!(value, Node::Bool(_)),
            Form::OneOf(values) => match value {
                Node::String(text) => values.contains(&text.as_str()),
                _ => Function::call(value).is_some(),
            },
            Form::Strings => value.as_array().is_some_and(|items| items.iter().all(is_string)),
            Form::Literals => value.as_array().is_some_and(|items| items.iter().all(|item| item.as_str().is_some())),
            // Whether it is in the range is a rule of its own.
            Form::LiteralInteger(..) => matches!(value, Node::Number(number) if number.as_i64().is_some()),
        }
    }
}

fn is_scalar(value: &Node) -> bool {
    is_string(value) || matches!(value, Node::Bool(_) | Node::Number(_))
}
