//! Typed CloudFormation: templates, values, intrinsic functions, resources of every type.
//!
//! The crate `cfn-rules` says what is wrong with a template; the form of what it says, [`Finding`] and [`Report`], is
//! here, because building a template gives findings as well.
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

pub use finding::{Finding, Origin, Report, Rule, Scope, Severity, Suppressed, Suppression};
pub use intrinsic::{Condition, ForEach, Function, Intrinsic, List, Map, StringEnum, Value};
pub use key_hash::KeyHash;
pub use logical_id::{LogicalId, LogicalIdError};
pub use node::{IntoNode, Node, Number, Object};
pub use path::{Path, Segment};
pub use resource::{AnyAttributes, DeletionPolicy, Handle, IntoResource, Raw, Resource, ResourceType};
pub use template::{
    ConditionHandle, Mapping, Output, Parameter, ParameterHandle, PropertyPath, SERVERLESS_TRANSFORM, Template,
    TemplateRule,
};

// The module of each service whose feature is on.
include!(concat!(env!("OUT_DIR"), "/services.rs"));
