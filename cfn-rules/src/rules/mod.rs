//! The rules.
//!
//! | folder | what it looks at |
//! |---|---|
//! | `structure` | the sections of the template, one file each; limits and names |
//! | `functions` | every function call: its shape, and whether what it names exists |
//! | `values` | values that go together, found by the type of the resource |
//! | `sqs`, `lambda` | queues; functions and their event source mappings: a file a rule |
//! | `flow` | rules about messages that have no file of their own yet |
//! | `advice` | what works and could be better |
//! | `permissions` | permissions of Lambda functions; roles that are known by their name |
//! | `graph` | circles in what depends on what |
//! | `identifiers` | two resources that would be the same thing |
//! | `nested` | what nested stacks are given |
//! | `policy_templates` | members of `Policies` of SAM's functions and state machines |
//! | `refused` | what the SAM transform refuses |
//! | `written` | the text of a template: its size, keys that YAML takes for numbers, aliases |

pub(crate) mod advice;
pub(crate) mod backup;
pub(crate) mod codebuild;
pub(crate) mod definition;
pub(crate) mod flow;
pub(crate) mod functions;
pub(crate) mod graph;
pub(crate) mod identifiers;
pub(crate) mod index;
pub(crate) mod lambda;
pub(crate) mod nested;
pub(crate) mod permissions;
pub(crate) mod policy_templates;
pub(crate) mod refused;
pub(crate) mod sqs;
pub(crate) mod structure;
pub(crate) mod template;
pub(crate) mod values;
pub(crate) mod written;
