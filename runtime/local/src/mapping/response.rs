//! Partial batch responses, by Lambda's rules ("Implementing partial batch responses" in its developer guide).

use std::collections::BTreeSet;

use serde_json::Value;

/// The places of the messages that failed, given the answer of a function and the ids of the messages of its event.
///
/// The whole batch is done with an empty or null list of failures, or an empty or null answer. The whole batch has failed with an
/// answer that is no JSON, a member with another name, and an id that is empty, null, or of no message of the batch.
pub fn failed(answer: &str, ids: &[String]) -> BTreeSet<usize> {
    let all = || (0..ids.len()).collect();
    if answer.trim().is_empty() {
        return BTreeSet::new();
    }
    let Ok(answer) = serde_json::from_str::<Value>(answer) else { return all() };
    let failures = match &answer {
        Value::Null => return BTreeSet::new(),
        Value::Object(members) if members.is_empty() => return BTreeSet::new(),
        // Lambda does not look into an answer that is no object.
        Value::Object(members) => match members.get("batchItemFailures") {
            Some(Value::Null) | None => return BTreeSet::new(),
            Some(Value::Array(failures)) => failures,
            Some(_) => return all(),
        },
        _ => return BTreeSet::new(),
    };
    let mut failed = BTreeSet::new();
    for failure in failures {
        let id = failure["itemIdentifier"].as_str().filter(|id| !id.is_empty());
        match id.and_then(|id| ids.iter().position(|known| known == id)) {
            Some(index) => drop(failed.insert(index)),
            None => return all(),
        }
    }
    failed
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn responses_are_read_as_lambda_reads_them() {
        let ids = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        for (answer, expected) in [
            ("", &[][..]),
            ("null", &[]),
            ("{}", &[]),
            (r#"{"batchItemFailures": []}"#, &[]),
            (r#"{"batchItemFailures": null}"#, &[]),
            (r#"{"batchItemFailures": [{"itemIdentifier": "b"}]}"#, &[1]),
            (r#"{"batchItemFailures": [{"itemIdentifier": "c"}, {"itemIdentifier": "a"}]}"#, &[0, 2]),
            (r#"{"batchItemFailures": [{"itemIdentifier": "x"}]}"#, &[0, 1, 2]),
            (r#"{"batchItemFailures": [{"itemIdentifier": ""}]}"#, &[0, 1, 2]),
            (r#"{"batchItemFailures": [{"itemIdentifier": null}]}"#, &[0, 1, 2]),
            (r#"{"batchItemFailures": [{"id": "a"}]}"#, &[0, 1, 2]),
            (r#"{"batchItemFailures": "a"}"#, &[0, 1, 2]),
            ("not JSON", &[0, 1, 2]),
        ] {
            assert_eq!(failed(answer, &ids), expected.iter().copied().collect(), "{answer}");
        }
    }
}
