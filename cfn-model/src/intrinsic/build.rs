//! One function for each intrinsic, in the order of CloudFormation's reference.

use super::{Function, Intrinsic, List, StackOutput, Value};
use crate::{IntoNode, Node, Object};

/// `Fn::Base64`: the text in base 64, as user data wants it.
pub fn base64(text: impl IntoNode) -> Value<String> {
    Intrinsic::Base64(text.into_node()).into_value()
}

/// `Fn::Cidr`: `count` (1 to 256) address blocks out of `block`, each with `bits` bits for hosts.
pub fn cidr(block: impl IntoNode, count: impl IntoNode, bits: impl IntoNode) -> Value<List<String>> {
    Intrinsic::Cidr { block: block.into_node(), count: count.into_node(), bits: Some(bits.into_node()) }.into_value()
}

/// `Fn::FindInMap`: a value of a mapping. The keys may be intrinsics.
pub fn find_in_map<T>(map: impl IntoNode, first: impl IntoNode, second: impl IntoNode) -> Value<T> {
    let (map, first, second) = (map.into_node(), first.into_node(), second.into_node());
    Intrinsic::FindInMap { map, first, second, default: None }.into_value()
}

/// `Fn::FindInMap` with the value for when there is no such key.
pub fn find_in_map_or<T: IntoNode>(
    map: impl IntoNode,
    first: impl IntoNode,
    second: impl IntoNode,
    default: impl Into<Value<T>>,
) -> Value<T> {
    let (map, first, second) = (map.into_node(), first.into_node(), second.into_node());
    Intrinsic::FindInMap { map, first, second, default: Some(default.into().into_node()) }.into_value()
}

/// `Fn::GetAtt`: an attribute of a resource, by name. A typed handle has a method for each attribute,
/// which a misspelling does not survive.
pub fn get_att<T>(resource: impl Into<String>, attribute: impl Into<String>) -> Value<T> {
    Intrinsic::GetAtt { resource: resource.into(), attribute: attribute.into() }.into_value()
}

/// `Fn::GetAZs`: the availability zones of a region; of the stack's own for the empty string.
pub fn get_azs(region: impl IntoNode) -> Value<List<String>> {
    Intrinsic::GetAzs(region.into_node()).into_value()
}

/// `Fn::If`: `then` when the condition of this name holds, else `otherwise`.
pub fn if_<T: IntoNode>(
    condition: impl Into<String>,
    then: impl Into<Value<T>>,
    otherwise: impl Into<Value<T>>,
) -> Value<T> {
    let (then, otherwise) = (then.into().into_node(), otherwise.into().into_node());
    Intrinsic::If { condition: condition.into(), then, otherwise }.into_value()
}

/// `Fn::ImportValue`: an output that another stack of this account and region exports.
pub fn import_value(name: impl IntoNode) -> Value<String> {
    Intrinsic::ImportValue(name.into_node()).into_value()
}

/// `Fn::GetStackOutput`: an output of another stack, also in another account or region.
pub fn get_stack_output(stack: impl IntoNode, output: impl IntoNode) -> StackOutput {
    StackOutput { stack: stack.into_node(), output: output.into_node(), region: None, role: None }
}

/// `Fn::Join`: the members, with `delimiter` between them.
pub fn join(delimiter: impl Into<String>, values: impl IntoNode) -> Value<String> {
    Intrinsic::Join { delimiter: delimiter.into(), values: values.into_node() }.into_value()
}

/// `Fn::Length`: how many members a list has. Needs the transform `AWS::LanguageExtensions`.
pub fn length(list: impl IntoNode) -> Value<i64> {
    Intrinsic::Length(list.into_node()).into_value()
}

/// `Ref` to `AWS::NoValue`: the property is left out.
pub fn no_value<T>() -> Value<T> {
    ref_("AWS::NoValue")
}

