//! Event filtering: which messages of a queue a task gets ("Control which events Lambda sends to your function" in Lambda's
//! developer guide, and "Comparison operators for use in event patterns" in EventBridge's user guide).
//!
//! Lambda refuses a pattern with an operator that it does not know. Here such an operator lets every message through: it may be
//! one that Lambda has learned since, and a message that is let through is not lost.

use serde_json::{Map, Value};

/// Names that make an object in a list an operator, and not an alternative of an `$or`.
const OPERATORS: &[&str] =
    &["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];

/// Whether the record of a message fits a pattern.
///
/// A body that is a JSON object or array fits only a pattern with an object for the body, and any other body only a pattern with
/// a list for it. A pattern without `body` does not look at it. As Lambda documents it, the numbers `300` and `300.0` are not
/// equal; `300.0` and `3.0e2` are equal here.
pub fn matches(pattern: &Value, record: &Value) -> bool {
    let body = record["body"].as_str().unwrap_or_default();
    let parsed = serde_json::from_str(body).ok().filter(|body: &Value| body.is_object() || body.is_array());
    let body = parsed.as_ref().map_or(Body::Text(&record["body"]), Body::Json);
    Check::of(pattern, &[record], Some(body)).holds(Some(record))
}

/// The operators of a pattern that are not known here, as JSON.
pub fn unknown_operators(pattern: &Value) -> Vec<String> {
    match pattern {
        Value::Object(keys) => {
            let of_key = |(key, value): (&String, &Value)| match alternatives(key, value) {
                Some(alternatives) => alternatives.iter().flat_map(unknown_operators).collect(),
                None => unknown_operators(value),
            };
            keys.iter().flat_map(of_key).collect()
        }
        Value::Array(rules) => {
            let is_unknown = |rule: &&Value| rule.as_object().is_some_and(|it| operator(it, &Value::Null).is_none());
            rules.iter().filter(is_unknown).map(Value::to_string).collect()
        }
        _ => Vec::new(),
    }
}

/// The body of a message.
#[derive(Clone, Copy)]
enum Body<'a> {
    Json(&'a Value),
    Text(&'a Value),
}

/// A pattern for one event.
enum Check<'a> {
    Never,
    All(Vec<Check<'a>>),
    Any(Vec<Check<'a>>),
    /// A check of the value under a key.
    Key(&'a str, Box<Check<'a>>),
    /// A check of this value, in place of the one that the others look at.
    At(&'a Value, Box<Check<'a>>),
    /// A check that one of the rules takes a value.
    Rules {
        rules: &'a [Value],
        /// Whether no value of the whole event has this path.
        is_absent: bool,
    },
}

impl<'a> Check<'a> {
    /// The check of a pattern. `everywhere` is what the event has at this path, in all elements of all arrays. Only a pattern
    /// for the record itself gets a body.
    fn of(pattern: &'a Value, everywhere: &[&'a Value], body: Option<Body<'a>>) -> Check<'a> {
        match pattern {
            Value::Object(keys) => Check::All(
                keys.iter()
                    .map(|(key, value)| match (alternatives(key, value), body) {
                        (Some(alternatives), _) => {
                            Check::Any(alternatives.iter().map(|it| Check::of(it, everywhere, body)).collect())
                        }
                        (None, Some(body)) if key == "body" => match (body, value) {
                            (Body::Json(body), Value::Object(_)) | (Body::Text(body), Value::Array(_)) => {
                                Check::At(body, Box::new(Check::of(value, &[body], None)))
                            }
                            _ => Check::Never,
                        },
                        _ => {
                            let elements = everywhere.iter().flat_map(|value| elements(value));
                            let below: Vec<&Value> = elements.filter_map(|element| element.get(key)).collect();
                            Check::Key(key, Box::new(Check::of(value, &below, None)))
                        }
                    })
                    .collect(),
            ),
            Value::Array(rules) => {
                Check::Rules { rules, is_absent: everywhere.iter().all(|value| leaves(value).next().is_none()) }
            }
            _ => Check::Never,
        }
    }

    fn holds(&self, value: Option<&Value>) -> bool {
        match self {
            Check::Never => false,
            Check::All(checks) => checks.iter().all(|check| check.holds(value)),
            Check::Any(checks) => checks.iter().any(|check| check.holds(value)),
            Check::Key(key, check) => check.is_met_by(value.and_then(|value| value.get(key))),
            Check::At(value, check) => check.is_met_by(Some(value)),
            Check::Rules { rules, is_absent } => {
                let one = |takes: &dyn Fn(&Value) -> bool| value.into_iter().flat_map(leaves).any(takes);
                rules.iter().any(|rule| match rule.as_object() {
                    None => one(&|leaf| leaf == rule),
                    Some(rule) if operator(rule, &Value::Null).is_none() => true,
                    Some(rule) if rule.get("exists") == Some(&Value::Bool(false)) => *is_absent,
                    Some(rule) => one(&|leaf| operator(rule, leaf) == Some(true)),
                })
            }
        }
    }

    /// Whether a value passes the check. Of an array, one element must meet all of what an object says.
    fn is_met_by(&self, value: Option<&Value>) -> bool {
        match value {
            Some(array @ Value::Array(_)) if matches!(self, Check::All(_)) => {
                let mut elements = elements(array).peekable();
                if elements.peek().is_none() { self.holds(None) } else { elements.any(|it| self.holds(Some(it))) }
            }
            value => self.holds(value),
        }
    }
}

/// The alternatives of an `$or`: two objects or more, none with an operator's name as a key. Otherwise it is a key like others.
fn alternatives<'a>(key: &str, value: &'a Value) -> Option<&'a [Value]> {
    let is_alternative =
        |value: &Value| value.as_object().is_some_and(|keys| !OPERATORS.iter().any(|name| keys.contains_key(*name)));
    let values = value.as_array().filter(|values| key == "$or" && values.len() > 1)?;
    values.iter().all(is_alternative).then_some(values.as_slice())
}

/// A value, or the elements of an array and of the arrays in it.
fn elements<'a>(value: &'a Value) -> Box<dyn Iterator<Item = &'a Value> + 'a> {
    match value {
        Value::Array(values) => Box::new(values.iter().flat_map(elements)),
        value => Box::new(std::iter::once(value)),
    }
}

