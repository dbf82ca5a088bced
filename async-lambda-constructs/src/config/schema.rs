//! The JSON Schema of the file, for editors.

use cfn_model::Function;
use serde_json::{Map, Value, json};

use super::keys::{Form, Items, KEYS, Kind, LIST_FUNCTIONS, Level, Member, SCHEMA, STAGES, TASKS};

/// A JSON Schema of `.async_lambda/config.json`, draft 2020-12: completion and hints in an editor.
pub fn json_schema() -> Value {
    let mut schema = level(Level::App);
    let root = schema.as_object_mut().expect("a level is an object");
    let head = [
        ("$schema", json!("https://json-schema.org/draft/2020-12/schema")),
        ("title", json!("Settings of an async-lambda application: .async_lambda/config.json")),
    ];
    for (position, (key, value)) in head.into_iter().enumerate() {
        root.shift_insert(position, key.to_owned(), value);
    }
    let function = |description: &str, names: &str| {
        json!({
            "type": "object",
            "description": description,
            "minProperties": 1,
            "maxProperties": 1,
            "patternProperties": {format!("^({names})$"): {}},
            "additionalProperties": false,
        })
    };
    let intrinsic =
        function("An intrinsic function: {\"Ref\": ...}, {\"Fn::ImportValue\": ...}.", "Ref|Condition|Fn::.+");
    let names = LIST_FUNCTIONS.map(Function::name).join("|");
    let list = function("A function that gives the whole list: {\"Ref\": ...}, {\"Fn::Split\": ...}.", &names);
    root.insert("$defs".to_owned(), json!({"intrinsic": intrinsic, "list": list}));
    schema
}

fn level(level: Level) -> Value {
    let mut properties = Map::new();
    if level == Level::App {
        properties.insert(SCHEMA.to_owned(), json!({"type": "string"}));
    }
    for key in KEYS.iter().filter(|key| level.takes(key)) {
        let mut schema = value(&key.kind);
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".to_owned(), json!(key.doc));
        }
        properties.insert(key.name.to_owned(), schema);
    }
    let named = |doc: &str, below: Level| json!({"type": "object", "description": doc, "additionalProperties": self::level(below)});
    match level {
        Level::App => {
            let (stages, tasks) = ("What comes on top at a stage, by stage.", "What comes on top for a task, by task.");
            properties.insert(STAGES.to_owned(), named(stages, Level::Stage));
            properties.insert(TASKS.to_owned(), named(tasks, Level::Task));
        }
        Level::Task => {
            let doc = "What comes on top for the task at a stage, by stage.";
            properties.insert(STAGES.to_owned(), named(doc, Level::TaskStage));
        }
        Level::Stage | Level::TaskStage => {}
    }
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn value(kind: &Kind) -> Value {
    match kind {
        Kind::Single(form, _) => form.schema(),
        Kind::Object(members, ..) => object(members),
        Kind::Variables(_) | Kind::Tags(_) => json!({
            "type": "object",
            "additionalProperties": {"anyOf": [{"type": ["string", "number", "boolean"]}, {"$ref": "#/$defs/intrinsic"}]},
        }),
        Kind::List(Items::Strings, ..) => {
            json!({"anyOf": [Form::Strings.schema(), {"$ref": "#/$defs/list"}]})
        }
        Kind::List(Items::Policies, ..) => {
            json!({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1}]}})
        }
        Kind::List(Items::MediaTypes, ..) => json!({"type": "array", "items": {"type": "string"}}),
        Kind::List(Items::MethodSettings, ..) => json!({"type": "array", "items": {"type": "object"}}),
        Kind::List(Items::Resources, ..) => json!({
            "type": "array",
            "items": {"type": "object", "properties": {"Type": {"type": "string"}}, "required": ["Type"]},
        }),
    }
}

fn object(members: &[Member]) -> Value {
    let mut properties = Map::new();
    for member in members {
        let mut schema = member.form.schema();
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".to_owned(), json!(member.doc));
        }
        properties.insert(member.name.to_owned(), schema);
    }
    let needed: Vec<&str> = members.iter().filter(|member| member.is_needed).map(|member| member.name).collect();
    json!({"type": "object", "properties": properties, "required": needed, "additionalProperties": false})
}

impl Form {
    fn schema(self) -> Value {
        let or_function = |schema: Value| json!({"anyOf": [schema, {"$ref": "#/$defs/intrinsic"}]});
        match self {
            Form::String => or_function(json!({"type": "string"})),
            Form::Literal => json!({"type": "string"}),
            Form::Integer => or_function(json!({"type": "integer"})),
            Form::Number => or_function(json!({"type": "number"})),
            Form::Boolean => json!({"type": "boolean"}),
            Form::OneOf(values) => or_function(json!({"enum": values})),
            Form::Strings => json!({"type": "array", "items": Form::String.schema()}),
            Form::Literals => json!({"type": "array", "items": Form::Literal.schema()}),
            Form::LiteralInteger(min, max) => json!({"type": "integer", "minimum": min, "maximum": max}),
        }
    }
}
