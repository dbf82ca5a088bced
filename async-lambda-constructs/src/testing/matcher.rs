//! Matchers: the stand-ins for values in a pattern.

use std::fmt;

use cfn_model::{IntoNode, Node, Object, Value};
use cfn_pattern::Pattern;
use serde::{Serialize, Serializer};

use super::show;

/// A stand-in for a value in a pattern.
///
/// It goes into a typed resource, into a list or object of `json!`, and into another matcher:
///
/// ```
/// use async_lambda_constructs::{prelude::*, testing::*};
///
/// # let mut stack = Stack::new("orders");
/// # let dead = stack.add("Dead", sqs::Queue::new());
/// stack.add("Jobs", ManagedQueue::new().visibility_timeout(360).dead_letter(&dead, 5));
///
/// stack.assert_has(sqs::Queue::new().visibility_timeout(any_value()).queue_name(absent()));
/// stack.assert_has(sqs::Queue::new().redrive_policy(json!({"maxReceiveCount": not(1)})));
/// ```
///
/// A matcher is data, and no closure: so a failure can say which value it wanted.
#[derive(Clone)]
pub struct Matcher(Node);

/// The matchers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    AnyValue,
    Absent,
    Exact,
    ObjectLike,
    ArrayWith,
    Not,
    SerializedJson,
    StringLike,
    StartsWith,
    EndsWith,
    Contains,
    MatchesRegex,
    Capture,
    CaptureMatching,
}

/// In front of the name of a matcher, where it is the only key of an object. No template has such a key; of a matcher
/// that came into one by mistake, validation says where it is.
const PREFIX: &str = "async_lambda_constructs::testing::";

impl Kind {
    const ALL: [Kind; 14] = [
        Kind::AnyValue,
        Kind::Absent,
        Kind::Exact,
        Kind::ObjectLike,
        Kind::ArrayWith,
        Kind::Not,
        Kind::SerializedJson,
        Kind::StringLike,
        Kind::StartsWith,
        Kind::EndsWith,
        Kind::Contains,
        Kind::MatchesRegex,
        Kind::Capture,
        Kind::CaptureMatching,
    ];

    /// The name of the function that makes it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Kind::AnyValue => "any_value",
            Kind::Absent => "absent",
            Kind::Exact => "exact",
            Kind::ObjectLike => "object_like",
            Kind::ArrayWith => "array_with",
            Kind::Not => "not",
            Kind::SerializedJson => "serialized_json",
            Kind::StringLike => "string_like",
            Kind::StartsWith => "starts_with",
            Kind::EndsWith => "ends_with",
            Kind::Contains => "contains",
            Kind::MatchesRegex => "matches_regex",
            Kind::Capture => "capture",
            Kind::CaptureMatching => "capture_matching",
        }
    }

    /// The matcher that a part of a pattern is, and its arguments.
    pub(super) fn of(pattern: &Node) -> Option<(Kind, &[Node])> {
        let object = pattern.as_object()?;
        let (key, Node::Array(arguments)) = object.first()? else { return None };
        let name = key.strip_prefix(PREFIX)?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name)?;
        (object.len() == 1).then_some((kind, arguments.as_slice()))
    }

    fn matcher(self, arguments: Vec<Node>) -> Matcher {
        let key = format!("{PREFIX}{}", self.name());
        Matcher(Node::Object(Object::from_iter([(key, Node::Array(arguments))])))
    }
}

/// Any value but `null`: the property must be there.
///
/// ```
/// # use async_lambda_constructs::{prelude::*, testing::*};
/// # let mut stack = Stack::new("orders");
/// stack.add("Jobs", sqs::Queue::new().queue_name("jobs"));
/// stack.assert_has(sqs::Queue::new().queue_name(any_value()));
/// ```
pub fn any_value() -> Matcher {
    Kind::AnyValue.matcher(Vec::new())
}

/// No value: the property must not be there.
///
/// ```
/// # use async_lambda_constructs::{prelude::*, testing::*};
/// # let mut stack = Stack::new("orders");
/// stack.add("Jobs", sqs::Queue::new());
/// stack.assert_has(sqs::Queue::new().fifo_queue(absent()));
/// ```
pub fn absent() -> Matcher {
    Kind::Absent.matcher(Vec::new())
}

