//! The definition of a state machine in Amazon States Language, out of its flow.

use std::collections::BTreeSet;

use cfn_model::{Function, IntoNode, Node, Object};

use super::{
    flow::{Flow, Shape, State},
    retry::errors_of,
};
use crate::iam::{PolicyDocument, Statement};
use crate::object::object_node;

/// The longest name of a state.
const LONGEST_NAME: usize = 80;
/// How long an execution of an express state machine lasts, at most.
const EXPRESS_SECONDS: i64 = 300;

/// What the ARNs of integrations begin with. As a whole each is worked out by CloudFormation: cfn-lint refuses an ARN with a name in it.
pub(super) const INTEGRATION: &str = "arn:${AWS::Partition}:states:::";

/// A definition, and what comes with it.
#[derive(Debug, Default)]
pub(super) struct Definition {
    /// What CloudFormation works out, by the name that stands for it: `${Name}`.
    pub(super) substitutions: Object,
    /// What the role must be allowed.
    pub(super) allowed: Vec<Statement>,
    pub(super) problems: Vec<(String, &'static str)>,
    names: BTreeSet<String>,
    is_express: bool,
}

impl Definition {
    /// The definition of a flow: literal JSON.
    pub(super) fn of(flow: Flow, comment: Option<String>, is_express: bool) -> (Node, Definition) {
        let mut definition = Definition { is_express, ..Definition::default() };
        let mut machine = Object::default();
        if let Some(comment) = comment {
            machine.insert("Comment".to_owned(), comment.into_node());
        }
        machine.insert("QueryLanguage".to_owned(), "JSONata".into_node());
        machine.extend(definition.scope(flow, "the state machine"));
        let machine = definition.substitute(machine.into_node());
        (machine, definition)
    }

    /// States that are by themselves: the whole, a branch of a parallel state, what a map does.
    fn scope(&mut self, flow: Flow, whose: &str) -> Object {
        let mut states = Object::default();
        let start = self.flow(flow, None, &mut states);
        match &start {
            Some(start) => self.check_ways(start, &states, whose),
            None => self.problem(format!("{whose} must begin with a state, has none"), "give it one"),
        }
        Object::from_iter([
            ("StartAt".to_owned(), start.unwrap_or_default().into_node()),
            ("States".to_owned(), states.into_node()),
        ])
    }

    /// Adds the states of a flow, behind which comes another state. Gives the name of the first.
    fn flow(&mut self, flow: Flow, follows: Option<&str>, states: &mut Object) -> Option<String> {
        let names: Vec<String> = flow.states.iter().map(|state| state.name.clone()).collect();
        let last = flow.goes_to.as_deref().or(follows);
        for (index, state) in flow.states.into_iter().enumerate() {
            let next = names.get(index + 1).map(String::as_str).or(last);
            self.state(state, next, states);
        }
        names.into_iter().next().or_else(|| last.map(str::to_owned))
    }

