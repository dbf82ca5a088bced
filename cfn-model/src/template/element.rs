//! What stands in the sections besides resources.

use crate::{Condition, IntoNode, Node, Object, intrinsic::Value};

/// A parameter: what the person who deploys the stack says.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter(Object);

/// A table of constants with two levels of keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping(Object);

/// A value that the stack shows, and may export to others.
#[derive(Clone, Debug, PartialEq)]
pub struct Output(Object);

/// A check of the parameters before anything is created: an entry of the section `Rules`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TemplateRule(Object);

macro_rules! object_setters {
    ($($(#[$doc:meta])* $name:ident($argument:ident: $type:ty) = $key:literal;)*) => {$(
        $(#[$doc])*
        pub fn $name(mut self, $argument: $type) -> Self {
            self.0.insert($key.to_owned(), $argument.into_node());
            self
        }
    )*};
}

impl Parameter {
    /// A parameter of any type that CloudFormation knows: `AWS::EC2::VPC::Id`,
    /// `AWS::SSM::Parameter::Value<String>`, `List<Number>`.
    pub fn new(type_name: &str) -> Parameter {
        Parameter(Object::from_iter([("Type".to_owned(), type_name.into_node())]))
    }

    /// A text.
    pub fn string() -> Parameter {
        Parameter::new("String")
    }

    /// A number, which templates use as a text or as a number.
    pub fn number() -> Parameter {
        Parameter::new("Number")
    }

    /// Texts with commas between them, which is a list in the template.
    pub fn comma_delimited_list() -> Parameter {
        Parameter::new("CommaDelimitedList")
    }

    object_setters! {
        /// The value when none is given. Without it, one has to be given.
        default(value: impl IntoNode) = "Default";
        /// The values that are allowed.
        allowed_values(values: Vec<impl IntoNode>) = "AllowedValues";
        /// A regular expression that the whole value has to match.
        allowed_pattern(pattern: &str) = "AllowedPattern";
        /// What is said when a value is not allowed.
        constraint_description(text: &str) = "ConstraintDescription";
        /// Up to 4,000 characters about it.
        description(text: &str) = "Description";
        /// How few characters.
        min_length(length: u32) = "MinLength";
        /// How many characters.
        max_length(length: u32) = "MaxLength";
        /// The smallest number, an integer or a decimal.
        min_value(value: impl IntoNode) = "MinValue";
        /// The largest number, an integer or a decimal.
        max_value(value: impl IntoNode) = "MaxValue";
        /// Whether the value is hidden wherever the stack is shown.
        no_echo(hidden: bool) = "NoEcho";
    }
}

impl Mapping {
    /// A mapping without entries.
    pub fn new() -> Mapping {
        Mapping::default()
    }

    /// Adds a value. `Fn::FindInMap` finds it by both keys.
    pub fn entry(mut self, first: &str, second: &str, value: impl IntoNode) -> Mapping {
        let inner = self.0.entry(first.to_owned()).or_insert_with(|| Node::Object(Object::default()));
        if let Node::Object(inner) = inner {
            inner.insert(second.to_owned(), value.into_node());
        }
        self
    }
}

impl Output {
    /// An output of this value, which CloudFormation shows as text. That of a number is `Output::new(number.cast())`.
    pub fn new(value: impl Into<Value<String>>) -> Output {
        Output(Object::from_iter([("Value".to_owned(), value.into().into_node())]))
    }

    /// The name by which other stacks of the account and region import it.
    pub fn export_name(mut self, name: impl Into<Value<String>>) -> Output {
        let export = Object::from_iter([("Name".to_owned(), name.into().into_node())]);
        self.0.insert("Export".to_owned(), export.into_node());
        self
    }

    /// The name of the condition under which the output is there.
    pub fn condition(mut self, name: impl Into<String>) -> Output {
        self.0.insert("Condition".to_owned(), name.into().into_node());
        self
    }

    object_setters! {
        /// Up to 1,024 bytes about it.
        description(text: &str) = "Description";
    }
}

impl TemplateRule {
    /// A rule without assertions.
    pub fn new() -> TemplateRule {
        TemplateRule::default()
    }

    /// Checks only when this holds.
    pub fn condition(mut self, condition: Condition) -> TemplateRule {
        self.0.insert("RuleCondition".to_owned(), condition.into_node());
        self
    }

    /// Adds something that has to hold, and what is said when it does not.
    pub fn assertion(mut self, condition: Condition, description: &str) -> TemplateRule {
        let assertion = Object::from_iter([
            ("Assert".to_owned(), condition.into_node()),
            ("AssertDescription".to_owned(), description.into_node()),
        ]);
        let assertions = self.0.entry("Assertions".to_owned()).or_insert_with(|| Node::Array(Vec::new()));
        if let Node::Array(assertions) = assertions {
            assertions.push(assertion.into_node());
        }
        self
    }
}

macro_rules! into_node {
    ($($name:ident)*) => {$(
        impl IntoNode for $name {
            fn into_node(self) -> Node {
                Node::Object(self.0)
            }
        }
    )*};
}

into_node! { Parameter Mapping Output TemplateRule }