/// This value and nothing more: objects in it, at any depth, have no other keys.
///
/// ```
/// # use async_lambda_constructs::{prelude::*, testing::*};
/// # let mut stack = Stack::new("orders");
/// stack.add("Jobs", sqs::Queue::new().queue_name("jobs").delay_seconds(30));
/// stack.assert_count(Resource::raw("AWS::SQS::Queue", exact(json!({"QueueName": "jobs"}))), 0);
/// stack.assert_has(Resource::raw("AWS::SQS::Queue", exact(json!({"QueueName": "jobs", "DelaySeconds": 30}))));
/// ```
pub fn exact(pattern: impl IntoNode) -> Matcher {
    Kind::Exact.matcher(vec![pattern.into_node()])
}

/// An object with at least these keys, as everywhere outside of [`exact`]. It is needed inside of one.
///
/// ```
/// # use async_lambda_constructs::{prelude::*, testing::*};
/// # let mut stack = Stack::new("orders");
/// # let queue = stack.add("Jobs", sqs::Queue::new());
/// stack.output("Url", Output::new(queue.queue_url()).export_name("jobs").description("of jobs"));
/// let export = object_like(json!({"Name": "jobs"}));
/// stack.assert_has_output("Url", exact(json!({"Value": any_value(), "Description": "of jobs", "Export": export})));
/// ```
pub fn object_like(pattern: impl IntoNode) -> Matcher {
    Kind::ObjectLike.matcher(vec![pattern.into_node()])
}

/// A list in which these members are, in this order, with any others between them. What is no list stands for a list
/// of one.
///
/// A list without a matcher must have the same number of members.
///
/// ```
/// # use async_lambda_constructs::{prelude::*, testing::*};
/// # let mut stack = Stack::new("orders");
/// stack.add("Jobs", sqs::Queue::new().tags([sqs::queue::Tag::new("team", "a"), sqs::queue::Tag::new("stage", "dev")]));
/// stack.assert_has(sqs::Queue::new().tags(array_with([sqs::queue::Tag::new("stage", any_value())])));
/// stack.assert_has(sqs::Queue::new().tags(array_with(json!({"Key": "team"}))));
/// ```
pub fn array_with(pattern: impl IntoNode) -> Matcher {
    Kind::ArrayWith.matcher(match pattern.into_node() {
        Node::Array(members) => members,
        one => vec![one],
    })
}

/// A value that the pattern does not match. It must be there: `not(absent())` is [`any_value`].
///
/// ```
/// # use async_lambda_constructs::{prelude::*, testing::*};
/// # let mut stack = Stack::new("orders");
/// stack.add("Jobs", sqs::Queue::new().queue_name("jobs"));
/// stack.assert_has(sqs::Queue::new().queue_name(not(ends_with(".fifo"))));
/// ```
pub fn not(pattern: impl IntoNode) -> Matcher {
    Kind::Not.matcher(vec![pattern.into_node()])
}

/// A string that holds JSON which the pattern matches.
///
/// ```
/// # use async_lambda_constructs::{prelude::*, testing::*};
/// # let mut stack = Stack::new("orders");
/// let definition = r#"{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 10, "End": true}}}"#;
/// let machine = json!({"RoleArn": "arn:aws:iam::123456789012:role/r", "DefinitionString": definition});
/// stack.add("Machine", Resource::raw("AWS::StepFunctions::StateMachine", machine));
///
/// let expected = json!({"DefinitionString": serialized_json(json!({"StartAt": "Wait"}))});
/// stack.assert_has(Resource::raw("AWS::StepFunctions::StateMachine", expected));
/// ```
pub fn serialized_json(pattern: impl IntoNode) -> Matcher {
    Kind::SerializedJson.matcher(vec![pattern.into_node()])
}

/// A string of this form, in which `*` stands for any characters or none.
///
/// ```
/// # use async_lambda_constructs::{prelude::*, testing::*};
/// # let mut stack = Stack::new("orders");
/// stack.add("Jobs", sqs::Queue::new().queue_name("orders-dev-jobs"));
/// stack.assert_has(sqs::Queue::new().queue_name(string_like("orders-*-jobs")));
/// ```
pub fn string_like(pattern: impl Into<String>) -> Matcher {
    Kind::StringLike.matcher(vec![Node::String(pattern.into())])
}

