//! The typed form of an intrinsic, and the way to and from JSON.

use super::{Function, Value};
use crate::{IntoNode, IntoResource, Node, Object};

/// An intrinsic function with its arguments.
///
/// Make one with the functions of [`crate::intrinsic`], which return a [`Value`]. Arguments that may
/// themselves be intrinsics are [`Node`]s: the JSON form of whatever was given.
#[derive(Clone, Debug, PartialEq)]
pub enum Intrinsic {
    /// `Ref` to a parameter, a resource or a pseudo parameter.
    Ref(String),
    /// `Fn::GetAtt`.
    GetAtt {
        /// The logical id of the resource.
        resource: String,
        /// The attribute, `Arn` or `Endpoint.Address`.
        attribute: String,
    },
    /// `Fn::Sub`.
    Sub {
        /// The text with `${...}` in it.
        text: String,
        /// Values for names in the text that are neither parameters nor resources.
        variables: Object,
    },
    /// `Fn::Join`.
    Join {
        /// What stands between the members.
        delimiter: String,
        /// A list, or a function that gives one.
        values: Node,
    },
    /// `Fn::If`.
    If {
        /// The name of a condition.
        condition: String,
        /// The value when it holds.
        then: Node,
        /// The value when it does not.
        otherwise: Node,
    },
    /// `Fn::Select`.
    Select {
        /// From 0.
        index: Node,
        /// A list, or a function that gives one.
        list: Node,
    },
    /// `Fn::Split`.
    Split {
        /// What separates the members.
        delimiter: String,
        /// The text.
        source: Node,
    },
    /// `Fn::FindInMap`.
    FindInMap {
        /// The name of the mapping.
        map: Node,
        /// The top-level key.
        first: Node,
        /// The second-level key.
        second: Node,
        /// The value when there is no such key.
        default: Option<Node>,
    },
    /// `Fn::GetAZs`: of a region; the empty string is the stack's own.
    GetAzs(Node),
    /// `Fn::Cidr`.
    Cidr {
        /// The block to take apart.
        block: Node,
        /// How many blocks to make: 1 to 256.
        count: Node,
        /// How many bits each has for hosts.
        bits: Option<Node>,
    },
    /// `Fn::Base64`.
    Base64(Node),
    /// `Fn::ImportValue`.
    ImportValue(Node),
    /// `Fn::GetStackOutput`.
    GetStackOutput(StackOutput),
    /// `Fn::Transform`.
    Transform {
        /// The macro's name.
        name: String,
        /// Its parameters.
        parameters: Object,
    },
    /// `Fn::Length`. Needs the transform `AWS::LanguageExtensions`.
    Length(Node),
    /// `Fn::ToJsonString`. Needs the transform `AWS::LanguageExtensions`.
    ToJsonString(Node),
    /// Any JSON, unchecked until validation.
    Node(Node),
}

/// An output of another stack: `Fn::GetStackOutput`. CloudFormation reads it when the stack is created or updated, and does not
/// keep the other stack from changing it later.
///
/// ```
/// use cfn_model::{Output, Template, Value, intrinsic::get_stack_output};
///
/// let mut template = Template::new();
/// let certificate: Value<String> = get_stack_output("certificates", "WebArn").region("us-east-1").into();
/// template.output("Certificate", Output::new(certificate));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StackOutput {
    /// The name of the stack.
    pub stack: Node,
    /// The logical id of the output.
    pub output: Node,
    /// The region of the stack; that of the template's own stack if `None`.
    pub region: Option<Node>,
    /// The role that CloudFormation assumes to read the output. It must be given for a stack of another account.
    pub role: Option<Node>,
}

impl StackOutput {
    /// Sets the region of the other stack.
    pub fn region(mut self, region: impl IntoNode) -> StackOutput {
        self.region = Some(region.into_node());
        self
    }

    /// Sets the role that CloudFormation assumes to read the output: one of the other stack's account.
    pub fn role_arn(mut self, role: impl IntoNode) -> StackOutput {
        self.role = Some(role.into_node());
        self
    }
}

impl From<StackOutput> for Value<String> {
    fn from(output: StackOutput) -> Value<String> {
        Intrinsic::GetStackOutput(output).into_value()
    }
}

/// A condition: of the section `Conditions`, or an assertion of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Whether two values are the same.
    Equals(Node, Node),
    /// Whether all of two to ten conditions hold.
    And(Vec<Condition>),
    /// Whether any of two to ten conditions holds.
    Or(Vec<Condition>),
    /// Whether a condition does not hold.
    Not(Box<Condition>),
    /// A condition of this name in the same template.
    Named(String),
    /// Any JSON: the functions of rules, such as `Fn::Contains`.
    Node(Node),
}

