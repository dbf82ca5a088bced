//! The reasons why runs failed, in words, and which of the words are the same.

use std::sync::Arc;

use async_lambda_model::TaskId;
use serde_json::Value;

use crate::{
    history::{Line, Run},
    run::RunId,
    sorted::Sorted,
    text::beginning,
    time::Millis,
};

/// The most different problems that are kept.
const MOST_PROBLEMS: usize = 500;
/// The most bytes of a problem that are kept.
const MOST_BYTES: usize = 2_000;
/// The most lines that are looked at, from the end of a log.
const MOST_LINES: usize = 200;
/// Longer lines are not read as JSON.
const LONGEST_LINE: usize = 65_536;

/// Problems, by their words without numbers.
#[derive(Debug, Default)]
pub struct Problems(Sorted<Arc<str>, Problem>);

/// A failure that several runs have in common.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Words, with `#` for each number and id.
    pub pattern: Arc<str>,
    /// Words of the newest run.
    pub text: Arc<str>,
    /// The number of runs.
    pub count: u64,
    /// The time at which the first of them began.
    pub first: Millis,
    /// The time at which the newest of them began.
    pub last: Millis,
    /// The newest of them.
    pub run: RunId,
    /// The tasks, in the order of their ids.
    pub tasks: Vec<TaskId>,
}

impl Problems {
    pub(crate) fn add(&mut self, text: &Arc<str>, run: &Run) {
        let pattern: Arc<str> = pattern(text).into();
        let known = self.0.get_or_insert_with(pattern.clone(), || Problem {
            pattern,
            text: text.clone(),
            count: 0,
            first: run.began,
            last: run.began,
            run: run.id,
            tasks: Vec::new(),
        });
        known.count += 1;
        known.text = text.clone();
        (known.last, known.run) = (known.last.max(run.began), run.id);
        if let Err(place) = known.tasks.binary_search(&run.task) {
            known.tasks.insert(place, run.task.clone());
        }
        if self.0.len() > MOST_PROBLEMS {
            let oldest = self.0.values().min_by_key(|problem| problem.run).map(|problem| problem.pattern.clone());
            oldest.into_iter().for_each(|oldest| drop(self.0.remove(&oldest)));
        }
    }

    /// All problems, the newest first.
    pub fn newest(&self) -> Vec<&Problem> {
        let mut all: Vec<&Problem> = self.0.values().collect();
        all.sort_unstable_by_key(|problem| std::cmp::Reverse(problem.run));
        all
    }

    /// The number of problems.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The reason why a run failed: its failure, or else the last error among its lines, of one message where its `MessageId` is
/// given.
pub fn problem_of(run: &Run, message: Option<&str>) -> Arc<str> {
    if let Some(Err(failure)) = run.end.as_ref().map(|end| &end.result) {
        return beginning(&failure.message, MOST_BYTES).into();
    }
    let mut errors = run.lines.iter().rev().take(MOST_LINES).filter_map(|line| Some((line, error_in(line)?)));
    let found = match message {
        None => errors.next(),
        Some(id) => {
            let all: Vec<(&Line, String)> = errors.collect();
            let of_message = all.iter().position(|(line, _)| line.text.contains(id));
            all.into_iter().nth(of_message.unwrap_or(0))
        }
    };
    match found {
        Some((_, error)) => beginning(&error, MOST_BYTES).into(),
        None => "the task said that messages failed, and logged no error".into(),
    }
}

/// The reason in a line of a log that reports an error: one of JSON, or one for people.
fn error_in(line: &Line) -> Option<String> {
    let text = line.text.trim();
    if !text.contains("ERROR") {
        return None;
    }
    if text.starts_with('{') && text.len() <= LONGEST_LINE {
        let line: Value = serde_json::from_str(text).ok()?;
        let is_error = line["level"].as_str().is_some_and(|level| level == "ERROR");
        let words = ["reason", "error", "errorMessage", "message"].into_iter().find_map(|name| line[name].as_str());
        return words.filter(|_| is_error).map(str::to_owned);
    }
    // A time and the like may stand before the level.
    let is_error = text.split_whitespace().take(3).any(|word| word == "ERROR");
    let reason = text.split_once("reason=").map(|(_, reason)| reason.trim_matches('"'));
    let without_level = text.strip_prefix("ERROR ").unwrap_or(text).trim_start();
    is_error.then(|| reason.unwrap_or(without_level).to_owned())
}

/// Words without what differs between two runs: numbers, and ids of hexadecimal digits.
fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let end = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len();
        let (word, rest) = word.split_at(end);
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        let is_id = word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        if has_digit && (is_id || is_number) {
            // Parts of one id are one thing.
            if pattern.ends_with("#-") {
                pattern.pop();
            } else {
                pattern.push('#');
            }
        } else {
            pattern.push_str(word);
        }
        pattern.push_str(rest);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn what_differs_between_runs_is_no_part_of_a_pattern() {
        for (text, expected) in [
            ("order 17: must have items", "order #: must have items"),
            ("no item 7f3a01bc-12ab-4c00-9d1e-0123456789ab here", "no item # here"),
            ("timeout after 2.5 s", "timeout after #.# s"),
            ("sha256 of v2", "sha256 of v2"),
            ("", ""),
            ("ß 1", "ß #"),
        ] {
            assert_eq!(pattern(text), expected, "{text}");
        }
    }

    #[test]
    fn a_line_says_why() {
        for (line, expected) in [
            (r#"{"level":"ERROR","message":"record failed","reason":"no stock"}"#, Some("no stock")),
            (r#"{"level":"INFO","message":"fine"}"#, None),
            ("ERROR task{id=A}: async_lambda: record failed kind=\"error\" reason=no stock", Some("no stock")),
            ("ERROR disk is full", Some("disk is full")),
            (" INFO shop: there was no ERROR", None),
            ("ERROR", Some("ERROR")),
            ("hello", None),
        ] {
            let found = error_in(&Line { at: 0, text: line.to_owned() });
            assert_eq!(found.as_deref(), expected, "{line}");
        }
    }
}
