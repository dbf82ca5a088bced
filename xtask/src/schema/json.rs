//! serde's JSON as the builder of the data reads it.

use cfn_schema::build::{Json, View};

/// A value that was read by serde.
#[derive(Clone, Copy)]
pub struct Value<'a>(pub &'a serde_json::Value);

impl<'a> Json<'a> for Value<'a> {
    fn view(self) -> View<'a, Self> {
        match self.0 {
            serde_json::Value::Null => View::Null,
            serde_json::Value::Bool(value) => View::Bool(*value),
            serde_json::Value::Number(_) => View::Number,
            serde_json::Value::String(text) => View::String(text),
            serde_json::Value::Array(items) => View::Array(items.iter().map(Value).collect()),
            serde_json::Value::Object(map) => {
                View::Object(map.iter().map(|(name, value)| (name.as_str(), Value(value))).collect())
            }
        }
    }

    fn get(self, name: &str) -> Option<Self> {
        self.0.get(name).map(Value)
    }

    fn text(self) -> String {
        self.0.to_string()
    }
}
