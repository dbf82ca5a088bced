//! Actions of policies: whether they exist.

use std::collections::HashSet;

use cfn_model::{Finding, Node};

use crate::{
    codes as rules,
    facts::{place::Place, suggest, text},
};

/// The resource types whose policies are about one service only.
const ONE_SERVICE: [(&str, &str); 3] =
    [("AWS::S3::BucketPolicy", "s3"), ("AWS::SNS::TopicPolicy", "sns"), ("AWS::SQS::QueuePolicy", "sqs")];

/// Longer than the name of any action: a pattern that needs more fits none.
const LONGEST_ACTION: usize = 128;

/// How many actions of one list are named in a message.
const MOST_NAMED: usize = 10;

/// How many letters of patterns are compared in one run, far more than any template needs; after that every pattern fits.
pub(crate) const MOST_STEPS: u64 = crate::limits::LIMITS.action_steps;

/// How many misspelled actions of one run are told what they may have been meant to be.
const MOST_SUGGESTIONS: u32 = 200;

/// What is wrong with one action.
struct Mistake {
    index: Option<usize>,
    message: String,
    help: Option<String>,
}

/// The check of actions in a run, which remembers what it has seen and how much it has done.
#[derive(Debug, Default)]
pub(crate) struct Actions {
    /// Those that exist: most templates name the same few again and again.
    known: HashSet<String>,
    /// How many letters of patterns were compared.
    steps: u64,
    /// How many names were looked for that somebody may have meant.
    suggestions: u32,
}

impl Actions {
    /// Reports actions that do not exist, of the value of `Action` or `NotAction` in a resource of this type: one
    /// action or a list. One finding says it of the whole list.
    pub(crate) fn check(&mut self, node: &Node, place: &Place<'_>, kind: &str) -> Option<Finding> {
        let only = ONE_SERVICE.iter().find(|(only, _)| *only == kind).map(|(_, service)| *service);
        let list = match node {
            Node::Array(items) => items.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut wrong = Vec::new();
        for (index, action) in list.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_str()?))) {
            let is_of =
                |only: &str| action.split_once(':').is_some_and(|(service, _)| service.eq_ignore_ascii_case(only));
            if only.is_none_or(is_of) && self.known.contains(action) {
                continue;
            }
            match self.mistake(action, only) {
                None => {
                    self.known.insert(action.to_owned());
                }
                Some((message, help)) => {
                    let index = node.as_array().map(|_| index);
                    wrong.push(Mistake { index, message: format!("`{}` {message}", text::shortened(action)), help });
                }
            }
        }
        let path = match wrong.as_slice() {
            [] => return None,
            [Mistake { index: Some(index), .. }] => place.index(*index).to_path(),
            _ => place.to_path(),
        };
        let named = &wrong[..wrong.len().min(MOST_NAMED)];
        let mut messages: Vec<String> = named.iter().map(|mistake| mistake.message.clone()).collect();
        if wrong.len() > MOST_NAMED {
            messages.push(format!("and {} more", wrong.len() - MOST_NAMED));
        }
        let helps: Vec<&str> = named.iter().filter_map(|mistake| mistake.help.as_deref()).collect();
        let help = Some(helps.join(" ")).filter(|help| !help.is_empty());
        Some(Finding::new(&rules::W3037, path, messages.join("; ")).help(help))
    }

    /// Whether patterns are no longer compared.
    pub(crate) fn gave_up(&self) -> bool {
        self.steps > MOST_STEPS
    }

    /// What is wrong with an action, and what it may have been meant to be.
    fn mistake(&mut self, action: &str, only: Option<&str>) -> Option<(String, Option<String>)> {
        let Some((service, name)) = action.split_once(':') else {
            return (action != "*").then(|| ("must be `service:action` or `*`".to_owned(), None));
        };
        let given = name;
        let (service, name) = (service.to_ascii_lowercase(), name.to_ascii_lowercase());
        if let Some(only) = only.filter(|only| *only != service) {
            return Some((format!("is not an action of `{only}`, which this policy is about"), None));
        }
        let Some(known) = cfn_schema::iam_service(&service) else {
            let prefixes: Vec<&str> = cfn_schema::iam_services().map(|known| known.prefix()).collect();
            let help = self.nearest(&service, &prefixes).map(|prefix| format!("did you mean `{prefix}`?"));
            return Some(("is of no service that exists".to_owned(), help));
        };
        if self.exists(known, &name) {
            return None;
        }
        let mut names = Vec::new();
        known.any(|action| {
            names.push(action.to_owned());
            false
        });
        let nearest = self.nearest(&name, &names);
        let help = nearest.map(|nearest| format!("did you mean `{service}:{}`?", spelled(nearest, given)));
        Some(("is not an action".to_owned(), help))
    }

    fn nearest<'n>(&mut self, name: &str, names: &'n [impl AsRef<str>]) -> Option<&'n str> {
        self.suggestions = self.suggestions.saturating_add(1);
        let wanted = self.suggestions <= MOST_SUGGESTIONS;
        wanted.then(|| suggest::nearest(name, names.iter().map(AsRef::as_ref))).flatten()
    }

    /// Whether a service has the action, or one that fits the pattern.
    fn exists(&mut self, service: cfn_schema::Service, name: &str) -> bool {
        if !name.contains(['*', '?']) {
            return service.any(|action| action == name);
        }
        let mut pattern = name.as_bytes().to_vec();
        pattern.dedup_by(|right, left| (*left, *right) == (b'*', b'*'));
        let least = pattern.iter().filter(|byte| **byte != b'*').count();
        let steps = &mut self.steps;
        let mut fits = |action: &str| *steps > MOST_STEPS || fits(&pattern, action.as_bytes(), steps);
        least <= LONGEST_ACTION && service.any(&mut fits)
    }
}

