//! The document tree: what a template is before anybody gives it a meaning.

use indexmap::IndexMap;

use crate::KeyHash;

/// A JSON or YAML object. Keys keep the order in which they were written. `Object::default()` is an empty one.
pub type Object = IndexMap<String, Node, KeyHash>;

/// A JSON or YAML value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Node {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer or a decimal number.
    Number(Number),
    /// A string.
    String(String),
    /// A list.
    Array(Vec<Node>),
    /// An object.
    Object(Object),
}

/// A number as it was written: a 64-bit integer, or the text of any other JSON number, so that
/// reading and writing a template changes no digit of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// An integer that fits into 64 bits.
    Int(i64),
    /// The text of any other number in JSON's grammar: `0.10`, `1e3`, an integer of more than 64 bits.
    Decimal(Box<str>),
}

impl Number {
    /// The number of a text in JSON's grammar.
    pub(crate) fn from_json(text: &str) -> Number {
        text.parse().map_or_else(|_| Number::Decimal(text.into()), Number::Int)
    }

    /// Whether it is written as an integer, of any size: `3` and not `3.0`.
    pub fn is_integer(&self) -> bool {
        match self {
            Number::Int(_) => true,
            Number::Decimal(text) => !text.contains(['.', 'e', 'E']),
        }
    }

    /// The number as an integer, where it is one: `3`, and `3.0` as well.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Number::Int(int) => Some(*int),
            Number::Decimal(text) if self.is_integer() => text.parse().ok(),
            Number::Decimal(_) => {
                let float = self.as_f64();
                // 2^53: above it, a float no longer tells neighbouring integers apart.
                (float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0).then_some(float as i64)
            }
        }
    }

    /// The number as a 64-bit float, rounded where it has to be.
    pub fn as_f64(&self) -> f64 {
        match self {
            Number::Int(int) => *int as f64,
            Number::Decimal(text) => text.parse().unwrap_or(f64::NAN),
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Number::Int(int) => int.fmt(f),
            Number::Decimal(text) => f.write_str(text),
        }
    }
}

impl Node {
    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Node::String(text) => Some(text),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Node::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The object, if it is one, to change it.
    pub fn as_object_mut(&mut self) -> Option<&mut Object> {
        match self {
            Node::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_array(&self) -> Option<&[Node]> {
        match self {
            Node::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The entry `key` of an object; `None` for anything else.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_object()?.get(key)
    }

    /// How many values it is, itself and all in it; a long text counts as several.
    pub fn size(&self) -> usize {
        match self {
            Node::String(text) => 1 + text.len() / 64,
            Node::Array(items) => 1 + items.iter().map(Node::size).sum::<usize>(),
            Node::Object(object) => 1 + object.iter().map(|(key, value)| key.len() / 64 + value.size()).sum::<usize>(),
            Node::Null | Node::Bool(_) | Node::Number(_) => 1,
        }
    }

    /// What kind of value it is, in JSON Schema's words: `"string"`, `"integer"`, `"object"`...
    pub fn kind(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Bool(_) => "boolean",
            Node::Number(number) if number.is_integer() => "integer",
            Node::Number(_) => "number",
            Node::String(_) => "string",
            Node::Array(_) => "array",
            Node::Object(_) => "object",
        }
    }
}

impl std::ops::Index<&str> for Node {
    type Output = Node;

    /// The entry `key` of an object; `Node::Null` where there is none, as in `serde_json`.
    fn index(&self, key: &str) -> &Node {
        self.get(key).unwrap_or(&Node::Null)
    }
}

/// Whatever can stand in a template: literals, lists, intrinsics, typed resources, `serde_json` values.
pub trait IntoNode {
    /// The JSON form.
    fn into_node(self) -> Node;
}

impl IntoNode for Node {
    fn into_node(self) -> Node {
        self
    }
}

impl IntoNode for bool {
    fn into_node(self) -> Node {
        Node::Bool(self)
    }
}

impl IntoNode for String {
    fn into_node(self) -> Node {
        Node::String(self)
    }
}

impl IntoNode for &str {
    fn into_node(self) -> Node {
        Node::String(self.to_owned())
    }
}

impl IntoNode for &String {
    fn into_node(self) -> Node {
        Node::String(self.clone())
    }
}

impl IntoNode for i64 {
    fn into_node(self) -> Node {
        Node::Number(Number::Int(self))
    }
}

macro_rules! small_integers {
    ($($type:ty)*) => {$(
        impl IntoNode for $type {
            fn into_node(self) -> Node {
                i64::from(self).into_node()
            }
        }
    )*};
}

small_integers! { u8 u16 i32 u32 }

impl IntoNode for f64 {
    /// A whole number is written as one: `900.0` as `900`. Infinities and NaN, which JSON cannot express,
    /// become `null`.
    fn into_node(self) -> Node {
        let number = Number::Decimal(format!("{self:?}").into());
        match number.as_i64() {
            Some(int) => Node::Number(Number::Int(int)),
            None if self.is_finite() => Node::Number(number),
            None => Node::Null,
        }
    }
}

impl IntoNode for Object {
    fn into_node(self) -> Node {
        Node::Object(self)
    }
}

impl<T: IntoNode> IntoNode for Box<T> {
    fn into_node(self) -> Node {
        (*self).into_node()
    }
}

impl<T: IntoNode> IntoNode for Vec<T> {
    fn into_node(self) -> Node {
        Node::Array(self.into_iter().map(IntoNode::into_node).collect())
    }
}

impl<T: IntoNode, const N: usize> IntoNode for [T; N] {
    fn into_node(self) -> Node {
        Node::Array(self.into_iter().map(IntoNode::into_node).collect())
    }
}

impl IntoNode for serde_json::Value {
    fn into_node(self) -> Node {
        use serde_json::Value;
        match self {
            Value::Null => Node::Null,
            Value::Bool(bool) => Node::Bool(bool),
            Value::Number(number) => match number.as_i64() {
                Some(int) => Node::Number(Number::Int(int)),
                None => Node::Number(Number::Decimal(number.to_string().into())),
            },
            Value::String(text) => Node::String(text),
            Value::Array(items) => items.into_node(),
            Value::Object(map) => Node::Object(map.into_iter().map(|(key, value)| (key, value.into_node())).collect()),
        }
    }
}

/// So that tests of templates read well: `assert_eq!(template.resource("Jobs").unwrap(), &json!({..}))`. The order of
/// keys does not count.
impl PartialEq<serde_json::Value> for Node {
    fn eq(&self, other: &serde_json::Value) -> bool {
        *self == other.clone().into_node()
    }
}

impl serde::Serialize for Node {
    /// Decimals become 64-bit floats, or unsigned integers where they are some; [`crate::text::to_json`] is what
    /// keeps their digits.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(bool) => serializer.serialize_bool(*bool),
            Node::Number(Number::Int(int)) => serializer.serialize_i64(*int),
            Node::Number(number @ Number::Decimal(text)) => match text.parse() {
                Ok(int) => serializer.serialize_u64(int),
                Err(_) => serializer.serialize_f64(number.as_f64()),
            },
            Node::String(text) => serializer.serialize_str(text),
            Node::Array(items) => serializer.collect_seq(items),
            Node::Object(object) => serializer.collect_map(object),
        }
    }
}