/// The values that rules look at, which objects are not.
fn leaves(value: &Value) -> impl Iterator<Item = &Value> {
    elements(value).filter(|element| !element.is_object())
}

/// Whether an operator takes a value. `None` for an operator that is not known.
fn operator(rule: &Map<String, Value>, leaf: &Value) -> Option<bool> {
    let mut members = rule.iter();
    let (Some((name, argument)), None) = (members.next(), members.next()) else { return None };
    match name.as_str() {
        "exists" => argument.as_bool(),
        "numeric" => numeric(argument.as_array()?, leaf),
        "anything-but" => match argument {
            Value::Object(but) => {
                let mut members = but.iter();
                let (Some((name, argument)), None) = (members.next(), members.next()) else { return None };
                let several = argument.as_array().map_or(std::slice::from_ref(argument), Vec::as_slice);
                let takes: Option<Vec<bool>> = several.iter().map(|argument| of_string(name, argument, leaf)).collect();
                takes.map(|takes| !takes.contains(&true))
            }
            Value::Array(values) => Some(!values.contains(leaf)),
            value => Some(value != leaf),
        },
        name => of_string(name, argument, leaf),
    }
}

/// The operators that look at strings, and take nothing else.
fn of_string(name: &str, argument: &Value, leaf: &Value) -> Option<bool> {
    let text = leaf.as_str();
    let ignoring_case = argument.get("equals-ignore-case").and_then(Value::as_str);
    let fold = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
    Some(match (name, argument.as_str(), ignoring_case) {
        ("prefix", Some(start), _) => text.is_some_and(|text| text.starts_with(start)),
        ("prefix", None, Some(start)) => text.is_some_and(|text| fold(text).starts_with(&fold(start))),
        ("suffix", Some(end), _) => text.is_some_and(|text| text.ends_with(end)),
        ("suffix", None, Some(end)) => text.is_some_and(|text| fold(text).ends_with(&fold(end))),
        ("equals-ignore-case", Some(other), _) => text.is_some_and(|text| fold(text) == fold(other)),
        ("wildcard", Some(pattern), _) => {
            let pieces = pieces(pattern)?;
            text.is_some_and(|text| has_pieces(text, &pieces))
        }
        _ => return None,
    })
}

/// The pieces between the asterisks of a wildcard pattern. `\*` is an asterisk and `\\` a backslash; two asterisks in a row and
/// another escape are refused.
fn pieces(pattern: &str) -> Option<Vec<String>> {
    let mut pieces = vec![String::new()];
    let mut after_asterisk = false;
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        let literal = match character {
            '*' if after_asterisk => return None,
            '*' => None,
            '\\' => Some(characters.next().filter(|next| matches!(next, '*' | '\\'))?),
            other => Some(other),
        };
        after_asterisk = literal.is_none();
        match literal {
            Some(literal) => pieces.last_mut()?.push(literal),
            None => pieces.push(String::new()),
        }
    }
    Some(pieces)
}

