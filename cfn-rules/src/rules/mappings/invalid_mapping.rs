//! The levels, keys and values of mappings.

use cfn_model::{
    Node, Object, Path, Segment,
    text::{self, Limits},
};

use crate::{
    facts::{
        context::{Context, is_replaced},
        names::{is_first_key, is_name},
        nulls::Part,
        place::Place,
        text::shortened,
    },
    rules::{
        definition::{On, Reporter},
        expect::entries,
    },
};

rule! {
    /// A mapping has two levels of keys, and strings, numbers, booleans or lists as values. Functions do not work
    /// in it.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Mappings:
    ///   Delay:
    ///     prod:
    ///       Seconds.Max: 30
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !FindInMap [Delay, prod, Seconds.Max]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Mappings:
    ///   Delay:
    ///     prod:
    ///       SecondsMax: 30
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !FindInMap [Delay, prod, SecondsMax]
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint reports every key that YAML reads as a number or a boolean, such as `32`, in the parsed template.
    /// Here only callers with the text of the template can see them.
    E7001: error "invalid mapping",
    on: On::DocumentAndText(check, check_text),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    report.section(context, "Mappings");
    report.nulls(context, Part::Mapping);
    let section = Place::Root.key("Mappings");
    for (name, node) in entries(context, "Mappings") {
        let place = section.key(name);
        report.name(&place, name);
        let Some(mapping) = is_name(name).then(|| report.object(&place, node)).flatten() else { continue };
        keys(mapping, &place, is_first_key, report);
        for (key, node) in mapping.iter().filter(|(key, _)| is_first_key(key) && !is_replaced(key)) {
            let place = place.key(key);
            let Some(values) = report.object(&place, node) else { continue };
            keys(values, &place, is_name, report);
            for (key, value) in values.iter().filter(|(key, _)| is_name(key)) {
                if let Node::Object(_) = value {
                    report.must_be(&place.key(key), "a string, a number, a boolean or a list", value);
                }
            }
        }
    }
}

fn keys(object: &Object, place: &Place<'_>, is_good: fn(&str) -> bool, report: &mut Reporter<'_>) {
    // A null is a value that is not there.
    if object.values().all(|value| matches!(value, Node::Null)) {
        let message = format!("`{}` must have at least 1 key, got 0", place.name());
        report.at(place.to_path(), message);
    }
    for key in object.keys().filter(|key| !is_good(key) && !is_replaced(key)) {
        let message = format!("key `{}` must consist of letters and digits", shortened(key));
        report.at(place.key(key).to_path(), message).actual(key);
    }
}

/// Reports keys that YAML reads as numbers or booleans, because they have no quotes: CloudFormation requires strings, and
/// `0123` is another number than it seems.
fn check_text(text: &str, document: &Object, report: &mut Reporter<'_>) {
    let mut paths = Vec::new();
    if let Some(mappings) = document.get("Mappings") {
        gather(mappings, &Path::default().join("Mappings"), 3, &mut paths);
    }
    let locations = text::locate(text, &paths);
    for (path, location) in paths.into_iter().zip(locations) {
        let key = location.filter(|location| location.depth == path.0.len()).and_then(|location| location.key);
        if key.is_some_and(|key| !text[key.start.offset..].starts_with(['"', '\''])) {
            let key = path.0.last().map(Segment::to_string).unwrap_or_default();
            let key = shortened(&key).into_owned();
            let message = format!("key `{key}` must be a string, and without quotes YAML reads another type");
            report.at(path, message).help(format!("write `\"{key}\"`"));
        }
    }
}

/// The keys that could be other values than strings.
fn gather(node: &Node, path: &Path, depth: usize, paths: &mut Vec<Path>) {
    let Some(object) = node.as_object().filter(|_| depth > 0) else { return };
    for (key, value) in object {
        let path = path.join(key.as_str());
        gather(value, &path, depth - 1, paths);
        if is_no_string(key) {
            paths.push(path);
        }
    }
}

fn is_no_string(key: &str) -> bool {
    // Most keys are words.
    let may_be = key.starts_with(|first: char| first.is_ascii_digit() || "+-.tfynoTFYNO".contains(first));
    may_be
        && key.len() < 100
        && text::parse(key, &Limits::default())
            .is_ok_and(|document| matches!(document.node, Node::Number(_) | Node::Bool(_)))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[track_caller]
    fn mappings(mappings: &str, expected: &[(&str, &str)]) {
        check(&RULE, &format!("Mappings: {mappings}\nResources: {{}}\n"), expected);
    }

    #[test]
    fn levels() {
        mappings("{M: {a: {b: 1, c: [x]}}}", &[]);
        mappings("[]", &[("Mappings", "`Mappings` must be an object, got a list of 0 items")]);
        mappings("{M: }", &[("Mappings/M", "`M` must have a value, got null")]);
        mappings("{M: {a: 1}}", &[("Mappings/M/a", "`a` must be an object, got 1")]);
        mappings("{M: {}}", &[("Mappings/M", "`M` must have at least 1 key, got 0")]);
        mappings(
            "{M: {a: {b: !Ref X}}}",
            &[("Mappings/M/a/b", "`b` must be a string, a number, a boolean or a list, got `Ref`")],
        );
    }

    #[test]
    fn keys() {
        mappings(
            "{a-b: {}, M: {a_b: {}, c: {d.e: {}}}}",
            &[
                ("Mappings/a-b", "`a-b` must consist of letters and digits"),
                ("Mappings/M/a_b", "key `a_b` must consist of letters and digits"),
                ("Mappings/M/c/d.e", "key `d.e` must consist of letters and digits"),
            ],
        );
    }

    #[test]
    fn keys_without_quotes() {
        let message = |key: &str| format!("key `{key}` must be a string, and without quotes YAML reads another type");
        mappings(
            "{M: {32: {64: x}, \"33\": {'65': x}}}",
            &[("Mappings/M/32/64", &message("64")), ("Mappings/M/32", &message("32"))],
        );
        mappings("{M: {true: {b: 1}, off-peak: {b: 1}, 1a: {b: 1}}}", &[("Mappings/M/true", &message("true"))]);
        let account = "\n  M:\n    a:\n      123456789012: x\n";
        mappings(account, &[("Mappings/M/a/123456789012", &message("123456789012"))]);
        check(&RULE, r#"{"Mappings": {"M": {"32": {"64": "x"}}}, "Resources": {}}"#, &[]);
        mappings("{M: {a: {b: [{1: 2}]}}}\nOther: {1: 2}", &[]);
        mappings("{M: {32: {a: x}}}\nMetadata: {cfn-lint: {config: {ignore_checks: [E7001]}}}", &[]);
    }
}