/// `Fn::ForEach`: one entry of a section, or of a resource's properties, for each member of a
/// collection. Needs the transform `AWS::LanguageExtensions`.
///
/// ```
/// use cfn_model::{ForEach, Resource, Template};
/// use cfn_rules::Validate;
///
/// let mut template = Template::new();
/// let topic = Resource::raw("AWS::SNS::Topic", serde_json::json!({"DisplayName": {"Ref": "Stage"}}));
/// template.for_each(ForEach::new("Topics", "Stage", ["Dev", "Prod"]).resource("Topic${Stage}", topic));
/// assert!(!template.validate().has_errors());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ForEach {
    /// What makes this loop's key `Fn::ForEach::<name>` unique in the template.
    pub name: String,
    /// The name that stands as `${variable}` in keys and values of the body.
    pub variable: String,
    /// A list, or a `Ref` to a list parameter.
    pub collection: Node,
    /// What is repeated, by key.
    pub body: Object,
}

fn call(function: Function, argument: impl IntoNode) -> Node {
    Node::Object(Object::from_iter([(function.name().to_owned(), argument.into_node())]))
}

impl Intrinsic {
    /// As a value of the type that the place wants.
    pub fn into_value<T>(self) -> Value<T> {
        Value::Intrinsic(Box::new(self))
    }

    /// The typed form of JSON. What is no function call of the right shape stays [`Intrinsic::Node`], so
    /// that [`IntoNode::into_node`] gives the same JSON back.
    pub fn from_node(node: Node) -> Intrinsic {
        let typed = Function::call(&node).and_then(|(function, argument)| parse(function, argument));
        match typed {
            // Only what prints as it was read: `"A.Arn"` and `["A", "Arn"]` mean the same and are not.
            Some(intrinsic) if intrinsic.clone().into_node() == node => intrinsic,
            _ => Intrinsic::Node(node),
        }
    }
}

fn parse(function: Function, argument: &Node) -> Option<Intrinsic> {
    let text = || argument.as_str().map(str::to_owned);
    let items = argument.as_array().unwrap_or_default();
    let string = |index: usize| items.get(index).and_then(Node::as_str).map(str::to_owned);
    Some(match (function, items) {
        (Function::Ref, _) => Intrinsic::Ref(text()?),
        (Function::GetAtt, [_, _]) => Intrinsic::GetAtt { resource: string(0)?, attribute: string(1)? },
        (Function::Sub, []) => Intrinsic::Sub { text: text()?, variables: Object::default() },
        (Function::Sub, [_, variables]) => {
            Intrinsic::Sub { text: string(0)?, variables: variables.as_object()?.clone() }
        }
        (Function::Join, [_, values]) => Intrinsic::Join { delimiter: string(0)?, values: values.clone() },
        (Function::If, [_, then, otherwise]) => {
            Intrinsic::If { condition: string(0)?, then: then.clone(), otherwise: otherwise.clone() }
        }
        (Function::Select, [index, list]) => Intrinsic::Select { index: index.clone(), list: list.clone() },
        (Function::Split, [_, source]) => Intrinsic::Split { delimiter: string(0)?, source: source.clone() },
        (Function::FindInMap, [map, first, second, rest @ ..]) => Intrinsic::FindInMap {
            map: map.clone(),
            first: first.clone(),
            second: second.clone(),
            default: rest.first().and_then(|options| options.get("DefaultValue")).cloned(),
        },
        (Function::GetAzs, _) => Intrinsic::GetAzs(argument.clone()),
        (Function::Cidr, [block, count, rest @ ..]) => {
            Intrinsic::Cidr { block: block.clone(), count: count.clone(), bits: rest.first().cloned() }
        }
        (Function::Base64, _) => Intrinsic::Base64(argument.clone()),
        (Function::ImportValue, _) => Intrinsic::ImportValue(argument.clone()),
        (Function::GetStackOutput, _) => Intrinsic::GetStackOutput(StackOutput {
            stack: argument.get("StackName")?.clone(),
            output: argument.get("OutputName")?.clone(),
            region: argument.get("Region").cloned(),
            role: argument.get("RoleArn").cloned(),
        }),
        (Function::Transform, _) => Intrinsic::Transform {
            name: argument["Name"].as_str()?.to_owned(),
            parameters: argument.get("Parameters").and_then(Node::as_object).cloned().unwrap_or_default(),
        },
        (Function::Length, _) => Intrinsic::Length(argument.clone()),
        (Function::ToJsonString, _) => Intrinsic::ToJsonString(argument.clone()),
        _ => return None,
    })
}

