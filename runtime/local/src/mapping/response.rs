//! Partial batch responses, by Lambda's rules ("Implementing partial batch responses" in its developer guide).

use serde_json::Value;

/// The places of the messages that failed, ascending, given the answer of a function and the ids of the messages of its event.
///
/// The whole batch is done with an empty or null list of failures, or an empty or null answer. The whole batch has failed with an
/// answer that is no JSON, a member with another name, and an id that is empty, null, or of no message of the batch.
pub fn failed(answer: &str, ids: &[String]) -> Vec<usize> {
    let all = || (0..ids.len()).collect();
    if answer.trim().is_empty() {
        return Vec::new();
    }
    let Ok(answer) = serde_json::from_str::<Value>(answer) else { return all() };
    let failures = match &answer {
        Value::Null => return Vec::new(),
        Value::Object(members) if members.is_empty() => return Vec::new(),
        // Lambda does not look into an answer that is no object.
        Value::Object(members) => match members.get("batchItemFailures") {
            Some(Value::Null) | None => return Vec::new(),
            Some(Value::Array(failures)) => failures,
            Some(_) => return all(),
        },
        _ => return Vec::new(),
    };
    let mut is_failed = vec![false; ids.len()];
    for failure in failures {
        let id = failure["itemIdentifier"].as_str().filter(|id| !id.is_empty());
        match id.and_then(|id| ids.iter().position(|known| known == id)) {
            Some(index) => is_failed[index] = true,
            None => return all(),
        }
    }
    (0..ids.len()).filter(|index| is_failed[*index]).collect()
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
            assert_eq!(failed(answer, &ids), expected, "{answer}");
        }
    }
}
