//! Facts about every CloudFormation and SAM resource type, as data.
//!
//! The facts are those of the CloudFormation registry schemas, as they stand in a pinned release of
//! cfn-lint (see `schema/README.md`): properties, types, required, enums, patterns, ranges, what is
//! read-only, what cannot change without replacement, and the attributes of `Fn::GetAtt`. There is no
//! prose. They are kept in a hash-consed binary form that is part of the program: nothing is parsed at
//! start-up, and a look-up is a binary search.
//!
//! ```
//! let queue = cfn_schema::resource_type("AWS::SQS::Queue").unwrap();
//! let delay = queue.schema().property("DelaySeconds").unwrap();
//! assert_eq!(delay.maximum().unwrap().as_f64(), 900.0);
//! assert!(queue.create_only().any(|path| path == "QueueName"));
//! assert!(queue.attributes().any(|(name, _)| name == "Arn"));
//! ```

mod action;
mod binary;
#[cfg(feature = "build")]
#[doc(hidden)]
pub mod build;
mod extension;
mod json;
mod order;
mod own;
mod policy_template;
mod regions;
mod resource_type;
mod schema;
#[doc(hidden)]
pub mod tag;

pub use action::Service;
pub use extension::Extension;
pub use json::json_schema;
#[doc(hidden)]
pub use order::{order, sorted};
#[cfg(feature = "build")]
#[doc(hidden)]
pub use own::{add_type, load};
pub use policy_template::PolicyTemplate;
pub use regions::Regions;
pub use resource_type::{ResourceType, matches_wildcard};
pub use schema::{Constant, Constants, Keyword, Number, Properties, Schema, Schemas, StringLists, Strings, Types};

/// The facts about a resource type, by its name: `AWS::SQS::Queue`, `AWS::Serverless::Function`.
pub fn resource_type(name: &str) -> Option<ResourceType> {
    ResourceType::find(name)
}

/// Every resource type, sorted by name.
pub fn resource_types() -> impl ExactSizeIterator<Item = ResourceType> {
    ResourceType::all()
}

/// The names of the regions whose resource types are known, sorted.
pub fn regions() -> Strings {
    binary::regions()
}

/// The regions that have a type which [`resource_type`] does not know because us-east-1, whose types are in the data, has it
/// not: `AWS::DeviceFarm::Project`.
pub fn elsewhere(type_name: &str) -> Option<Regions> {
    binary::elsewhere(type_name)
}

/// The actions that IAM knows of a service, by the prefix of its actions in lower case.
///
/// ```
/// let sqs = cfn_schema::iam_service("sqs").unwrap();
/// assert!(sqs.any(|action| action == "sendmessage"));
/// assert!(cfn_schema::iam_service("amazonsqs").is_none());
/// ```
pub fn iam_service(prefix: &str) -> Option<Service> {
    Service::find(prefix)
}

/// Every service whose actions IAM knows, sorted by prefix.
pub fn iam_services() -> impl Iterator<Item = Service> {
    Service::all()
}

/// Every policy template of SAM, sorted by name.
///
/// ```
/// let mut templates = cfn_schema::policy_templates();
/// let poller = templates.find(|template| template.name() == "SQSPollerPolicy").unwrap();
/// assert!(poller.parameters().eq(["QueueName"]));
/// ```
pub fn policy_templates() -> impl Iterator<Item = PolicyTemplate> {
    PolicyTemplate::all()
}

/// A digest of everything that the data was made of: the cfn-lint release and the patches. It changes
/// when a fact may have changed.
pub fn fingerprint() -> &'static str {
    binary::fingerprint()
}

/// What may stand in the section `Globals` of a SAM template: a schema with one property a resource kind.
pub fn globals() -> Schema {
    binary::globals()
}
