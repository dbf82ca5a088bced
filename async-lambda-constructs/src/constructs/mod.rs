//! Constructs with meaning: what people build of CloudFormation's resources, with defaults that can be left as they are. Each
//! default is named with its reason where it is set.
//!
//! What comes back when one is added refers to its resources, grants permissions on them and offers their metrics:
//!
//! ```
//! use async_lambda_constructs::{
//!     constructs::{Alarm, Key, Table},
//!     prelude::*,
//! };
//!
//! let mut stack = Stack::new("shop");
//! let orders = stack.add("Orders", Table::new(Key::string("customer")).sort_key(Key::number("placed_at")));
//! let policy = orders.grant_read();
//! stack.add("OrdersThrottled", Alarm::above(orders.metric_throttled(), 0));
//! stack.output("OrdersName", Output::new(orders.name()));
//! assert!(!stack.validate().has_errors());
//! ```

mod alarm;
mod bucket;
mod certificate;
mod dashboard;
mod domain;
mod event_rule;
mod http_api;
mod lambda_function;
mod network;
mod queue_policy;
mod secret;
mod state_machine;
mod table;
mod topic;

use cfn_model::{Finding, Path};
use cfn_rules::codes::AL0007;

use crate::Stack;

pub use alarm::Alarm;
pub use bucket::{Bucket, BucketHandle};
pub use certificate::{Certificate, CertificateHandle};
pub use dashboard::{Dashboard, Widget};
pub use domain::{Domain, DomainHandle};
pub use event_rule::{EventRule, EventRuleHandle, EventTarget};
pub use http_api::{HttpApi, HttpApiHandle, Route};
pub use lambda_function::{LambdaFunction, LambdaFunctionHandle};
pub use network::{Network, NetworkHandle};
pub use secret::{Secret, SecretHandle};
pub use state_machine::{StateMachine, StateMachineHandle, states};
pub use table::{Index, Key, Projection, Table, TableHandle};
pub use topic::{Subscription, Topic, TopicHandle};

/// Says that a construct has values that do not fit, at the line of whoever adds it. Not to be called in a closure, which has no
/// caller.
#[track_caller]
fn report(stack: &mut Stack, id: &str, message: String, help: &str) {
    let finding = Finding::new(&AL0007, Path(vec!["Resources".into(), id.into()]), message);
    stack.report(finding.help(help.to_owned()));
}
