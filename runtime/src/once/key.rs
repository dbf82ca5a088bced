//! Keys as text: the same for the same key, whatever order a map has.

use serde::Serialize;
use serde_json::Value;

/// The JSON of a key, with the fields of objects in alphabetical order. The error says why the key is invalid.
pub(super) fn text<K: Serialize + ?Sized>(key: &K) -> Result<String, String> {
    of_value(serde_json::to_value(key).map_err(|error| error.to_string()))
}

fn of_value(key: Result<Value, String>) -> Result<String, String> {
    let key = key.map_err(|error| format!("must be JSON: {error}"))?;
    if is_empty(&key) {
        return Err(format!("must say which one it is, got `{key}`"));
    }
    let mut text = String::new();
    write(&key, &mut text);
    Ok(text)
}

/// Whether a key says nothing: many messages would have the same.
fn is_empty(key: &Value) -> bool {
    match key {
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(members) => members.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
    }
}

/// Does not rely on the order of `serde_json`'s maps: any crate can change it with the feature `preserve_order`.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(members) => {
            text.push('[');
            for (index, member) in members.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write(member, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (index, (name, member)) in members.into_iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                text.push_str(&Value::String(name.clone()).to_string());
                text.push(':');
                write(member, text);
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_is_the_same_in_any_order() {
        for (key, expected) in [
            (json!("order-7"), r#""order-7""#),
            (json!(7), "7"),
            (json!(false), "false"),
            (json!(["a", null, 1.5]), r#"["a",null,1.5]"#),
            (json!({"b": {"d": 1, "c\"": 2}, "a": []}), r#"{"a":[],"b":{"c\"":2,"d":1}}"#),
        ] {
            assert_eq!(text(&key).unwrap(), expected);
        }
        let many: HashMap<String, u32> = (0..50).map(|number| (format!("k{number}"), number)).collect();
        let again: HashMap<String, u32> = (0..50).rev().map(|number| (format!("k{number}"), number)).collect();
        assert_eq!(text(&many).unwrap(), text(&again).unwrap());
        assert_eq!(text("text").unwrap(), text(&"text".to_owned()).unwrap());
    }

    #[test]
    fn a_key_says_something() {
        for (key, expected) in [
            (json!(null), "must say which one it is, got `null`"),
            (json!(""), "must say which one it is, got `\"\"`"),
            (json!([null, ""]), "must say which one it is, got `[null,\"\"]`"),
            (json!({"id": null}), "must say which one it is, got `{\"id\":null}`"),
        ] {
            assert_eq!(text(&key).unwrap_err(), expected);
        }
        let no_json: HashMap<(u8, u8), u8> = HashMap::from([((1, 2), 3)]);
        assert_eq!(text(&no_json).unwrap_err(), "must be JSON: key must be a string");
    }
}
