//! Parameters of a command: of a query, or of a body of JSON.

use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::{
    cloud::{CloudError, Stopped},
    dashboard::actions::ActionError,
    time::Millis,
};

/// A refusal of a command.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) message: String,
}

impl Refused {
    /// Refuses a command with wrong parameters.
    pub(super) fn bad(message: impl Into<String>) -> Refused {
        Refused { status: StatusCode::BAD_REQUEST, message: message.into() }
    }

    /// Refuses a command that names something that does not exist.
    pub(super) fn missing(message: impl Into<String>) -> Refused {
        Refused { status: StatusCode::NOT_FOUND, message: message.into() }
    }
}

impl From<Stopped> for Refused {
    fn from(stopped: Stopped) -> Refused {
        Refused { status: StatusCode::SERVICE_UNAVAILABLE, message: stopped.to_string() }
    }
}

impl From<CloudError> for Refused {
    fn from(error: CloudError) -> Refused {
        match error {
            CloudError::Refused(refusal) => Refused::bad(refusal.to_string()),
            CloudError::Stopped(stopped) => stopped.into(),
        }
    }
}

impl From<ActionError> for Refused {
    fn from(error: ActionError) -> Refused {
        let status = match error {
            ActionError::NotOffered(_) | ActionError::Input(_) => StatusCode::BAD_REQUEST,
            ActionError::Failed(_) => StatusCode::BAD_GATEWAY,
        };
        Refused { status, message: error.to_string() }
    }
}

/// The parameters of a command, by their names.
#[derive(Debug, Default)]
pub(super) struct Params(Map<String, Value>);

impl Params {
    /// The parameters of a query: a name that occurs more than once is a list.
    pub(super) fn of_query(query: &str) -> Params {
        let mut params = Map::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, "true"));
            let (name, value) = (decoded(name), Value::String(decoded(value)));
            match params.get_mut(&name) {
                None => drop(params.insert(name, value)),
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        Params(params)
    }

    /// The parameters of a body, an object.
    pub(super) fn of_body(body: &[u8]) -> Result<Params, Refused> {
        if body.trim_ascii().is_empty() {
            return Ok(Params::default());
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(mut params)) => {
                // `{"id": 7}` and `{"id": "7"}` are the same, as they are in a query.
                for value in params.values_mut().filter(|value| value.is_number()) {
                    *value = value.to_string().into();
                }
                Ok(Params(params))
            }
            Ok(_) => Err(Refused::bad("body: must be an object of parameters")),
            Err(error) => Err(Refused::bad(format!("body: must be JSON: {error}"))),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// An optional text.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refused> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refused::bad(format!("{name}: must be a string"))),
        }
    }

    /// An optional text; `None` for an empty one.
    pub(super) fn filter(&self, name: &str) -> Result<Option<&str>, Refused> {
        Ok(self.text(name)?.filter(|text| !text.is_empty()))
    }

    /// A text that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&str, Refused> {
        self.text(name)?.ok_or_else(|| Refused::bad(format!("{name}: is missing")))
    }

    /// An optional whole number.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Refused> {
        let number = match self.0.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.parse().ok(),
            Some(value) => value.as_u64(),
        };
        number.map(Some).ok_or_else(|| Refused::bad(format!("{name}: must be a whole number")))
    }

    /// Whether a flag is there.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refused> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            Some(_) => Err(Refused::bad(format!("{name}: must be true or false"))),
        }
    }

    /// A list of texts or numbers; a single one is a list too.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, Refused> {
        let text = |value: &Value| match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err(Refused::bad(format!("{name}: must be a list of strings or numbers"))),
        };
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(values)) => values.iter().map(text).collect(),
            Some(value) => Ok(vec![text(value)?]),
        }
    }
}

/// Decodes `%20` and `+` of a query.
fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Refuses a text that is no JSON.
pub(super) fn must_be_json(name: &str, text: &str) -> Result<(), Refused> {
    let wrong = |error| Refused::bad(format!("{name}: must be JSON: {error}"));
    serde_json::from_str(text).map(|serde::de::IgnoredAny| ()).map_err(wrong)
}

/// A duration: `90s`, `15m`, `1h`, `2d`, `250ms`, `1h30m`; a number alone is seconds.
pub(super) fn duration(text: &str) -> Result<Millis, Refused> {
    let wrong = || Refused::bad(format!("duration: must be such as `90s`, `15m`, `1h30m` or `2d`, got `{text}`"));
    let (mut sum, mut rest): (Millis, &str) = (0, text.trim());
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number: Millis = rest[..digits].parse().map_err(|_| wrong())?;
        rest = &rest[digits..];
        let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let unit = match &rest[..end] {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(wrong()),
        };
        rest = &rest[end..];
        sum = number.checked_mul(unit).and_then(|millis| sum.checked_add(millis)).ok_or_else(wrong)?;
    }
    // A hundred years: a time beyond it has no date that everybody can read.
    if sum > 3_155_760_000_000 { Err(wrong()) } else { Ok(sum) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, expected) in [
            ("90", Some(90_000)),
            ("250ms", Some(250)),
            ("1h30m", Some(5_400_000)),
            (" 2d ", Some(172_800_000)),
            ("", None),
            ("h", None),
            ("1 h", None),
            ("1w", None),
            ("-1h", None),
            ("1é", None),
            ("99999999999999999999h", None),
            ("9999999999h", None),
        ] {
            assert_eq!(duration(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn queries() {
        let params = Params::of_query("a=1&b=x%20y+z&b=%e4%zz&flag&c=");
        assert_eq!(params.number("a").unwrap(), Some(1));
        assert_eq!(params.list("b").unwrap(), ["x y z", "\u{fffd}%zz"]);
        assert!(params.flag("flag").unwrap() && !params.flag("other").unwrap());
        assert_eq!(params.filter("c").unwrap(), None);
        assert!(params.text("b").is_err() && params.need("d").is_err() && params.number("b").is_err());
        assert!(Params::of_body(b"[]").is_err() && Params::of_body(b"{").is_err() && Params::of_body(b" ").is_ok());
    }
}
