//! One resource that names another: whether what `Ref` or `Fn::GetAtt` gives has the format of the property.

use cfn_model::{Function, Node, Rule};
use cfn_schema::{Keyword, Schema};

use crate::{
    codes as rules,
    facts::{
        context::{Context, Target},
        kinds,
    },
};

/// Types whose attributes are whatever somebody made them.
const OPEN: [&str; 4] = [
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::Stack",
    "AWS::Serverless::Application",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
];

/// What a call gives that has not the format: the rule, and what it is.
#[derive(Debug)]
pub(crate) struct Mismatch {
    pub(crate) rule: &'static Rule,
    /// The formats that it has.
    pub(crate) given: Vec<&'static str>,
}

/// Whether a call gives a value of another format than `wanted`. What a parameter, a custom resource or a nested stack
/// gives is unknown.
pub(crate) fn mismatch(context: &Context<'_>, wanted: &str, function: Function, argument: &Node) -> Option<Mismatch> {
    let (rule, given) = match function {
        Function::Ref => (&rules::E1041, of_ref(context, argument.as_str()?)?),
        Function::GetAtt => (&rules::E1040, of_attribute(context, argument)?),
        _ => return None,
    };
    let fits = given.contains(&wanted);
    (!fits).then_some(Mismatch { rule, given })
}

/// The formats of what `Ref` gives: those of the primary identifier.
fn of_ref(context: &Context<'_>, id: &str) -> Option<Vec<&'static str>> {
    let Some(Target::Resource(kind)) = context.target(id) else { return None };
    if kind.starts_with("Custom::") || kind == OPEN[0] || kind.ends_with("::MODULE") {
        return None;
    }
    let known = cfn_schema::resource_type(kind)?;
    if kind == "AWS::EC2::SecurityGroup" {
        // A group of a VPC is known by its id, one of EC2-Classic by its name.
        let properties = context.section("Resources")?.get(id)?.get("Properties");
        let vpc = properties.and_then(|properties| properties.get("VpcId"));
        return Some(vec![if vpc.is_some() { "AWS::EC2::SecurityGroup.Id" } else { "AWS::EC2::SecurityGroup.Name" }]);
    }
    let mut identifiers = known.primary_identifier();
    Some(match (identifiers.next(), identifiers.next()) {
        (Some(path), None) => at(known.schema(), path).map(formats).unwrap_or_default(),
        _ => Vec::new(),
    })
}

fn of_attribute(context: &Context<'_>, argument: &Node) -> Option<Vec<&'static str>> {
    let (kind, attribute) = kinds::get_att(context, argument)?;
    if OPEN.contains(&kind) || kind.starts_with("Custom::") || (kind, attribute) == ("AWS::SSM::Parameter", "Value") {
        return None;
    }
    Some(formats(cfn_schema::resource_type(kind)?.attribute(attribute)?))
}

/// The schema of a property, by its path.
fn at(schema: Schema, path: &str) -> Option<Schema> {
    path.split('/').try_fold(schema, |schema, name| schema.resolve().property(name))
}

/// The formats that a value of this schema can have.
fn formats(schema: Schema) -> Vec<&'static str> {
    let mut formats = Vec::new();
    for keyword in schema.resolve().keywords() {
        match keyword {
            Keyword::Format(format) => formats.push(current(format)),
            Keyword::AnyOf(all) => formats.extend(all.filter_map(Schema::format).map(current)),
            _ => {}
        }
    }
    formats
}

/// The name of today for one that some schemas still have.
fn current(format: &'static str) -> &'static str {
    if format == "AWS::EC2::SecurityGroup.GroupId" { "AWS::EC2::SecurityGroup.Id" } else { format }
}
