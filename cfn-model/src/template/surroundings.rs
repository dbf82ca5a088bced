//! What a template is checked against beyond itself: its region, and types that AWS does not have.

use std::panic::Location;

use super::Template;
use crate::{IntoNode, Node, Origin};

/// The schema of a resource type that a template brings along.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSchema {
    /// `My::Org::Thing`
    pub type_name: String,
    /// The schema, or a string with its JSON text.
    pub schema: Node,
    /// The line that gave it.
    pub origin: Origin,
}

impl Template {
    /// Gives the schema of a resource type of one's own or of a third party, as the registry of CloudFormation has it: JSON,
    /// or its text. Resources of the type are then validated as those of AWS's types are. It is not written into the template.
    ///
    /// A text that is no schema is a finding (AL0509), and so is a second schema of a type that differs from the first, and any
    /// where the feature `schemas` of `cfn-rules` is off.
    ///
    /// ```
    /// use cfn_model::{Resource, Template};
    /// use cfn_rules::Validate;
    ///
    /// let mut template = Template::new();
    /// template.schema("My::Org::Mailbox", r#"{
    ///     "typeName": "My::Org::Mailbox",
    ///     "properties": {"Size": {"type": "integer", "maximum": 10}},
    ///     "additionalProperties": false
    /// }"#);
    /// template.add("Inbox", Resource::raw("My::Org::Mailbox", serde_json::json!({"Size": 11})));
    /// assert_eq!(template.validate().findings[0].message, "`Size` must be at most 10, got 11");
    /// ```
    #[track_caller]
    pub fn schema(&mut self, type_name: impl Into<String>, schema: impl IntoNode) {
        let origin = self.origin.unwrap_or(Location::caller().into());
        self.schemas.push(OwnSchema { type_name: type_name.into(), schema: schema.into_node(), origin });
    }

    /// The schemas that were given.
    pub fn schemas(&self) -> &[OwnSchema] {
        &self.schemas
    }

    /// Says in which region it is deployed: validation reports resource types that the region has not (E3006).
    pub fn set_region(&mut self, region: Option<String>) {
        self.region = region;
    }

    /// The region, where it is known.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }
}
