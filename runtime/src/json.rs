//! Reading JSON, with an error for numbers that would silently become others.

use std::any::TypeId;

use serde::de::{DeserializeOwned, Error as _};
use serde_json::Value;

/// Reads a type from JSON. An integer beyond 64 bits is an error for a [`Value`], which would hold it as a floating
/// point number; types that say what they take, `i128` or `f64`, get it.
pub(crate) fn from_str<T: DeserializeOwned + 'static>(text: &str) -> Result<T, serde_json::Error> {
    let value = serde_json::from_str(text)?;
    if TypeId::of::<T>() == TypeId::of::<Value>()
        && let Some(integer) = large_integer(text)
    {
        let digits = integer.len();
        return Err(serde_json::Error::custom(format_args!(
            "integer {integer:.40} of {digits} characters does not fit into 64 bits, and a `serde_json::Value` would \
             change it; use a type with an `i128`, a string or an `f64`"
        )));
    }
    Ok(value)
}

/// The first integer in valid JSON that is beyond 64 bits.
fn large_integer(json: &str) -> Option<&str> {
    let bytes = json.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        match bytes[index] {
            b'"' => index = end_of_string(bytes, index + 1),
            b'-' | b'0'..=b'9' => {
                let end = bytes[index..]
                    .iter()
                    .position(|byte| !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'));
                let end = end.map_or(bytes.len(), |length| index + length);
                let number = &json[index..end];
                let is_integer = !number.contains(['.', 'e', 'E']);
                if is_integer && number.parse::<i64>().is_err() && number.parse::<u64>().is_err() {
                    return Some(number);
                }
                index = end;
            }
            _ => index += 1,
        }
    }
    None
}

/// The index behind a string's closing quote.
fn end_of_string(bytes: &[u8], mut index: usize) -> usize {
    while index < bytes.len() {
        match bytes[index] {
            b'"' => return index + 1,
            b'\\' => index += 2,
            _ => index += 1,
        }
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_integers_are_no_values() {
        for (json, expected) in [
            ("18446744073709551615", None),
            ("-9223372036854775808", None),
            ("18446744073709551616", Some("18446744073709551616")),
            ("-9223372036854775809", Some("-9223372036854775809")),
            ("[1, {\"a\": 12345678901234567890123456789}]", Some("12345678901234567890123456789")),
            ("12345678901234567890123456789.0", None),
            ("1e400000", None),
            (r#"{"18446744073709551616": "\"18446744073709551616", "b": "\\"}"#, None),
            ("-0", None),
        ] {
            assert_eq!(large_integer(json), expected, "{json}");
        }
        assert!(from_str::<Value>("18446744073709551616").unwrap_err().to_string().contains("64 bits"));
        assert_eq!(from_str::<i128>("18446744073709551616").unwrap(), 1 << 64);
        assert_eq!(from_str::<f64>("18446744073709551616").unwrap(), 18_446_744_073_709_551_616.0);
    }
}
