//! What is wrong with the text of a template, and cannot be seen in what was read from it.

use cfn_model::{
    Finding, Node, Object, Path, Segment,
    text::{self, Limits},
};

use crate::codes as rules;

/// Its size, and keys that are numbers in YAML.
pub(crate) fn check(text: &str, document: &Object) -> Vec<Finding> {
    [check_size(text.len()).into_iter().collect(), keys(text, document)].concat()
}

/// The finding about a template whose text has this many bytes, if that is too many. The text is what counts, as it
/// is handed to CloudFormation, white space included; so whoever writes it asks.
///
/// CloudFormation's quota is 1 MB when the template comes from S3, which is how `sam deploy` and `aws cloudformation
/// deploy` send a large one.
pub fn check_size(bytes: usize) -> Option<Finding> {
    /// The quota "template body size, Amazon S3 object".
    const MOST: usize = 1_000_000;
    let help = "split the stack, or move parts of it into nested stacks".to_owned();
    (bytes > MOST).then(|| {
        Finding::new(
            &rules::E1002,
            Path::default(),
            format!("the template must have at most {MOST} bytes, got {bytes}"),
        )
        .help(help)
    })
}

/// Reports keys of mappings that YAML takes for numbers or booleans, because they have no quotes: CloudFormation wants
/// texts, and `0123` is another number than it seems.
fn keys(text: &str, document: &Object) -> Vec<Finding> {
    let mut paths = Vec::new();
    if let Some(mappings) = document.get("Mappings") {
        gather(mappings, &Path::default().join("Mappings"), 3, &mut paths);
    }
    let is_plain = |path: &Path, location: Option<text::Location>| {
        let key = location.filter(|location| location.depth == path.0.len()).and_then(|location| location.key);
        key.is_some_and(|key| !text[key.start.offset..].starts_with(['"', '\'']))
    };
    let locations = text::locate(text, &paths);
    let plain = paths.into_iter().zip(locations).filter(|(path, location)| is_plain(path, *location));
    let finding = |(path, _): (Path, _)| {
        let key = path.0.last().map(Segment::to_string).unwrap_or_default();
        let key = crate::facts::text::shortened(&key).into_owned();
        Finding::new(&rules::E7001, path, format!("key `{key}` must be a text, and is none without quotes"))
            .help(format!("write `\"{key}\"`"))
    };
    plain.map(finding).collect()
}

/// The keys that could be something else than texts.
fn gather(node: &Node, path: &Path, depth: usize, paths: &mut Vec<Path>) {
    let Some(object) = node.as_object().filter(|_| depth > 0) else { return };
    for (key, value) in object {
        let path = path.join(key.as_str());
        gather(value, &path, depth - 1, paths);
        if is_no_text(key) {
            paths.push(path);
        }
    }
}

fn is_no_text(key: &str) -> bool {
    // Most keys are words.
    let may_be = key.starts_with(|first: char| first.is_ascii_digit() || "+-.tfynoTFYNO".contains(first));
    may_be
        && key.len() < 100
        && text::parse(key, &Limits::default())
            .is_ok_and(|document| matches!(document.node, Node::Number(_) | Node::Bool(_)))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::check_text;
    use cfn_model::Template;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let template = Template::parse(text).unwrap();
        let found: Vec<String> =
            check_text(text, template.document()).iter().map(|finding| finding.path.to_string()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_of_mappings_are_texts() {
        check("Mappings: {M: {a: {b: 1}}}", &[]);
        check("Mappings: {M: {32: {64: x}, \"33\": {'65': x}}}", &["Mappings/M/32/64", "Mappings/M/32"]);
        check("Mappings:\n  M:\n    a:\n      123456789012: x\n", &["Mappings/M/a/123456789012"]);
        check("Mappings: {M: {true: {b: 1}, off-peak: {b: 1}, 1a: {b: 1}}}", &["Mappings/M/true"]);
        check(r#"{"Mappings": {"M": {"32": {"64": "x"}}}}"#, &[]);
        check("Mappings: {M: {a: {b: [{1: 2}]}}}\nOther: {1: 2}", &[]);
    }

    #[test]
    fn what_the_template_silences_is_not_said() {
        check("Mappings: {M: {32: {a: x}}}\nMetadata: {cfn-lint: {config: {ignore_checks: [E7001]}}}", &[]);
    }
}
