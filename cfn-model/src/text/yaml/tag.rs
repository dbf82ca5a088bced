//! What a tag asks for.

use std::borrow::Cow;

use granit_parser::Tag;

use crate::{Function, Node, Number, text::ErrorKind};

use super::scalar;

/// The meaning of a tag.
#[derive(Clone, PartialEq)]
pub(super) enum Meaning {
    /// No tag: the value says what it is.
    Plain,
    /// `!`, `!!str`: a text, whatever it looks like.
    Text,
    /// `!!int` and the like: the type of a scalar.
    Typed(&'static str),
    /// `!!map`, `!!seq`: what it is anyway.
    Collection,
    /// `!Sub`: the short form of a function, by its key. Any other tag is taken for one: what is wrong with it is for
    /// validation to say, beside all else that is.
    Short(Cow<'static, str>),
}

/// What `!!` stands for.
const CORE: &str = "tag:yaml.org,2002:";

pub(super) fn meaning(tag: Option<&Cow<'_, Tag>>) -> Result<Meaning, ErrorKind> {
    let Some(tag) = tag else { return Ok(Meaning::Plain) };
    if let Some(name) = tag.suffix_in_namespace(CORE) {
        return match &*name {
            "str" | "timestamp" => Ok(Meaning::Text),
            "int" => Ok(Meaning::Typed("int")),
            "float" => Ok(Meaning::Typed("float")),
            "bool" => Ok(Meaning::Typed("bool")),
            "null" => Ok(Meaning::Typed("null")),
            "map" | "seq" => Ok(Meaning::Collection),
            suffix => Err(ErrorKind::UnknownTag { tag: format!("!!{suffix}") }),
        };
    }
    // The tag `!` alone comes as an empty handle or an empty suffix.
    if tag.suffix().is_empty() || (tag.handle().is_empty() && tag.suffix() == "!") {
        return Ok(Meaning::Text);
    }
    if tag.handle() != "!" {
        return Err(ErrorKind::UnknownTag { tag: format!("{}{}", tag.handle(), tag.suffix()) });
    }
    Ok(Meaning::Short(match Function::from_tag(tag.suffix()) {
        Some(function) => Cow::Borrowed(function.name()),
        None => Cow::Owned(format!("Fn::{}", tag.suffix())),
    }))
}

/// The value of a scalar under `!!int` and the like.
pub(super) fn typed(tag: &'static str, text: &str) -> Result<Node, ErrorKind> {
    let mismatch = |expected| ErrorKind::TagMismatch { tag: tag.to_owned(), expected, value: text.to_owned() };
    if tag == "int" {
        let int = scalar::int(text).ok_or_else(|| mismatch("an integer"))?;
        return int.map(Node::Number).map_err(|_| ErrorKind::IntegerRange { digits: text.to_owned() });
    }
    if tag == "float" {
        let decimal = if is_json_number(text) { Some(text.to_owned()) } else { scalar::decimal(text) };
        return decimal.map(|text| Node::Number(Number::Decimal(text.into()))).ok_or_else(|| mismatch("a number"));
    }
    match scalar::resolve(text) {
        Ok(Some(node @ Node::Bool(_))) if tag == "bool" => Ok(node),
        Ok(Some(Node::Null)) if tag == "null" => Ok(Node::Null),
        _ if tag == "bool" => Err(mismatch("`true` or `false`")),
        _ => Err(mismatch("`null`")),
    }
}

/// Whether a text is a number in JSON's grammar.
fn is_json_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(place) => (&digits[..place], Some(&digits[place + 1..])),
        None => (digits, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(|text| is_digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}