/// `Ref`: the value of a parameter or pseudo parameter, or the main identifier of a resource.
pub fn ref_<T>(name: impl Into<String>) -> Value<T> {
    Intrinsic::Ref(name.into()).into_value()
}

/// `Fn::RefAll`: all values of the parameters of this type, such as `AWS::EC2::VPC::Id`. For rules only.
pub fn ref_all(parameter_type: impl IntoNode) -> Value<List<String>> {
    Intrinsic::Node(Object::from_iter([(Function::RefAll.name().to_owned(), parameter_type.into_node())]).into_node())
        .into_value()
}

/// `Fn::Select`: the member at `index`, from 0.
pub fn select(index: impl IntoNode, list: impl IntoNode) -> Value<String> {
    Intrinsic::Select { index: index.into_node(), list: list.into_node() }.into_value()
}

/// `Fn::Split`: the text taken apart at each `delimiter`.
pub fn split(delimiter: impl Into<String>, source: impl IntoNode) -> Value<List<String>> {
    Intrinsic::Split { delimiter: delimiter.into(), source: source.into_node() }.into_value()
}

/// `Fn::Sub`: the text with `${Name}` and `${Resource.Attribute}` filled in.
pub fn sub(text: impl Into<String>) -> Value<String> {
    Intrinsic::Sub { text: text.into(), variables: Object::default() }.into_value()
}

/// `Fn::Sub` with values for names of its own.
pub fn sub_with<K: Into<String>, V: IntoNode>(
    text: impl Into<String>,
    variables: impl IntoIterator<Item = (K, V)>,
) -> Value<String> {
    let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into_node())).collect();
    Intrinsic::Sub { text: text.into(), variables }.into_value()
}

/// `Fn::ToJsonString`: an object or a list as JSON text. Needs the transform `AWS::LanguageExtensions`.
pub fn to_json_string(value: impl IntoNode) -> Value<String> {
    Intrinsic::ToJsonString(value.into_node()).into_value()
}

/// `Fn::ValueOf`: an attribute of what a parameter names, such as `Tags.Department`. For rules only.
pub fn value_of(parameter: impl IntoNode, attribute: impl IntoNode) -> Value<String> {
    value_of_any(Function::ValueOf, parameter.into_node(), attribute.into_node()).into_value()
}

/// `Fn::ValueOfAll`: an attribute of everything that parameters of this type name. For rules only.
pub fn value_of_all(parameter_type: impl IntoNode, attribute: impl IntoNode) -> Value<List<String>> {
    value_of_any(Function::ValueOfAll, parameter_type.into_node(), attribute.into_node()).into_value()
}

fn value_of_any(function: Function, of: Node, attribute: Node) -> Intrinsic {
    Intrinsic::Node(Object::from_iter([(function.name().to_owned(), [of, attribute].into_node())]).into_node())
}

/// `Fn::Transform`: what the macro `name` makes of this place.
pub fn transform<T>(name: impl Into<String>, parameters: Object) -> Value<T> {
    Intrinsic::Transform { name: name.into(), parameters }.into_value()
}

macro_rules! pseudo_parameters {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// The pseudo parameters, which every template has.
        pub mod pseudo {
            use super::{Value, ref_};

            $($(#[$doc])* pub fn $name() -> Value<String> { ref_($text) })*
        }
    };
}

pseudo_parameters! {
    /// `AWS::AccountId`: the account that the stack is created in, 12 digits.
    account_id = "AWS::AccountId";
    /// `AWS::Partition`: `aws`, `aws-cn` or `aws-us-gov`.
    partition = "AWS::Partition";
    /// `AWS::Region`: the region that the stack is created in.
    region = "AWS::Region";
    /// `AWS::StackId`: the stack's ARN.
    stack_id = "AWS::StackId";
    /// `AWS::StackName`: the stack's name.
    stack_name = "AWS::StackName";
    /// `AWS::URLSuffix`: the domain of AWS's services there, `amazonaws.com`.
    url_suffix = "AWS::URLSuffix";
}
