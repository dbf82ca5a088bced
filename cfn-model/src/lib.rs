//! Typed CloudFormation: templates, values, intrinsic functions, resources of every type.
//!
//! ```
//! use cfn_model::{DeletionPolicy, Output, Parameter, Resource, Template, intrinsic::sub};
//! use serde_json::json;
//!
//! let mut template = Template::new();
//! let stage = template.parameter("Stage", Parameter::string().default("dev"));
//! let topic = template.add("Alerts", Resource::raw("AWS::SNS::Topic", json!({"DisplayName": "alerts"})));
//! template.output("AlertsArn", Output::new(topic.reference()).export_name(sub("${Stage}-alerts")));
//!
//! assert!(template.to_yaml().contains("Ref: Alerts"));
//! assert_eq!(Template::parse(&template.to_json()).unwrap().document(), template.document());
//! ```
//!
//! # Where to start
//!
//! - [`Template`]: resources, parameters, conditions, outputs; reading and writing JSON and YAML.
//! - A module a service, behind the feature of its name: `features = ["sqs", "dynamodb"]` gives `sqs::Queue` and
//!   `dynamodb::Table`, structs with one method for each property. [`Resource`] puts dependencies and policies beside one;
//!   [`Resource::raw`] is for a type without a struct.
//! - [`Handle`]: what adding gives back, to refer to the resource.
//! - [`Value`]: a literal, a parameter or any function of [`intrinsic`]; [`Node`]: a value of a document.
//! - [`text`]: reading with limits, and the line and column of everything.
//!
//! The crate `cfn-rules` says what is wrong with a template; the form of what it says, [`Finding`] and [`Report`], is
//! here, because building a template gives findings as well.
#![warn(clippy::missing_errors_doc)]
#![warn(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod finding;
pub mod intrinsic;
mod key_hash;
mod logical_id;
pub mod node;
mod path;
mod resource;
pub mod rules;
mod template;
pub mod text;
#[doc(hidden)]
pub mod typed;

#[doc(hidden)]
pub use cfn_schema::{order, sorted};
pub use finding::{Finding, Origin, Report, Rule, Scope, Severity, Suppressed, Suppression};
pub use intrinsic::{Condition, ForEach, Function, Intrinsic, List, Map, StringEnum, Value};
pub use key_hash::KeyHash;
pub use logical_id::{LogicalId, LogicalIdError};
pub use node::{IntoNode, Node, Number, Object};
pub use path::{Path, Segment};
pub use resource::{AnyAttributes, DeletionPolicy, Handle, IntoResource, Raw, Resource, ResourceType};
pub use template::{
    ConditionHandle, Mapping, Output, OwnSchema, Parameter, ParameterHandle, PropertyPath, SERVERLESS_TRANSFORM,
    Template, TemplateRule,
};

// The module of each service whose feature is on.
include!(concat!(env!("OUT_DIR"), "/services.rs"));