impl IntoNode for Intrinsic {
    fn into_node(self) -> Node {
        match self {
            Intrinsic::Ref(name) => call(Function::Ref, name),
            Intrinsic::GetAtt { resource, attribute } => call(Function::GetAtt, [resource, attribute]),
            Intrinsic::Sub { text, variables } if variables.is_empty() => call(Function::Sub, text),
            Intrinsic::Sub { text, variables } => call(Function::Sub, [text.into_node(), variables.into_node()]),
            Intrinsic::Join { delimiter, values } => call(Function::Join, [delimiter.into_node(), values]),
            Intrinsic::If { condition, then, otherwise } => {
                call(Function::If, [condition.into_node(), then, otherwise])
            }
            Intrinsic::Select { index, list } => call(Function::Select, [index, list]),
            Intrinsic::Split { delimiter, source } => call(Function::Split, [delimiter.into_node(), source]),
            Intrinsic::FindInMap { map, first, second, default } => {
                let mut arguments = vec![map, first, second];
                arguments
                    .extend(default.map(|value| Object::from_iter([("DefaultValue".to_owned(), value)]).into_node()));
                call(Function::FindInMap, arguments)
            }
            Intrinsic::GetAzs(region) => call(Function::GetAzs, region),
            Intrinsic::Cidr { block, count, bits } => {
                call(Function::Cidr, [block, count].into_iter().chain(bits).collect::<Vec<_>>())
            }
            Intrinsic::Base64(value) => call(Function::Base64, value),
            Intrinsic::ImportValue(name) => call(Function::ImportValue, name),
            Intrinsic::GetStackOutput(StackOutput { stack, output, region, role }) => {
                let mut argument =
                    Object::from_iter([("StackName".to_owned(), stack), ("OutputName".to_owned(), output)]);
                argument.extend(region.map(|region| ("Region".to_owned(), region)));
                argument.extend(role.map(|role| ("RoleArn".to_owned(), role)));
                call(Function::GetStackOutput, argument)
            }
            Intrinsic::Transform { name, parameters } => {
                let mut argument = Object::from_iter([("Name".to_owned(), name.into_node())]);
                if !parameters.is_empty() {
                    argument.insert("Parameters".to_owned(), parameters.into_node());
                }
                call(Function::Transform, argument)
            }
            Intrinsic::Length(list) => call(Function::Length, list),
            Intrinsic::ToJsonString(value) => call(Function::ToJsonString, value),
            Intrinsic::Node(node) => node,
        }
    }
}

impl Condition {
    /// Holds when the two values are the same.
    pub fn equals(left: impl IntoNode, right: impl IntoNode) -> Condition {
        Condition::Equals(left.into_node(), right.into_node())
    }

    /// Holds when this and the other condition do.
    pub fn and(self, other: Condition) -> Condition {
        match self {
            Condition::And(mut all) => {
                all.push(other);
                Condition::And(all)
            }
            first => Condition::And(vec![first, other]),
        }
    }

    /// Holds when this or the other condition does.
    pub fn or(self, other: Condition) -> Condition {
        match self {
            Condition::Or(mut all) => {
                all.push(other);
                Condition::Or(all)
            }
            first => Condition::Or(vec![first, other]),
        }
    }

    /// `Fn::Contains`: holds when the list has the value. For rules only.
    pub fn contains(list: impl IntoNode, value: impl IntoNode) -> Condition {
        Condition::Node(call(Function::Contains, [list.into_node(), value.into_node()]))
    }

    /// `Fn::EachMemberEquals`: holds when every member of the list is the value. For rules only.
    pub fn each_member_equals(list: impl IntoNode, value: impl IntoNode) -> Condition {
        Condition::Node(call(Function::EachMemberEquals, [list.into_node(), value.into_node()]))
    }

    /// `Fn::EachMemberIn`: holds when every member of the one list is in the other. For rules only.
    pub fn each_member_in(list: impl IntoNode, among: impl IntoNode) -> Condition {
        Condition::Node(call(Function::EachMemberIn, [list.into_node(), among.into_node()]))
    }

    /// The condition of this name in the same template.
    pub fn named(name: impl Into<String>) -> Condition {
        Condition::Named(name.into())
    }
}

impl std::ops::Not for Condition {
    type Output = Condition;

    fn not(self) -> Condition {
        Condition::Not(Box::new(self))
    }
}

impl IntoNode for Condition {
    fn into_node(self) -> Node {
        match self {
            Condition::Equals(left, right) => call(Function::Equals, [left, right]),
            Condition::And(all) => call(Function::And, all),
            Condition::Or(any) => call(Function::Or, any),
            Condition::Not(condition) => call(Function::Not, [*condition]),
            Condition::Named(name) => call(Function::Condition, name),
            Condition::Node(node) => node,
        }
    }
}

impl ForEach {
    /// A loop without a body. `name` is unique in the template; `variable` stands as `${variable}` in the body;
    /// `collection` is a list, or a `Ref` to a list parameter.
    pub fn new(name: impl Into<String>, variable: impl Into<String>, collection: impl IntoNode) -> ForEach {
        let collection = collection.into_node();
        ForEach { name: name.into(), variable: variable.into(), collection, body: Object::default() }
    }

    /// A resource that is repeated. `id` has the variable in it, so that each gets a name of its own.
    pub fn resource(self, id: impl Into<String>, resource: impl IntoResource) -> ForEach {
        self.entry(id, resource.into_definition())
    }

    /// Anything else that is repeated: an output, a condition, a property.
    pub fn entry(mut self, key: impl Into<String>, value: impl IntoNode) -> ForEach {
        self.body.insert(key.into(), value.into_node());
        self
    }

    /// The key and the value of the entry that this loop is.
    pub fn into_entry(self) -> (String, Node) {
        let body = self.body.into_node();
        (format!("Fn::ForEach::{}", self.name), Node::Array(vec![self.variable.into_node(), self.collection, body]))
    }
}
