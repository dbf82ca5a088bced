//! JSON as a person reads it: lists of objects as tables, the rest as lines.

use std::{fmt::Write, ops::Range};

use async_lambda_local::time::utc;
use serde_json::{Map, Value};

/// Numbers that are milliseconds since 1970, and nothing else.
const TIMES: Range<u64> = 1_000_000_000_000..10_000_000_000_000;

/// Members that are milliseconds.
const DURATIONS: [&str; 3] = ["visibility", "retention", "delay"];

/// The longest list in a cell of a table.
const MOST: usize = 8;

/// The longest cell of a table, in characters.
const LONGEST: usize = 60;

/// A value as text.
pub(super) fn text(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
}

fn write(text: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::Array(list) if list.iter().all(Value::is_object) && !list.is_empty() => {
                        line(text, indent, &format!("{name}:"));
                        table(text, list, indent + 2);
                    }
                    Value::Object(inner) if !inner.is_empty() => {
                        line(text, indent, &format!("{name}:"));
                        write(text, member, indent + 2);
                    }
                    _ => line(text, indent, &format!("{name}: {}", member_cell(name, member))),
                }
            }
        }
        Value::Array(list) if list.iter().all(Value::is_object) && !list.is_empty() => table(text, list, indent),
        other => line(text, indent, &cell(other)),
    }
}

fn line(text: &mut String, indent: usize, content: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{:indent$}{content}", "");
}

/// Objects as a table: a column for each member that one of them has and that is no list or object.
fn table(text: &mut String, list: &[Value], indent: usize) {
    let rows: Vec<Map<String, Value>> = list.iter().filter_map(Value::as_object).map(flat).collect();
    let mut names: Vec<&String> = Vec::new();
    for name in rows.iter().flat_map(Map::keys) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // A column that says nothing is left out.
    names.retain(|name| {
        rows.iter().any(|row| {
            row.get(*name)
                .is_some_and(|value| !value.is_null() && value.as_array().is_none_or(|list| list.len() <= MOST))
        })
    });
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            names
                .iter()
                .map(|name| shortened(row.get(*name).map_or_else(String::new, |value| member_cell(name, value))))
                .collect()
        })
        .collect();
    let widths: Vec<usize> = (0..names.len())
        .map(|index| cells.iter().map(|row| row[index].chars().count()).chain([names[index].len()]).max().unwrap_or(0))
        .collect();
    let row = |values: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = values.zip(&widths).map(|(value, width)| format!("{value:width$}")).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let head = row(&mut names.iter().map(|name| name.as_str()));
    line(text, indent, &head);
    for cells in &cells {
        let cells = row(&mut cells.iter().map(String::as_str));
        line(text, indent, &cells);
    }
}

/// An object with the members of the objects in it beside its own.
fn flat(object: &Map<String, Value>) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, value) in object {
        match value {
            Value::Object(inner) => {
                members.extend(
                    inner
                        .iter()
                        .filter(|(_, value)| !value.is_object())
                        .map(|(name, value)| (name.clone(), value.clone())),
                );
            }
            _ => drop(members.insert(name.clone(), value.clone())),
        }
    }
    members
}

/// The value of a member: durations, which are milliseconds, as people write them.
fn member_cell(name: &str, value: &Value) -> String {
    match value.as_u64() {
        Some(millis) if DURATIONS.contains(&name) => duration(millis),
        _ => cell(value),
    }
}

fn duration(millis: u64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let mut left = millis;
    let mut text = String::new();
    for (unit, size) in units {
        if left >= size {
            text.push_str(&format!("{}{unit}", left / size));
            left %= size;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.replace(['\n', '\r', '\t'], " "),
        Value::Array(list) => list.iter().map(cell).collect::<Vec<_>>().join(", "),
        // Times, of this century and the next two.
        Value::Number(number) if number.as_u64().is_some_and(|number| TIMES.contains(&number)) => {
            number.as_u64().map(utc).unwrap_or_default()
        }
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map(|number| format!("{:.1}", number)).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

fn shortened(text: String) -> String {
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_tables() {
        let value = json!({
            "now": 7,
            "queues": [
                {"name": "shop-Mail", "counts": {"ready": 1, "dead": 0}, "lane": null},
                {"name": "a", "counts": {"ready": 22, "dead": 0}, "lane": null},
            ],
            "none": [],
        });
        let expected =
            "now: 7\nqueues:\n  name       ready  dead\n  shop-Mail  1      0\n  a          22     0\nnone: \n";
        assert_eq!(text(&value), expected);
        assert_eq!(text(&json!("a\nb")), "a b\n");
        assert_eq!(text(&json!({"at": 1_795_478_399_000_u64, "ms": 1.25})), "at: 2026-11-23T23:59:59Z\nms: 1.2\n");
        assert_eq!(
            text(&json!({"visibility": 5_400_000, "retention": 345_600_000})),
            "visibility: 1h30m\nretention: 4d\n"
        );
        assert_eq!(shortened("ü".repeat(61)).chars().count(), 60);
    }
}
