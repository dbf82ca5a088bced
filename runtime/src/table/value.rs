//! Values of DynamoDB as JSON: their order as keys, their size, whether two are the same.

use serde_json::Value;

use super::{call::Attributes, number::Number};

/// The largest item, in bytes: its names and its values.
pub(super) const MOST_BYTES: usize = 400 * 1024;

/// A value of a key, in DynamoDB's order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyPart {
    Number(Number),
    Text(String),
}

impl KeyPart {
    /// The value of a key: `{"S": "order-7"}`, `{"N": "7"}`.
    pub(super) fn of(value: &Value) -> Option<KeyPart> {
        match (value["S"].as_str(), value["N"].as_str()) {
            (Some(text), _) => Some(KeyPart::Text(text.to_owned())),
            (None, Some(number)) => Number::parse(number).map(KeyPart::Number),
            (None, None) => None,
        }
    }
}

/// Whether two values are the same for DynamoDB: `1` and `1.0` are, and so are sets in another order.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    canonical(one) == canonical(other)
}

/// Whether two items are the same.
pub(super) fn same_item(one: &Attributes, other: &Attributes) -> bool {
    one.len() == other.len() && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| same(value, other)))
}

/// A value in the one form that all values have which are the same.
pub(super) fn canonical(value: &Value) -> Value {
    let number = |text: &Value| {
        let parsed = text.as_str().and_then(Number::parse);
        parsed.map_or_else(|| text.clone(), |number| number.to_string().into())
    };
    let Some((name, inner)) = value.as_object().and_then(|object| object.iter().next()) else { return value.clone() };
    let inner = match (name.as_str(), inner) {
        ("N", inner) => number(inner),
        ("L", Value::Array(members)) => members.iter().map(canonical).collect(),
        ("M", Value::Object(members)) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), canonical(value))).collect())
        }
        ("SS" | "NS" | "BS", Value::Array(members)) => {
            let is_number = name == "NS";
            let mut members: Vec<Value> =
                members.iter().map(|member| if is_number { number(member) } else { member.clone() }).collect();
            members.sort_by_key(ToString::to_string);
            Value::Array(members)
        }
        (_, inner) => inner.clone(),
    };
    Value::Object(Attributes::from_iter([(name.clone(), inner)]))
}

/// The bytes of an item, as DynamoDB counts: names and values in UTF-8, about half a byte for a digit.
pub(super) fn size(item: &Attributes) -> usize {
    item.iter().map(|(name, value)| name.len() + size_of(value)).sum()
}

fn size_of(value: &Value) -> usize {
    let length = |value: &Value| value.as_str().map_or(0, str::len);
    let Some((name, inner)) = value.as_object().and_then(|object| object.iter().next()) else { return 0 };
    let each = |of: &dyn Fn(&Value) -> usize| inner.as_array().map_or(0, |members| members.iter().map(of).sum());
    let number = |value: &Value| length(value).div_ceil(2) + 1;
    let binary = |value: &Value| length(value) / 4 * 3;
    match (name.as_str(), inner) {
        ("S", inner) => length(inner),
        ("N", inner) => number(inner),
        ("B", inner) => binary(inner),
        ("SS", _) => each(&length),
        ("NS", _) => each(&number),
        ("BS", _) => each(&binary),
        ("L", Value::Array(members)) => 3 + members.iter().map(|member| 1 + size_of(member)).sum::<usize>(),
        ("M", Value::Object(members)) => 3 + size(members) + members.len(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_sets_are_the_same_in_any_form() {
        for (one, other, expected) in [
            (json!({"N": "1"}), json!({"N": "1.0"}), true),
            (json!({"N": "1"}), json!({"S": "1"}), false),
            (json!({"SS": ["a", "b"]}), json!({"SS": ["b", "a"]}), true),
            (json!({"L": [{"N": "10"}]}), json!({"L": [{"N": "1e1"}]}), true),
            (json!({"L": [{"S": "a"}, {"S": "b"}]}), json!({"L": [{"S": "b"}, {"S": "a"}]}), false),
            (json!({"M": {"a": {"NS": ["2", "1"]}}}), json!({"M": {"a": {"NS": ["1.0", "2"]}}}), true),
        ] {
            assert_eq!(same(&one, &other), expected, "{one} {other}");
        }
    }

    #[test]
    fn sizes_are_those_of_names_and_values() {
        let Value::Object(item) = json!({
            "id": {"S": "äb"}, "n": {"N": "1234"}, "ok": {"BOOL": true}, "l": {"L": [{"S": "abc"}]}, "b": {"B": "AAAA"},
        }) else {
            unreachable!()
        };
        assert_eq!(size(&item), (2 + 3) + (1 + 3) + (2 + 1) + (1 + 3 + 1 + 3) + (1 + 3));
    }
}
