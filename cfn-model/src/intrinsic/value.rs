//! A literal or an intrinsic.

use indexmap::IndexMap;

use super::{Function, Intrinsic};
use crate::{IntoNode, Node};

/// A property value: a literal, or an intrinsic that is resolved when the stack is deployed.
///
/// Setters take `impl Into<Value<T>>`, so literals, variables, `format!` results, attributes of other
/// resources and [`sub`](super::sub) all fit without a word.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<T> {
    /// A value that is known now.
    Literal(T),
    /// A value that CloudFormation works out.
    Intrinsic(Box<Intrinsic>),
}

impl<T> Value<T> {
    /// The literal, if it is one.
    pub fn literal(&self) -> Option<&T> {
        match self {
            Value::Literal(literal) => Some(literal),
            Value::Intrinsic(_) => None,
        }
    }

    /// The same intrinsic where a value of another type is wanted, for the rare case in which
    /// CloudFormation knows better than the type: a string parameter used as a number.
    ///
    /// A literal is left to validation: it becomes its JSON form inside [`Intrinsic::Node`].
    pub fn cast<U>(self) -> Value<U>
    where
        T: IntoNode,
    {
        Value::Intrinsic(match self {
            Value::Literal(literal) => Box::new(Intrinsic::Node(literal.into_node())),
            Value::Intrinsic(intrinsic) => intrinsic,
        })
    }

    /// A value from its JSON form, unchecked: validation says whether it fits.
    pub fn raw(node: impl IntoNode) -> Value<T> {
        Intrinsic::from_node(node.into_node()).into_value()
    }

    /// Whether it is an intrinsic, or JSON that calls a function.
    pub fn is_intrinsic(&self) -> bool {
        match self {
            Value::Literal(_) => false,
            Value::Intrinsic(intrinsic) => match &**intrinsic {
                Intrinsic::Node(node) => Function::call(node).is_some(),
                _ => true,
            },
        }
    }
}

impl<T: IntoNode> IntoNode for Value<T> {
    fn into_node(self) -> Node {
        match self {
            Value::Literal(literal) => literal.into_node(),
            Value::Intrinsic(intrinsic) => intrinsic.into_node(),
        }
    }
}

impl<T> From<T> for Value<T> {
    fn from(literal: T) -> Value<T> {
        Value::Literal(literal)
    }
}

impl From<&str> for Value<String> {
    fn from(text: &str) -> Value<String> {
        Value::Literal(text.to_owned())
    }
}

impl From<&String> for Value<String> {
    fn from(text: &String) -> Value<String> {
        Value::Literal(text.clone())
    }
}

impl From<i32> for Value<i64> {
    fn from(number: i32) -> Value<i64> {
        Value::Literal(number.into())
    }
}

impl From<u32> for Value<i64> {
    fn from(number: u32) -> Value<i64> {
        Value::Literal(number.into())
    }
}

impl From<i32> for Value<f64> {
    fn from(number: i32) -> Value<f64> {
        Value::Literal(number.into())
    }
}

impl From<i64> for Value<f64> {
    fn from(number: i64) -> Value<f64> {
        Value::Literal(number as f64)
    }
}

#[diagnostic::do_not_recommend]
impl<E: StringEnum> From<&str> for Value<E> {
    fn from(text: &str) -> Value<E> {
        Value::Literal(E::parse(text))
    }
}

#[diagnostic::do_not_recommend]
impl<E: StringEnum> From<String> for Value<E> {
    fn from(text: String) -> Value<E> {
        Value::Literal(E::parse(&text))
    }
}

/// A property with a known set of strings, as a Rust enum. Every such enum has a variant `Other`, for
/// the day on which AWS knows one more.
pub trait StringEnum: Sized {
    /// The text that stands in the template.
    fn as_str(&self) -> &str;

    /// The variant for a text; `Other` where there is none.
    fn parse(text: &str) -> Self;
}

/// A list property: each member is a literal or an intrinsic. It is made from a `Vec` or an array.
#[derive(Clone, Debug, PartialEq)]
pub struct List<T>(pub Vec<Value<T>>);

/// A property with free keys: each value is a literal or an intrinsic. It is made from an array of pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Map<T>(pub IndexMap<String, Value<T>>);

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List(Vec::new())
    }
}

impl<T> Default for Map<T> {
    fn default() -> Map<T> {
        Map(IndexMap::new())
    }
}

impl<T, U: Into<Value<T>>> FromIterator<U> for List<T> {
    fn from_iter<I: IntoIterator<Item = U>>(items: I) -> List<T> {
        List(items.into_iter().map(Into::into).collect())
    }
}

impl<T, K: Into<String>, U: Into<Value<T>>> FromIterator<(K, U)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (K, U)>>(entries: I) -> Map<T> {
        Map(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<T, U: Into<Value<T>>> From<Vec<U>> for Value<List<T>> {
    fn from(items: Vec<U>) -> Value<List<T>> {
        Value::Literal(items.into_iter().collect())
    }
}

impl<T, U: Into<Value<T>>, const N: usize> From<[U; N]> for Value<List<T>> {
    fn from(items: [U; N]) -> Value<List<T>> {
        Value::Literal(items.into_iter().collect())
    }
}

impl<T, K: Into<String>, U: Into<Value<T>>> From<Vec<(K, U)>> for Value<Map<T>> {
    fn from(entries: Vec<(K, U)>) -> Value<Map<T>> {
        Value::Literal(entries.into_iter().collect())
    }
}

impl<T, K: Into<String>, U: Into<Value<T>>, const N: usize> From<[(K, U); N]> for Value<Map<T>> {
    fn from(entries: [(K, U); N]) -> Value<Map<T>> {
        Value::Literal(entries.into_iter().collect())
    }
}

impl<T: IntoNode> IntoNode for List<T> {
    fn into_node(self) -> Node {
        self.0.into_node()
    }
}

impl<T: IntoNode> IntoNode for Map<T> {
    fn into_node(self) -> Node {
        Node::Object(self.0.into_iter().map(|(key, value)| (key, value.into_node())).collect())
    }
}