/// A string that begins with this.
pub fn starts_with(prefix: impl Into<String>) -> Matcher {
    Kind::StartsWith.matcher(vec![Node::String(prefix.into())])
}

/// A string that ends with this.
pub fn ends_with(suffix: impl Into<String>) -> Matcher {
    Kind::EndsWith.matcher(vec![Node::String(suffix.into())])
}

/// A string in which this is.
pub fn contains(part: impl Into<String>) -> Matcher {
    Kind::Contains.matcher(vec![Node::String(part.into())])
}

/// A string in which the regular expression has a match; `^` and `$` bind it to the whole. The syntax is that of
/// [`cfn_pattern`].
///
/// ```
/// # use async_lambda_constructs::{prelude::*, testing::*};
/// # let mut stack = Stack::new("orders");
/// stack.add("Jobs", sqs::Queue::new().queue_name("jobs-17"));
/// stack.assert_has(sqs::Queue::new().queue_name(matches_regex(r"^jobs-\d+$")));
/// ```
///
/// # Panics
///
/// If the pattern is no regular expression.
#[track_caller]
pub fn matches_regex(pattern: impl Into<String>) -> Matcher {
    let pattern = pattern.into();
    if let Err(error) = Pattern::new(&pattern) {
        panic!("`{pattern}` is not a regular expression: {error}");
    }
    Kind::MatchesRegex.matcher(vec![Node::String(pattern)])
}

/// Any value but `null`, which the test gets under this name: [`Match::captures`](super::Match::captures).
///
/// ```
/// # use async_lambda_constructs::{prelude::*, testing::*};
/// # let mut stack = Stack::new("orders");
/// # let dead = stack.add("Dead", sqs::Queue::new());
/// stack.add("Jobs", ManagedQueue::new().dead_letter(&dead, 5));
///
/// let redrive = json!({"deadLetterTargetArn": capture("target"), "maxReceiveCount": capture("count")});
/// let jobs = stack.assert_has_one(sqs::Queue::new().redrive_policy(redrive));
/// assert_eq!(jobs.captures["target"], dead.arn().into_node());
/// assert_eq!(jobs.captures["count"], json!(5));
/// ```
pub fn capture(name: impl Into<String>) -> Matcher {
    Kind::Capture.matcher(vec![Node::String(name.into())])
}

/// As [`capture`], of a value that the pattern matches.
///
/// ```
/// # use async_lambda_constructs::{prelude::*, testing::*};
/// # let mut stack = Stack::new("orders");
/// stack.add("Jobs", sqs::Queue::new().queue_name("jobs-17"));
/// let jobs = stack.assert_has_one(sqs::Queue::new().queue_name(capture_matching("name", starts_with("jobs-"))));
/// assert_eq!(jobs.captures["name"], json!("jobs-17"));
/// ```
pub fn capture_matching(name: impl Into<String>, pattern: impl IntoNode) -> Matcher {
    Kind::CaptureMatching.matcher(vec![Node::String(name.into()), pattern.into_node()])
}

impl IntoNode for Matcher {
    fn into_node(self) -> Node {
        self.0
    }
}

/// So that a matcher stands in a typed resource. The bound keeps it apart from the conversion of a literal: a matcher
/// is not compared.
impl<T: PartialEq> From<Matcher> for Value<T> {
    fn from(matcher: Matcher) -> Value<T> {
        Value::raw(matcher)
    }
}

/// So that a matcher stands in `json!`.
impl Serialize for Matcher {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&show::text(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use cfn_model::sqs;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_matcher_is_the_same_in_json_and_in_a_typed_resource() {
        let typed = sqs::Queue::new().queue_name(not(starts_with("a"))).into_node();
        assert_eq!(typed, json!({"QueueName": not(starts_with("a"))}));
        assert_eq!(Kind::of(&typed["QueueName"]).unwrap().0, Kind::Not);
    }

    #[test]
    fn every_matcher_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of(&kind.matcher(Vec::new()).0), Some((kind, [].as_slice())));
        }
        assert_eq!(Kind::of(&json!({"Ref": ["Jobs"]}).into_node()), None);
    }
}
