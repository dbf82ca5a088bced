//! SQS's rules for parameters.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::error::{Kind, Problem};
use crate::{
    queue::{Attribute, Attributes},
    time::Millis,
};

/// The most attributes of a message.
const MAX_ATTRIBUTES: usize = 10;
/// The longest name, and type, of an attribute.
const MAX_NAME: usize = 256;
/// The longest group, deduplication id, or id of an attempt.
const MAX_ID: usize = 128;
/// The most digits of a number.
const MAX_DIGITS: usize = 38;
/// The range of numbers other than 0.
const NUMBERS: std::ops::RangeInclusive<f64> = 1e-128..=1e126;
/// The only attribute that a sender can give to SQS.
const TRACE_HEADER: &str = "AWSTraceHeader";

/// An attribute of a message, as a client sends it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttributeValue {
    data_type: Option<String>,
    string_value: Option<String>,
    binary_value: Option<String>,
    string_list_values: Option<Vec<Value>>,
    binary_list_values: Option<Vec<Value>>,
}

/// Attributes, by their names.
pub(super) type AttributeValues = BTreeMap<String, AttributeValue>;

/// The input of an operation.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| Problem::new(Kind::Serialization, format!("body: {error}")))
}

/// A parameter that must be there, and not empty.
pub(super) fn required<'a>(value: Option<&'a str>, parameter: &str) -> Result<&'a str, Problem> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| Problem::missing(parameter))
}

/// A number that must be in a range, where it is given.
pub(super) fn ranged(value: Option<i64>, range: (u64, u64), parameter: &str) -> Result<Option<u64>, Problem> {
    let Some(value) = value else { return Ok(None) };
    let (least, most) = range;
    let fits = u64::try_from(value).ok().filter(|value| (least..=most).contains(value));
    let reason = || format!("Must be >= {least} and <= {most}, if provided.");
    fits.map(Some).ok_or_else(|| Problem::value(value, parameter, &reason()))
}

/// A number of seconds, as milliseconds.
pub(super) fn seconds(value: Option<i64>, most: u64, parameter: &str) -> Result<Option<Millis>, Problem> {
    Ok(ranged(value, (0, most), parameter)?.map(|seconds| seconds * 1000))
}

/// Whether a string has only characters that SQS takes: those of XML 1.0.
fn is_text(text: &str) -> bool {
    let is_allowed =
        |char| matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().all(is_allowed)
}

/// The body of a message.
pub(super) fn body(body: Option<&str>) -> Result<&str, Problem> {
    let body = required(body, "MessageBody")?;
    if !is_text(body) {
        let message = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | \
                       #xE000 to #xFFFD | #x10000 to #x10FFFF";
        return Err(Problem::new(Kind::InvalidMessageContents, message));
    }
    Ok(body)
}

/// A message group, a deduplication id, or the id of an attempt.
pub(super) fn id(value: Option<&str>, parameter: &str) -> Result<Option<Arc<str>>, Problem> {
    let Some(value) = value else { return Ok(None) };
    if value.is_empty() || value.len() > MAX_ID || !value.chars().all(|char| char.is_ascii_graphic()) {
        let reason =
            format!("{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.");
        return Err(Problem::value(value, parameter, &reason));
    }
    Ok(Some(value.into()))
}

/// The attributes of a message, where it has some.
pub(super) fn attributes(
    named: Option<AttributeValues>,
    system: Option<AttributeValues>,
    sender: Option<u64>,
) -> Result<Option<Arc<Attributes>>, Problem> {
    let named = named.unwrap_or_default();
    if named.len() > MAX_ATTRIBUTES {
        let message =
            format!("Number of message attributes [{}] exceeds the allowed maximum [{MAX_ATTRIBUTES}].", named.len());
        return Err(Problem::invalid(message));
    }
    let mut checked = BTreeMap::new();
    for (name, value) in named {
        attribute_name(&name)?;
        let value = attribute(&format!("(user) attribute '{name}'"), value)?;
        checked.insert(name, value);
    }
    let mut trace_header = None;
    for (name, value) in system.unwrap_or_default() {
        if name != TRACE_HEADER {
            return Err(Problem::invalid(format!("Message system attribute name '{name}' is invalid.")));
        }
        let subject = format!("system attribute '{name}'");
        let value = attribute(&subject, value)?;
        if value.data_type != "String" {
            return Err(Problem::invalid(format!("Message {subject} must be of type 'String'.")));
        }
        trace_header = Some(value.value);
    }
    if checked.is_empty() && trace_header.is_none() && sender.is_none() {
        return Ok(None);
    }
    Ok(Some(Arc::new(Attributes { named: checked, trace_header, sender })))
}

