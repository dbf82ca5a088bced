//! What a call gives: a list, an attribute's type, nothing that is known.

use cfn_model::{Function, Node};
use cfn_schema::Types;
use strsim::osa_distance;

use crate::facts::context::{Context, Target};

/// What a call gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Scalar,
    List,
    Any,
    /// The value of a parameter whose type is none.
    Nothing,
}

impl Kind {
    /// Whether a value of one of the types is what comes back.
    pub(crate) fn fits(self, types: Types) -> bool {
        let scalars = [Types::STRING, Types::INTEGER, Types::NUMBER, Types::BOOLEAN];
        match self {
            Kind::Any => true,
            Kind::List => types.contains(Types::ARRAY),
            Kind::Nothing => types.contains(Types::ARRAY) && scalars.into_iter().any(|one| types.contains(one)),
            Kind::Scalar => scalars.into_iter().any(|one| types.contains(one)),
        }
    }
}

/// Whether a resource type is one of another publisher in the registry of CloudFormation, as far as its name says: three
/// names, of which the first is neither AWS's own nor one that is a misspelling of it.
pub fn is_third_party(kind: &str) -> bool {
    const RESERVED: [&str; 3] = ["AWS", "Alexa", "Custom"];
    let names: Vec<&str> = kind.split("::").collect();
    let [publisher, service, resource] = names[..] else { return false };
    let is_name = |name: &str| (2..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_slip = || {
        osa_distance(publisher, "AWS") == 1
            && cfn_schema::resource_type(&format!("AWS::{service}::{resource}")).is_some()
    };
    names.iter().all(|name| is_name(name))
        && !RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(publisher))
        && !is_slip()
}

/// The schema of every custom resource.
pub(crate) const CUSTOM: &str = "AWS::CloudFormation::CustomResource";

/// The type whose schema describes resources of this type.
pub(crate) fn schema_of(kind: &str) -> &str {
    if kind.starts_with("Custom::") { CUSTOM } else { kind }
}

/// Whether a parameter of this type is a list.
pub(crate) fn is_list_parameter(kind: &str) -> bool {
    let kind = kind.strip_prefix("AWS::SSM::Parameter::Value<").unwrap_or(kind);
    kind.starts_with("CommaDelimitedList") || kind.starts_with("List<")
}

/// The types of parameters without those of AWS.
pub(crate) const PARAMETER_TYPES: [&str; 5] =
    ["String", "Number", "CommaDelimitedList", "List<Number>", "AWS::SSM::Parameter::Name"];

/// Types of parameters that are a value of their own; each can be in a list as well, and come from the Parameter Store.
pub(crate) const AWS_TYPES: [&str; 10] = [
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::VPC::Id",
    "AWS::EC2::Volume::Id",
    "AWS::Route53::HostedZone::Id",
];

/// Whether CloudFormation's documentation has the type of a parameter, so that it checks the values.
pub(crate) fn is_parameter_type(kind: &str) -> bool {
    let inner = |prefix: &str, kind: &'_ str| kind.strip_prefix(prefix)?.strip_suffix('>').map(str::to_owned);
    let is_value = |kind: &str| AWS_TYPES.contains(&kind) || matches!(kind, "String" | "Number");
    let stored = inner("AWS::SSM::Parameter::Value<", kind);
    let kind = stored.as_deref().unwrap_or(kind);
    is_value(kind)
        || matches!(kind, "CommaDelimitedList" | "AWS::SSM::Parameter::Name")
        // There are no lists of key pairs.
        || inner("List<", kind).is_some_and(|kind| is_value(&kind) && kind != "AWS::EC2::KeyPair::KeyName")
}

/// The types of what `Fn::GetAtt` gives, where the resource exists and its schema says so.
pub(crate) fn attribute_types(context: &Context<'_>, argument: &Node) -> Option<Types> {
    let (kind, attribute) = get_att(context, argument)?;
    if (kind, attribute) == ("AWS::DocDB::DBCluster", "Port") {
        // The one property that is a number going in and a text coming out.
        return Some(Types::STRING);
    }
    let schema = context.resource_type(kind)?.attribute(attribute)?;
    schema.types().or_else(|| schema.resolve().types())
}

/// What a call gives back.
pub(crate) fn result(context: &Context<'_>, function: Function, argument: &Node) -> Kind {
    match function {
        Function::Ref => match argument.as_str().map(|name| (name, context.target(name))) {
            None | Some(("AWS::NoValue", _) | (_, None | Some(Target::Unknown))) => Kind::Any,
            Some((_, Some(Target::Parameter(kind)))) if !is_parameter_type(kind) => Kind::Nothing,
            Some((_, Some(Target::Parameter(kind)))) if is_list_parameter(kind) => Kind::List,
            Some(("AWS::NotificationARNs", Some(Target::Pseudo))) => Kind::List,
            Some(_) => Kind::Scalar,
        },
        Function::GetAzs | Function::Split | Function::Cidr => Kind::List,
        Function::Base64
        | Function::Join
        | Function::Sub
        | Function::ToJsonString
        | Function::Length
        | Function::ImportValue
        | Function::GetStackOutput => Kind::Scalar,
        _ => Kind::Any,
    }
}

/// The regions that there are.
pub(crate) const REGIONS: [&str; 46] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

/// The resource type and the attribute that `Fn::GetAtt` names, when the resource exists.
pub(crate) fn get_att<'n>(context: &Context<'n>, argument: &'n Node) -> Option<(&'n str, &'n str)> {
    match argument {
        Node::String(name) => split(context, name),
        Node::Array(parts) => match parts.as_slice() {
            [Node::String(id), Node::String(attribute)] => {
                Some((context.resource(id)?, attribute.as_str())).filter(|_| {
                    !attribute.contains('.') || {
                        // `Fn.Version` can be a resource that SAM makes.
                        attribute
                            .split_once('.')
                            .is_none_or(|(first, _)| context.resource(&format!("{id}.{first}")).is_none())
                    }
                })
            }
            _ => None,
        },
        _ => None,
    }
}

/// Takes `Resource.Attribute` apart; the id of a resource that SAM makes can have a dot in it.
pub(crate) fn split<'n>(context: &Context<'n>, name: &'n str) -> Option<(&'n str, &'n str)> {
    // No id has a dot, but for those of what SAM makes, which have one.
    let dots: Vec<usize> = name.match_indices('.').map(|(position, _)| position).take(4).collect();
    dots.iter().rev().find_map(|dot| Some((context.resource(&name[..*dot])?, &name[dot + 1..])))
}