/// Whether a text is these pieces with anything in between. The first place of a piece is as good as any later one, so nothing
/// is tried twice: the work grows with the text, not with the number of asterisks.
fn has_pieces(text: &str, pieces: &[String]) -> bool {
    let [first, middle @ .., last] = pieces else { return pieces.iter().all(|only| only == text) };
    let Some(mut rest) = text.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else {
        return false;
    };
    for piece in middle {
        let Some(place) = rest.find(piece.as_str()) else { return false };
        rest = &rest[place + piece.len()..];
    }
    true
}

/// `[">", 0, "<=", 5]`: all of the comparisons hold, of a number and not of a string.
fn numeric(comparisons: &[Value], leaf: &Value) -> Option<bool> {
    let pairs = comparisons.chunks_exact(2);
    if !pairs.remainder().is_empty() || comparisons.is_empty() {
        return None;
    }
    let number = if leaf.is_number() { leaf.as_f64() } else { None };
    let mut holds = number.is_some();
    for pair in pairs {
        let (sign, bound) = (pair[0].as_str()?, pair[1].as_f64()?);
        let compared = number.and_then(|number| number.partial_cmp(&bound));
        holds &= match sign {
            "=" => compared.is_some_and(std::cmp::Ordering::is_eq),
            "<" => compared.is_some_and(std::cmp::Ordering::is_lt),
            "<=" => compared.is_some_and(std::cmp::Ordering::is_le),
            ">" => compared.is_some_and(std::cmp::Ordering::is_gt),
            ">=" => compared.is_some_and(std::cmp::Ordering::is_ge),
            _ => return None,
        };
    }
    Some(holds)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::*;

    /// Checks that the first bodies fit a pattern for the body, and the others do not.
    fn check(pattern: Value, fit: &[Value], others: &[Value]) {
        assert_eq!(unknown_operators(&pattern), [""; 0]);
        let pattern = json!({"body": pattern});
        for (bodies, expected) in [(fit, true), (others, false)] {
            for body in bodies {
                let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
                assert_eq!(matches(&pattern, &json!({"body": body})), expected, "{pattern} {body}");
            }
        }
    }

    #[test]
    fn values_are_compared() {
        check(
            json!({"a": ["x", null, 7, true, ""]}),
            &[json!({"a": "x"}), json!({"a": null}), json!({"a": 7, "b": 1}), json!({"a": true}), json!({"a": ""})],
            &[
                json!({"a": "X"}),
                json!({}),
                json!({"a": "7"}),
                json!({"a": 7.0}),
                json!({"a": false}),
                json!({"a": {}}),
            ],
        );
        check(
            json!({"a": ["x"], "b": {"c": [1]}}),
            &[json!({"a": "x", "b": {"c": 1}})],
            &[json!({"a": "x"}), json!({"a": "x", "b": 1}), json!({"a": "x", "b": {"c": 2}}), json!({"b": {"c": 1}})],
        );
    }

    #[test]
    fn operators_of_strings() {
        check(
            json!({"a": [{"prefix": "us-"}]}),
            &[json!({"a": "us-east-1"}), json!({"a": "us-"})],
            &[json!({"a": "US-east-1"}), json!({"a": 1}), json!({})],
        );
        check(
            json!({"a": [{"prefix": {"equals-ignore-case": "Éa"}}]}),
            &[json!({"a": "éAb"}), json!({"a": "ÉA"})],
            &[json!({"a": "eab"})],
        );
        check(
            json!({"a": [{"suffix": ".png"}]}),
            &[json!({"a": "b.png"})],
            &[json!({"a": "b.PNG"}), json!({"a": "png"})],
        );
        check(
            json!({"a": [{"suffix": {"equals-ignore-case": ".pnG"}}]}),
            &[json!({"a": "b.PNg"})],
            &[json!({"a": "b.pn"})],
        );
        check(
            json!({"a": [{"equals-ignore-case": "Alice"}, 1]}),
            &[json!({"a": "aLICE"}), json!({"a": 1})],
            &[json!({"a": "Alice "})],
        );
    }

    #[test]
    fn wildcards() {
        let file = |name: &str| json!({"a": name});
        check(
            json!({"a": [{"wildcard": "dir/*.png"}]}),
            &[file("dir/a.png"), file("dir/.png"), file("dir/sub/b.png.png")],
            &[file("dir/a.jpg"), file("odir/a.png"), file("dir.png"), json!({"a": 1})],
        );
        check(
            json!({"a": [{"wildcard": "*/lib/*"}]}),
            &[file("/lib/"), file("a/lib/lib/b")],
            &[file("lib/"), file("/lib")],
        );
        check(json!({"a": [{"wildcard": "ab*ba"}]}), &[file("abba"), file("ab-ba")], &[file("aba")]);
        check(json!({"a": [{"wildcard": "*"}]}), &[file(""), file("a")], &[json!({})]);
        check(json!({"a": [{"wildcard": "plain"}]}), &[file("plain")], &[file("plain ")]);
        check(
            json!({"a": [{"wildcard": r"a\*b\\*"}]}),
            &[file(r"a*b\"), file(r"a*b\c")],
            &[file(r"a-b\"), file("a*b")],
        );
        // Backtracking would take longer than the universe has existed.
        let many = format!("{}b", "*a".repeat(2_000));
        check(
            json!({"a": [{"wildcard": many}]}),
            &[file(&format!("{}b", "a".repeat(500_000)))],
            &[file(&"a".repeat(500_000))],
        );
    }

    #[test]
    fn anything_but() {
        let a = |value: Value| json!({"a": value});
        check(
            json!({"a": [{"anything-but": "x"}]}),
            &[a(json!("y")), a(json!(1)), a(Value::Null)],
            &[a(json!("x")), json!({})],
        );
        check(json!({"a": [{"anything-but": 1}]}), &[a(json!(2)), a(json!("1"))], &[a(json!(1))]);
        check(json!({"a": [{"anything-but": ["x", "y"]}]}), &[a(json!("z"))], &[a(json!("x")), a(json!("y"))]);
        check(json!({"a": [{"anything-but": [1, 2]}]}), &[a(json!(3))], &[a(json!(1)), a(json!(2))]);
        check(json!({"a": [{"anything-but": {"prefix": "x"}}]}), &[a(json!("y")), a(json!(1))], &[a(json!("xy"))]);
        check(
            json!({"a": [{"anything-but": {"suffix": ["x", "y"]}}]}),
            &[a(json!("xz"))],
            &[a(json!("zx")), a(json!("zy"))],
        );
        check(
            json!({"a": [{"anything-but": {"equals-ignore-case": ["X", "y"]}}]}),
            &[a(json!("z"))],
            &[a(json!("x")), a(json!("Y"))],
        );
        check(json!({"a": [{"anything-but": {"wildcard": "*/lib/*"}}]}), &[a(json!("lib"))], &[a(json!("a/lib/b"))]);
        // Of an array, one other value is enough.
        check(json!({"a": [{"anything-but": "x"}]}), &[a(json!(["x", "y"]))], &[a(json!(["x"])), a(json!([]))]);
    }

    #[test]
    fn numbers() {
        let a = |value: Value| json!({"a": value});
        check(json!({"a": [{"numeric": ["=", 3.018e2]}]}), &[a(json!(301.8))], &[a(json!(301)), a(json!("301.8"))]);
        check(
            json!({"a": [{"numeric": [">", 10, "<=", 20]}]}),
            &[a(json!(10.5)), a(json!(20))],
            &[a(json!(10)), a(json!(20.01)), a(Value::Null), json!({})],
        );
        check(
            json!({"a": [{"numeric": ["<", -1]}, {"numeric": [">=", 1]}]}),
            &[a(json!(-2)), a(json!(1))],
            &[a(json!(0)), a(json!(-1))],
        );
    }

    #[test]
    fn existence_is_of_values() {
        let a = |value: Value| json!({"a": value});
        let there = [a(json!(1)), a(Value::Null), a(json!("")), a(json!([1]))];
        // An object is no value, and an array without values has none.
        let missing = [json!({}), json!({"b": 1}), a(json!({"b": 1})), a(json!([]))];
        check(json!({"a": [{"exists": true}]}), &there, &missing);
        check(json!({"a": [{"exists": false}]}), &missing, &there);
        check(json!({"a": {"b": [{"exists": false}]}}), &[json!({}), a(json!({})), a(json!(1))], &[a(json!({"b": 1}))]);
        check(json!({"a": [{"exists": false}, 1]}), &[json!({}), a(json!(1))], &[a(json!(2))]);
        // It exists where any element of the array has it.
        check(
            json!({"a": {"b": [{"exists": false}], "c": [1]}}),
            &[a(json!([{"c": 1}, {"d": 2}]))],
            &[a(json!([{"c": 1}, {"b": 2}]))],
        );
    }

    #[test]
    fn an_element_of_an_array_fits_as_a_whole() {
        let people = json!({"people": [[{"first": "Anna", "last": "Smith"}], {"first": "Peter", "last": "Jones"}]});
        check(json!({"people": {"first": ["Anna"], "last": ["Smith"]}}), std::slice::from_ref(&people), &[]);
        check(json!({"people": {"first": ["Anna"], "last": ["Jones"]}}), &[], &[people]);
        check(json!({"a": [1, "x"]}), &[json!({"a": [2, [1]]}), json!({"a": ["x"]})], &[json!({"a": [2]})]);
        check(json!({"a": [1]}), &[json!([{"a": 2}, {"a": 1}])], &[json!([]), json!([1])]);
    }

    #[test]
    fn alternatives_of_several_keys() {
        check(
            json!({"a": [1], "$or": [{"b": [1]}, {"c": [1], "$or": [{"d": [1]}, {"e": [{"exists": false}]}]}]}),
            &[json!({"a": 1, "b": 1}), json!({"a": 1, "c": 1}), json!({"a": 1, "c": 1, "d": 1, "e": 1})],
            &[json!({"b": 1}), json!({"a": 1}), json!({"a": 1, "c": 1, "e": 1})],
        );
        // With one object, or with an operator, it is a key.
        check(json!({"$or": [{"prefix": "a"}, {"suffix": "b"}]}), &[json!({"$or": "ac"})], &[json!({"prefix": "a"})]);
        let top = json!({"$or": [{"body": {"a": [1]}}, {"body": ["plain"]}]});
        for (body, expected) in [(r#"{"a": 1}"#, true), ("plain", true), (r#"{"a": 2}"#, false), ("other", false)] {
            assert_eq!(matches(&top, &json!({"body": body})), expected, "{body}");
        }
    }

    /// The table in "Properly filtering Amazon SQS messages".
    #[test]
    fn a_body_has_the_kind_of_the_pattern() {
        let (text, object) = (json!("plain"), json!({"a": 1}));
        check(json!(["plain", {"prefix": "pl"}]), &[text.clone(), json!("please")], &[json!("lain")]);
        check(
            json!([{"exists": true}, {"anything-but": "x"}]),
            std::slice::from_ref(&text),
            &[object.clone(), json!([1])],
        );
        check(json!({"b": [{"exists": false}]}), std::slice::from_ref(&object), std::slice::from_ref(&text));
        // No structure, so text.
        check(json!(["5", "null"]), &[json!("5"), json!("null")], &[json!("6")]);
        check(json!({"a": [1]}), &[object], &[json!("5"), json!("{\"a\": 1")]);
        for body in ["plain", r#"{"a": 1}"#] {
            let record = json!({"body": body, "attributes": {"MessageGroupId": "g"}, "messageAttributes": {
                "shop": {"stringValue": "books", "dataType": "String"}
            }});
            let matches = |pattern: Value| matches(&pattern, &record);
            assert!(matches(json!({"attributes": {"MessageGroupId": ["g"]}})));
            assert!(matches(json!({"messageAttributes": {"shop": {"stringValue": [{"prefix": "b"}]}}})));
            assert!(!matches(json!({"messageAttributes": {"shop": {"stringValue": ["toys"]}}})));
            assert!(matches(json!({"messageAttributes": {"city": {"stringValue": [{"exists": false}]}}})));
        }
    }

    #[test]
    fn unknown_operators_let_messages_through() {
        for unknown in [
            json!({"cidr": "10.0.0.0/8"}),
            json!({"prefix": 1}),
            json!({"prefix": "a", "suffix": "b"}),
            json!({"wildcard": "a**b"}),
            json!({"wildcard": r"a\b"}),
            json!({"numeric": [">"]}),
            json!({"numeric": ["~", 1]}),
            json!({"numeric": []}),
            json!({"anything-but": {"cidr": "10.0.0.0/8"}}),
            json!({"exists": "yes"}),
            json!({}),
        ] {
            let pattern = json!({"body": {"a": [unknown], "$or": [{"b": [1]}, {"c": [unknown]}]}});
            assert_eq!(unknown_operators(&pattern), vec![unknown.to_string(); 2]);
            for body in [r#"{"a": "x", "b": 1}"#, r#"{"c": 1}"#] {
                assert!(matches(&pattern, &json!({"body": body})), "{pattern} {body}");
            }
        }
    }
}
