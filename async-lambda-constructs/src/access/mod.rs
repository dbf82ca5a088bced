//! Resources by ARN, and what may be done with them: those of one's own, of another stack, or of somebody else.
//!
//! Each grant has the least actions for an intent. Where a key of KMS encrypts the resource, [`Access::encrypted_with`] adds what
//! the key demands, through that service only.
//!
//! ```
//! use async_lambda_constructs::{access, prelude::*};
//!
//! let orders = access::Table::from_name("orders");
//! let secret = access::Secret::from_arn("arn:aws:secretsmanager:eu-central-1:123456789012:secret:api-AbCdEf");
//! let policy = orders.grant_read().and(secret.grant_read());
//!
//! let mut stack = Stack::new("reports");
//! stack.add("Reader", Resource::raw("AWS::IAM::Role", json!({
//!     "AssumeRolePolicyDocument": PolicyDocument::assumed_by("lambda.amazonaws.com"),
//!     "Policies": [{"PolicyName": "read", "PolicyDocument": policy}],
//! })));
//! assert!(!stack.validate().has_errors());
//! ```

mod bucket;
mod bus;
mod function;
mod key;
mod parameter;
mod queue;
mod rest_api;
mod secret;
mod state_machine;
mod stream;
mod table;
mod topic;

use std::{fmt, marker::PhantomData};

use cfn_model::{
    IntoNode, Value,
    intrinsic::{join, sub},
};

use crate::iam::{PolicyDocument, Statement};

pub use bucket::Bucket;
pub use bus::Bus;
pub use function::Function;
pub use key::Key;
pub use parameter::Parameter;
pub use queue::Queue;
pub use rest_api::RestApi;
pub use secret::Secret;
pub use state_machine::StateMachine;
pub use stream::Stream;
pub use table::Table;
pub use topic::Topic;

/// The kind of a resource: one type for each.
pub trait Kind {
    /// The service, as `kms:ViaService` names it: `sqs`.
    const SERVICE: &'static str;
    /// The ARN of one with a name, `{}`, in this account and region: a text for `Fn::Sub`.
    const ARN: &'static str;
}

/// A resource by its ARN.
pub struct Access<K> {
    arn: Value<String>,
    key: Option<Value<String>>,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Access<K> {
    /// The resource with this ARN: an attribute of a resource, a value of another stack, or a text.
    pub fn from_arn(arn: impl Into<Value<String>>) -> Access<K> {
        Access { arn: arn.into(), key: None, kind: PhantomData }
    }

    /// The resource with this name, in the account and region of the stack.
    pub fn from_name(name: &str) -> Access<K> {
        Access::from_arn(sub(K::ARN.replace("{}", name)))
    }

    /// Says which key of KMS encrypts it: the ARN of a key. What is granted from here on includes the use of the key.
    pub fn encrypted_with(mut self, key: impl Into<Value<String>>) -> Access<K> {
        self.key = Some(key.into());
        self
    }

    /// With the key that encrypts it, where there is one.
    #[cfg(feature = "constructs")]
    pub(crate) fn with_key(mut self, key: Option<Value<String>>) -> Access<K> {
        self.key = key;
        self
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<String> {
        self.arn.clone()
    }

    /// The ARN of what is inside of it: `below("/*")`.
    fn below(&self, rest: &str) -> Value<String> {
        match self.arn.literal() {
            Some(arn) => format!("{arn}{rest}").into(),
            None => join("", [self.arn().into_node(), rest.into_node()]),
        }
    }

    /// A policy that allows actions on resources, and those on the key.
    pub(crate) fn policy<const N: usize>(
        &self,
        actions: &[&str],
        on: [Value<String>; N],
        key_actions: &[&str],
    ) -> PolicyDocument {
        let statement = Statement::allow(actions.iter().copied());
        let statement = on.into_iter().fold(statement, |statement, arn| statement.resource(arn));
        let document = PolicyDocument::new().statement(statement);
        match &self.key {
            Some(key) if !key_actions.is_empty() => {
                let service = sub(format!("{}.${{AWS::Region}}.amazonaws.com", K::SERVICE));
                let statement = Statement::allow(key_actions.iter().copied()).resource(key.clone());
                document.statement(statement.condition("StringEquals", "kms:ViaService", service))
            }
            _ => document,
        }
    }
}

impl<K> Clone for Access<K> {
    fn clone(&self) -> Access<K> {
        Access { arn: self.arn.clone(), key: self.key.clone(), kind: PhantomData }
    }
}

impl<K> fmt::Debug for Access<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("arn", &self.arn).field("key", &self.key).finish()
    }
}