    fn state(&mut self, state: State, next: Option<&str>, states: &mut Object) {
        let State { name, mut fields, shape, catches, allowed, waits_for, problems } = state;
        self.problems.extend(problems);
        self.check_name(&name);
        self.check_data(&name, &fields);
        if let Some(what) = waits_for.filter(|_| self.is_express) {
            let message = format!("state `{name}` waits for {what}, which an express state machine cannot");
            self.problem(message, "make it a standard one, or do not wait");
        }
        if let Some(seconds) = fields.get("Seconds").and_then(as_number).filter(|_| self.is_express)
            && seconds > EXPRESS_SECONDS
        {
            let message = format!(
                "state `{name}` must wait for {EXPRESS_SECONDS} s or less, which is how long an express execution lasts, got {seconds} s"
            );
            self.problem(message, "make it a standard one, or wait for less");
        }
        for statement in allowed.into_iter().flat_map(|policy: PolicyDocument| policy.statements) {
            if !self.allowed.contains(&statement) {
                self.allowed.push(statement);
            }
        }
        // Its place is before what it leads to.
        states.insert(name.clone(), Node::Null);
        let mut put = |field: &str, value: Node| fields.insert(field.to_owned(), value);
        let leads_on = match shape {
            Shape::Plain => true,
            Shape::Last => false,
            Shape::Choice { branches, otherwise } => {
                if branches.is_empty() {
                    self.problem(
                        format!("choice `{name}` must have a condition, has none"),
                        "add `.when(condition, ..)`, or leave the choice out",
                    );
                }
                let mut choices = Vec::new();
                for (condition, flow) in branches {
                    self.check_expression(&name, &condition);
                    let target = self.flow(flow, next, states).unwrap_or_default();
                    let choice = [("Condition", condition.into_node()), ("Next", target.into_node())];
                    choices.push(object_node(choice));
                }
                put("Choices", choices.into_node());
                let default = match otherwise {
                    Some(flow) => self.flow(flow, next, states),
                    None => next.map(str::to_owned),
                };
                match default {
                    Some(default) => {
                        put("Default", default.into_node());
                    }
                    None => self.problem(
                        format!("choice `{name}` leads nowhere when no condition is true"),
                        "add `.otherwise(..)`, or a state behind the choice",
                    ),
                }
                false
            }
            Shape::Parallel(branches) => {
                if branches.is_empty() {
                    self.problem(format!("parallel `{name}` must have a branch, has none"), "add `.branch(..)`");
                }
                let whose = format!("a branch of `{name}`");
                let branches: Vec<Node> =
                    branches.into_iter().map(|flow| self.scope(flow, &whose).into_node()).collect();
                put("Branches", branches.into_node());
                true
            }
            Shape::Map(flow) => {
                let mut processor =
                    Object::from_iter([("ProcessorConfig".to_owned(), object_node([("Mode", "INLINE".into_node())]))]);
                processor.extend(self.scope(flow, &format!("the map `{name}`")));
                put("ItemProcessor", processor.into_node());
                true
            }
        };
        if !catches.is_empty() {
            let mut catchers = Vec::new();
            for (errors, flow) in catches {
                let target = self.flow(flow, None, states).unwrap_or_default();
                catchers.push(object_node([("ErrorEquals", errors.into_node()), ("Next", target.into_node())]));
            }
            put("Catch", catchers.into_node());
        }
        if leads_on {
            match next {
                Some(next) => put("Next", next.into_node()),
                None => put("End", true.into_node()),
            };
        }
        for field in ["Retry", "Catch"] {
            self.check_errors(&name, field, fields.get(field).and_then(Node::as_array).unwrap_or_default());
        }
        states.insert(name, fields.into_node());
    }

    fn problem(&mut self, message: String, help: &'static str) {
        self.problems.push((message, help));
    }

    fn check_name(&mut self, name: &str) {
        let length = name.chars().count();
        if !(1..=LONGEST_NAME).contains(&length) {
            let message =
                format!("the name of a state must have 1 to {LONGEST_NAME} characters, `{name}` has {length}");
            self.problem(message, "the name is an identifier; a longer text is a `.comment(..)`");
        }
        if !self.names.insert(name.to_owned()) {
            let message =
                format!("the names of states must be unique in the whole state machine, `{name}` is given twice");
            self.problem(message, "rename one; to come back to a state, use `.go_to(name)`");
        }
    }

    /// `States.ALL` stands alone, and last.
    fn check_errors(&mut self, name: &str, field: &str, entries: &[Node]) {
        for (index, entry) in entries.iter().enumerate() {
            let count = errors_of(entry).count();
            if count == 0 {
                let message = format!("a `{field}` of state `{name}` must name an error, names none");
                self.problem(message, "`[\"States.ALL\"]` is any error");
            }
            if errors_of(entry).any(|error| error == "States.ALL") && (count > 1 || index + 1 < entries.len()) {
                let message = format!("`States.ALL` must stand alone in the last `{field}` of state `{name}`");
                self.problem(message, "it is any error: name the others before it");
            }
        }
    }

    /// Expressions are whole, and none is in JSONPath.
    fn check_data(&mut self, name: &str, fields: &Object) {
        for (field, value) in fields {
            if !matches!(field.as_str(), "Type" | "Resource" | "Comment" | "Retry") {
                self.check_values(name, value);
            }
        }
    }

    fn check_values(&mut self, name: &str, node: &Node) {
        match node {
            Node::String(text) if text.starts_with("{%") => self.check_expression(name, text),
            Node::String(text) if text == "$" || text.starts_with("$.") || text.starts_with("$$.") => {
                let message = format!("state `{name}`: `{text}` is JSONPath, and would be handed on as this text");
                self.problem(
                    message,
                    "write JSONata: `jsonata(\"$states.input.order\")`, `jsonata(\"$states.context.Execution.Id\")`",
                );
            }
            Node::Array(items) => items.iter().for_each(|item| self.check_values(name, item)),
            Node::Object(members) if Function::call(node).is_none() => {
                for (key, value) in members {
                    if key.ends_with(".$") {
                        let message = format!("state `{name}`: `{key}` is JSONPath, which does not go with JSONata");
                        self.problem(message, "name the member without `.$`, and write its value as `jsonata(..)`");
                    }
                    self.check_values(name, value);
                }
            }
            _ => {}
        }
    }

