//! A resource, as a visit of the program sees it.

use cfn_model::{IntoNode, Node, PropertyPath, ResourceType};

use crate::Stack;

/// A resource of a stack, which a [visit](crate::Program::visit) may change.
#[derive(Debug)]
pub struct Visited<'a> {
    stack: &'a mut Stack,
    id: &'a str,
}

impl<'a> Visited<'a> {
    pub(super) fn new(stack: &'a mut Stack, id: &'a str) -> Visited<'a> {
        Visited { stack, id }
    }

    /// The name of its stack.
    pub fn stack_name(&self) -> &str {
        self.stack.name()
    }

    /// Its logical id.
    pub fn logical_id(&self) -> &str {
        self.id
    }

    /// Its type, `AWS::SQS::Queue`; empty for an entry without one, such as a loop.
    pub fn type_name(&self) -> &str {
        self.definition()["Type"].as_str().unwrap_or_default()
    }

    /// Whether it is of a type: `resource.is::<sqs::Queue>()`.
    pub fn is<T: ResourceType>(&self) -> bool {
        self.type_name() == T::TYPE
    }

    /// The whole resource: `Type`, `Properties` and the rest.
    pub fn definition(&self) -> &Node {
        static NOTHING: Node = Node::Null;
        self.stack.resource(self.id).unwrap_or(&NOTHING)
    }

    /// One of its properties; `Null` where it has none of this name.
    pub fn property(&self, name: &str) -> &Node {
        &self.definition()["Properties"][name]
    }

    /// Sets a property, or a part of one: `set("RedrivePolicy.maxReceiveCount", 5)`.
    #[track_caller]
    pub fn set(&mut self, path: impl Into<PropertyPath>, value: impl IntoNode) {
        self.stack.override_property(self.id, path, value);
    }

    /// Sets a property that it does not have. Returns whether it did.
    #[track_caller]
    pub fn set_default(&mut self, name: &str, value: impl IntoNode) -> bool {
        let is_missing = *self.property(name) == Node::Null;
        if is_missing {
            self.stack.override_property(self.id, [name], value);
        }
        is_missing
    }

    /// Sets all properties that a typed resource has: `resource.merge(sqs::Queue::new().delay_seconds(5))`. A resource of another
    /// type stays as it is. Returns whether it was of that type.
    #[track_caller]
    pub fn merge<T: ResourceType>(&mut self, properties: T) -> bool {
        let is_typed = self.is::<T>();
        if let (true, Node::Object(properties)) = (is_typed, properties.into_node()) {
            for (name, value) in properties {
                self.stack.override_property(self.id, [name], value);
            }
        }
        is_typed
    }

    /// Sets an attribute beside the properties: `set_attribute("DeletionPolicy", "Retain")`.
    #[track_caller]
    pub fn set_attribute(&mut self, path: impl Into<PropertyPath>, value: impl IntoNode) {
        self.stack.override_attribute(self.id, path, value);
    }
}