fn attribute_name(name: &str) -> Result<(), Problem> {
    let lower = name.to_ascii_lowercase();
    let message = if name.is_empty() {
        "The request must contain non-empty message (user) attribute names.".to_owned()
    } else if name.len() > MAX_NAME {
        format!("Message (user) attribute name must be shorter than {} bytes.", MAX_NAME + 1)
    } else if !name.chars().all(is_of_name) {
        format!(
            "Message (user) attribute name '{name}' can only contain upper and lower case letters, digits, periods, \
             hyphens and underscores."
        )
    } else if lower.starts_with("aws.") || lower.starts_with("amazon.") {
        "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for \
         internal use."
            .to_owned()
    } else if name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        format!("Message (user) attribute name '{name}' must not begin or end with '.', nor have two of them in a row.")
    } else {
        return Ok(());
    };
    Err(Problem::invalid(message))
}

fn is_of_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || "_-.".contains(char)
}

fn attribute(subject: &str, given: AttributeValue) -> Result<Attribute, Problem> {
    let invalid = |message: String| Err(Problem::invalid(message));
    let data_type = given.data_type.unwrap_or_default();
    if data_type.is_empty() {
        return invalid(format!("The message {subject} must contain a non-empty message attribute type."));
    }
    let (base, label) = data_type.split_once('.').unwrap_or((&data_type, "-"));
    if !["String", "Number", "Binary"].contains(&base) || label.is_empty() || !label.chars().all(is_of_name) {
        return invalid(format!(
            "The type of message {subject} is invalid. You must use only the following supported type prefixes: \
             Binary, Number, String."
        ));
    }
    if data_type.len() > MAX_NAME {
        return invalid(format!("The type of message {subject} must be shorter than {} bytes.", MAX_NAME + 1));
    }
    if [given.string_list_values, given.binary_list_values].into_iter().flatten().any(|list| !list.is_empty()) {
        let message = "Message attribute list values in SendMessage operation are not supported.";
        return Err(Problem::new(Kind::UnsupportedOperation, message));
    }
    let (value, other, field) = match base {
        "Binary" => (given.binary_value, given.string_value, "BinaryValue"),
        _ => (given.string_value, given.binary_value, "StringValue"),
    };
    if other.is_some() {
        return invalid(format!("Message {subject} with type '{data_type}' must use field '{field}', and no other."));
    }
    let value = value.unwrap_or_default();
    if value.is_empty() {
        return invalid(format!("Message {subject} must contain a non-empty value of type '{data_type}'."));
    }
    match base {
        "Binary" if BASE64_STANDARD.decode(&value).is_err() => {
            let message = format!("body: the value of message {subject} must be in base64");
            return Err(Problem::new(Kind::Serialization, message));
        }
        "Number" if !is_number(&value) => {
            return invalid(format!("Can't cast the value of message {subject} to a number."));
        }
        "String" if !is_text(&value) => {
            return invalid(format!("Message {subject} contains characters that are not allowed."));
        }
        _ => {}
    }
    Ok(Attribute { data_type, value })
}

/// Whether a string is a number with at most 38 digits, between 10^-128 and 10^126.
fn is_number(text: &str) -> bool {
    let is_of_number = |char: char| char.is_ascii_digit() || "+-.eE".contains(char);
    let Some(value) = text.parse::<f64>().ok().filter(|_| text.chars().all(is_of_number)) else { return false };
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len() <= MAX_DIGITS && (value == 0.0 || NUMBERS.contains(&value.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_sqs() {
        let check = |text: &str, expected: bool| assert_eq!(is_number(text), expected, "{text}");
        for text in ["0", "-1.5", "1e126", "-1E-128", "12345678901234567890123456789012345678", "0.0", "100000e3"] {
            check(text, true);
        }
        for text in ["", "x", "inf", "NaN", "1e127", "1e-129", "123456789012345678901234567890123456789", "1 ", "0x1"] {
            check(text, false);
        }
    }
}