    fn check_expression(&mut self, name: &str, text: &str) {
        let inside = text.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}"));
        if inside.is_none_or(|inside| inside.trim().is_empty()) {
            let message = format!("state `{name}`: an expression must be between `{{%` and `%}}`, got `{text}`");
            self.problem(message, "`jsonata(\"$states.input.order\")` puts them around it");
        }
    }

    /// Every state is there, is reached, and leads to an end.
    fn check_ways(&mut self, start: &str, states: &Object, whose: &str) {
        let mut reached = BTreeSet::new();
        let mut open = vec![start];
        let mut ends = false;
        while let Some(name) = open.pop() {
            if !reached.insert(name) {
                continue;
            }
            let Some(state) = states.get(name) else {
                let message = format!("`go_to(\"{name}\")` must name a state of {whose}, which has no such state");
                self.problem(message, "check the name; nothing leads into a branch or a map, or out of one");
                continue;
            };
            ends |= state.get("End").is_some()
                || matches!(state.get("Type").and_then(Node::as_str), Some("Succeed" | "Fail"));
            open.extend(targets(state));
        }
        for name in states.keys().filter(|name| !reached.contains(name.as_str())) {
            let message = format!("nothing leads to state `{name}`");
            self.problem(message, "what is before it ends, or goes elsewhere: move it, or leave it out");
        }
        if !ends && reached.iter().all(|name| states.contains_key(*name)) {
            let message = format!("{whose} must have an end, its states lead to each other only");
            self.problem(
                message,
                "let one of the ways end: a state that is the last of its flow, `Succeed`, or `Fail`",
            );
        }
    }

    /// Takes functions of CloudFormation out, and leaves names in their places.
    fn substitute(&mut self, node: Node) -> Node {
        if Function::call(&node).is_some() {
            return self.placeholder(&node).into_node();
        }
        match node {
            Node::Array(items) => Node::Array(items.into_iter().map(|item| self.substitute(item)).collect()),
            Node::Object(members) => {
                Node::Object(members.into_iter().map(|(name, value)| (name, self.substitute(value))).collect())
            }
            Node::String(text) if text.contains("${") => {
                let message =
                    format!("a text must not contain `${{`, which CloudFormation replaces there, got `{text}`");
                self.problem(message, "write it as an expression: `{% '$' & '{name}' %}`");
                Node::String(text)
            }
            other => other,
        }
    }

    fn placeholder(&mut self, node: &Node) -> String {
        let wanted = match Function::call(node) {
            Some((Function::Ref, Node::String(name))) => name.clone(),
            Some((Function::GetAtt, Node::Array(path))) => path.iter().filter_map(Node::as_str).collect(),
            // The ARN of an integration: `LambdaInvoke`.
            Some((Function::Sub, Node::String(text))) => match text.strip_prefix(INTEGRATION) {
                Some(operation) => {
                    operation.split(|character: char| !character.is_ascii_alphanumeric()).map(capitalized).collect()
                }
                None => "Value".to_owned(),
            },
            _ => "Value".to_owned(),
        };
        self.name_of(&wanted, node)
    }

    /// The name of a value, in the form in which a definition has it.
    fn name_of(&mut self, wanted: &str, value: &Node) -> String {
        if let Some((name, _)) = self.substitutions.iter().find(|(_, known)| *known == value) {
            return format!("${{{name}}}");
        }
        let wanted: String = wanted.chars().filter(char::is_ascii_alphanumeric).collect();
        let mut name = wanted.clone();
        let mut number = 2;
        while self.substitutions.contains_key(&name) {
            name = format!("{wanted}{number}");
            number += 1;
        }
        self.substitutions.insert(name.clone(), value.clone());
        format!("${{{name}}}")
    }
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

/// The states to which a state leads.
fn targets(state: &Node) -> impl Iterator<Item = &str> {
    let direct = ["Next", "Default"].into_iter().filter_map(|field| state.get(field)?.as_str());
    let lists = ["Choices", "Catch"]
        .into_iter()
        .flat_map(|field| state.get(field).and_then(Node::as_array).unwrap_or_default());
    direct.chain(lists.filter_map(|entry| entry.get("Next")?.as_str()))
}

fn as_number(node: &Node) -> Option<i64> {
    match node {
        Node::Number(number) => number.as_i64(),
        _ => None,
    }
}
