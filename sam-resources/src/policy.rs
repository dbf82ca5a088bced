//! What a function may do.

use cfn_model::{IntoNode, Node, Object, Value};

/// A member of a function's `Policies`: the name or ARN of a managed policy, a SAM policy template, or an
/// IAM policy document.
///
/// ```
/// use sam_resources::Policy;
///
/// let managed = Policy::managed("AWSLambdaBasicExecutionRole");
/// let template = Policy::dynamodb_crud("orders");
/// assert_ne!(managed, template);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Policy(Node);

impl Policy {
    /// The managed policy of this name, such as `AWSLambdaBasicExecutionRole`.
    pub fn managed(name: impl Into<String>) -> Policy {
        Policy(name.into().into_node())
    }

    /// The managed policy with this ARN.
    pub fn arn(arn: impl Into<Value<String>>) -> Policy {
        Policy(arn.into().into_node())
    }

    /// A policy document with this one statement: `{"Effect": "Allow", "Action": ..., "Resource": ...}`.
    pub fn statement(statement: impl IntoNode) -> Policy {
        Policy::document(Object::from_iter([
            ("Version".to_owned(), "2012-10-17".into_node()),
            ("Statement".to_owned(), [statement.into_node()].into_node()),
        ]))
    }

    /// A whole policy document.
    pub fn document(document: impl IntoNode) -> Policy {
        Policy(document.into_node())
    }

    /// A policy template by name: one that is newer than this release.
    pub fn template<'a>(
        name: impl Into<String>,
        parameters: impl IntoIterator<Item = (&'a str, Value<String>)>,
    ) -> Policy {
        let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value.into_node()));
        Policy(Object::from_iter([(name.into(), parameters.collect::<Object>().into_node())]).into_node())
    }
}

impl From<&str> for Policy {
    /// The name or ARN of a managed policy.
    fn from(name: &str) -> Policy {
        Policy::managed(name)
    }
}

impl From<String> for Policy {
    /// The name or ARN of a managed policy.
    fn from(name: String) -> Policy {
        Policy::managed(name)
    }
}

impl From<Value<String>> for Policy {
    /// The ARN of a managed policy.
    fn from(arn: Value<String>) -> Policy {
        Policy::arn(arn)
    }
}

impl IntoNode for Policy {
    fn into_node(self) -> Node {
        self.0
    }
}

include!(concat!(env!("OUT_DIR"), "/policies.rs"));