/// An action in the upper and lower case of what was written for it: the data has lower case only.
fn spelled(action: &str, given: &str) -> String {
    let same = |(left, right): &(char, char)| left.eq_ignore_ascii_case(right);
    let start = action.chars().zip(given.chars()).take_while(same).count();
    let most = action.chars().count().min(given.chars().count()) - start;
    let end = action.chars().rev().zip(given.chars().rev()).take(most).take_while(same).count();
    let middle = action.chars().skip(start).take(action.chars().count() - start - end);
    let (first, last) = (given.chars().take(start), given.chars().skip(given.chars().count() - end));
    first.chain(middle).chain(last).collect()
}

/// Whether a text is a pattern in which `*` stands for any text and `?` for any letter.
fn fits(pattern: &[u8], text: &[u8], steps: &mut u64) -> bool {
    let (mut at, mut position) = (0, 0);
    // Where the last star stands, and up to where it reaches in the text.
    let mut star: Option<(usize, usize)> = None;
    while position < text.len() {
        *steps += 1;
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[position] => {
                at += 1;
                position += 1;
            }
            _ => match star {
                Some((stands, reaches)) => {
                    star = Some((stands, reaches + 1));
                    (at, position) = (stands + 1, reaches + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_fits(pattern: &str, text: &str, expected: bool) {
        assert_eq!(fits(pattern.as_bytes(), text.as_bytes(), &mut 0), expected, "{pattern} and {text}");
    }

    #[test]
    fn actions_are_spelled_as_they_were_written() {
        for (action, given, expected) in [
            ("putitem", "PutIten", "PutItem"),
            ("getitem", "GetIem", "GetItem"),
            ("sendmessage", "SendMesage", "SendMessage"),
            ("sendmessage", "SendMesssage", "SendMessage"),
            ("putitem", "putitm", "putitem"),
            ("putitem", "XPutItem", "PutItem"),
        ] {
            assert_eq!(spelled(action, given), expected);
        }
    }

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text) in [("get*", "getobject"), ("*", ""), ("?et*t", "getobject"), ("*o*e*", "getobject")] {
            check_fits(pattern, text, true);
        }
        for (pattern, text) in [("get", "getobject"), ("", "a"), ("?", ""), ("*x", "getobject"), ("get?", "get")] {
            check_fits(pattern, text, false);
        }
    }
}
