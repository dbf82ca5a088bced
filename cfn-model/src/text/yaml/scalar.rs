//! What a plain scalar means: the rules of YAML 1.1, which CloudFormation and cfn-lint follow.

use crate::{Node, Number};

/// An integer of a base other than 10 that has more than 128 bits.
#[derive(Debug, PartialEq)]
pub(in crate::text) struct OutOfRange;

/// The value of a scalar without quotes and tag; `None` where it is a text.
///
/// Dates stay texts, and so do infinities and NaN, which JSON does not have.
pub(in crate::text) fn resolve(text: &str) -> Result<Option<Node>, OutOfRange> {
    let Some(first) = text.bytes().next() else { return Ok(Some(Node::Null)) };
    Ok(match first {
        b'~' | b'n' | b'N' | b'y' | b'Y' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' => word(text),
        b'0'..=b'9' | b'+' | b'-' | b'.' => match int(text) {
            Some(int) => Some(Node::Number(int?)),
            None => decimal(text).map(|text| Node::Number(Number::Decimal(text.into()))),
        },
        _ => None,
    })
}

fn word(text: &str) -> Option<Node> {
    match text {
        "~" | "null" | "Null" | "NULL" => Some(Node::Null),
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(Node::Bool(true)),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(Node::Bool(false)),
        _ => None,
    }
}

/// The base of a number that is written in base 8 or 60; `None` for every other text.
pub(in crate::text) fn base(text: &str) -> Option<u8> {
    let (_, digits) = unsigned(text);
    let (first, rest) = (digits.bytes().next()?, digits.get(1..)?);
    if !first.is_ascii_digit() {
        return None;
    }
    if rest.contains(':') {
        return (int(text).is_some() || decimal(text).is_some()).then_some(60);
    }
    let is_octal = first == b'0' && rest.starts_with(|char: char| char.is_ascii_digit() || char == '_');
    (is_octal && int(text).is_some()).then_some(8)
}

/// `12`, `1_000`, `0b1010`, `0755`, `0xff`, `1:30` (ninety: base 60).
pub(super) fn int(text: &str) -> Option<Result<Number, OutOfRange>> {
    let (negative, digits) = unsigned(text);
    let rest = digits.get(1..)?;
    let plain = |digits: &str, allowed: fn(u8) -> bool| digits.bytes().all(|byte| byte == b'_' || allowed(byte));
    let (radix, digits) = match digits.as_bytes()[0] {
        b'0' if rest.is_empty() => (10, digits),
        b'0' if rest.starts_with('b') => (2, &rest[1..]),
        b'0' if rest.starts_with('x') => (16, &rest[1..]),
        b'0' => (8, rest),
        b'1'..=b'9' => (10, digits),
        _ => return None,
    };
    let allowed: fn(u8) -> bool = match radix {
        2 => |byte| matches!(byte, b'0' | b'1'),
        8 => |byte| matches!(byte, b'0'..=b'7'),
        16 => |byte| byte.is_ascii_hexdigit(),
        _ => |byte| byte.is_ascii_digit(),
    };
    if radix == 10 && digits.contains(':') {
        return base_60(negative, digits).map(|sum| sum.map(number));
    }
    if !plain(digits, allowed) {
        return None;
    }
    let mut bare: String = digits.chars().filter(|char| *char != '_').collect();
    if bare.is_empty() {
        // `0_` is zero; `0x_` is nothing.
        return (radix == 8).then_some(Ok(Number::Int(0)));
    }
    if negative {
        bare.insert(0, '-');
    }
    if radix == 10 {
        return Some(Ok(Number::from_json(&bare)));
    }
    Some(i128::from_str_radix(&bare, radix).map(number).map_err(|_| OutOfRange))
}

fn number(int: i128) -> Number {
    i64::try_from(int).map_or_else(|_| Number::Decimal(int.to_string().into()), Number::Int)
}

fn base_60(negative: bool, digits: &str) -> Option<Result<i128, OutOfRange>> {
    let mut parts = digits.split(':');
    let first = parts.next()?;
    if !first.bytes().all(|byte| byte == b'_' || byte.is_ascii_digit()) {
        return None;
    }
    let mut sum = first.replace('_', "").parse::<i128>().ok();
    for part in parts {
        let value = sixtieth(part)?;
        sum = sum.and_then(|sum| sum.checked_mul(60)?.checked_add(value));
    }
    Some(sum.map(|sum| if negative { -sum } else { sum }).ok_or(OutOfRange))
}

/// One place of a number in base 60: `7`, `07`, `59`.
fn sixtieth(part: &str) -> Option<i128> {
    match part.as_bytes() {
        [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'] => part.parse().ok(),
        _ => None,
    }
}

/// `1.5`, `1.`, `.5`, `1_0.5`, `1.5e+3`, `1:30.5`: the number in JSON's grammar.
pub(super) fn decimal(text: &str) -> Option<String> {
    let (negative, digits) = unsigned(text);
    let (whole, fraction) = digits.split_once('.')?;
    let (fraction, exponent) = match fraction.find(['e', 'E']) {
        Some(place) => fraction.split_at(place),
        None => (fraction, ""),
    };
    let is_digits = |digits: &str| digits.bytes().all(|byte| byte == b'_' || byte.is_ascii_digit());
    if !is_digits(fraction) || !is_exponent(exponent) {
        return None;
    }
    if whole.contains(':') {
        return exponent.is_empty().then(|| base_60_decimal(negative, whole, fraction)).flatten();
    }
    if whole.is_empty() {
        // Without a digit before the point, there must be one behind it, and no sign.
        if digits.len() != text.len() || !fraction.starts_with(|char: char| char.is_ascii_digit()) {
            return None;
        }
    } else if !whole.starts_with(|char: char| char.is_ascii_digit()) || !is_digits(whole) {
        return None;
    }
    let (whole, fraction) = (whole.replace('_', ""), fraction.replace('_', ""));
    let whole = whole.trim_start_matches('0');
    let or_zero = |digits: &str| if digits.is_empty() { "0".to_owned() } else { digits.to_owned() };
    let sign = if negative { "-" } else { "" };
    Some(format!("{sign}{}.{}{exponent}", or_zero(whole), or_zero(&fraction)))
}

fn is_exponent(text: &str) -> bool {
    match text.as_bytes() {
        [] => true,
        [_, b'+' | b'-', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn base_60_decimal(negative: bool, whole: &str, fraction: &str) -> Option<String> {
    let sum = base_60(negative, whole)?.ok()?;
    let starts = whole.starts_with(|char: char| char.is_ascii_digit());
    let fraction = fraction.replace('_', "");
    let sign = if negative && sum == 0 { "-" } else { "" };
    starts.then(|| format!("{sign}{sum}.{}", if fraction.is_empty() { "0" } else { &fraction }))
}

fn unsigned(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}
