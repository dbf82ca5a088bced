//! Fixed names of resources that a change would replace.

use cfn_model::{Function, Node};

use crate::{
    facts::{
        flow::{
            graph::Flow,
            model::{FUNCTION, Resource, SAM_FUNCTION},
            text::Text,
        },
        text::listed,
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// CloudFormation makes the new resource first and then deletes the old one. With a fixed name both would have the same
    /// one, so that it refuses the update. A name of CloudFormation's own has no such limit; it matters for resources with
    /// properties that cannot change in place, such as the description of a security group. Where a replacement would lose
    /// messages or data, this is `AL1044`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Group:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties: {GroupName: workers, GroupDescription: Workers}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Group:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties: {GroupDescription: Workers}
    /// ```
    AL1029: info "fixed name of a resource that a change would replace",
    on: On::Flow(check),
}

/// Types whose name is unique in an account and region, the property that is the name, and what is lost with such a
/// resource.
const NAMED: &[(&str, &str, &str)] = &[
    ("AWS::SQS::Queue", "QueueName", "messages"),
    ("AWS::SNS::Topic", "TopicName", ""),
    ("AWS::Lambda::Function", "FunctionName", ""),
    ("AWS::Serverless::Function", "FunctionName", ""),
    ("AWS::DynamoDB::Table", "TableName", "data"),
    ("AWS::Kinesis::Stream", "Name", "records"),
    ("AWS::S3::Bucket", "BucketName", "objects"),
    ("AWS::StepFunctions::StateMachine", "StateMachineName", ""),
    ("AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName", ""),
    ("AWS::IAM::Role", "RoleName", ""),
    ("AWS::Events::EventBus", "Name", ""),
    ("AWS::Cognito::UserPool", "UserPoolName", "users"),
    ("AWS::Pipes::Pipe", "Name", ""),
    ("AWS::EC2::SecurityGroup", "GroupName", ""),
];

/// A resource with a fixed name and properties that cannot change in place.
pub(super) struct Fixed<'f, 'd> {
    pub(super) resource: &'f Resource<'d>,
    /// The property that is the name.
    pub(super) key: &'static str,
    name: &'d Node,
    /// The properties that cannot change in place.
    properties: Vec<&'static str>,
    /// What a replacement loses.
    pub(super) loses: Option<&'static str>,
}

impl Fixed<'_, '_> {
    /// The properties, for a message: "`A` or `B`".
    pub(super) fn listed(&self) -> String {
        listed(self.properties.iter().copied(), "or")
    }
}

/// Every resource with a fixed name that a change would replace.
pub(super) fn fixed<'f, 'd>(flow: &'f Flow<'d>) -> Vec<Fixed<'f, 'd>> {
    let find = |resource: &'f Resource<'d>| {
        let (kind, key, loses) = NAMED.iter().find(|(kind, ..)| *kind == resource.kind)?;
        // What cannot change of SAM's function is what cannot change of the one that it becomes.
        let made = if *kind == SAM_FUNCTION { FUNCTION } else { kind };
        let schema = cfn_schema::resource_type(made)?;
        let name = resource.properties.get(key).filter(|name| !may_be_left_out(name))?;
        let mut properties: Vec<&'static str> = Vec::new();
        for path in schema.create_only().chain(schema.conditional_create_only()) {
            let property = path.strip_prefix("/properties/").unwrap_or(path).split('/').next().unwrap_or_default();
            let is_given = resource.properties.get(property).is_some_and(|node| !may_be_left_out(node));
            if property != *key && is_given && !properties.contains(&property) {
                properties.push(property);
            }
        }
        let keeps = flow.model.context.section("Resources").is_some_and(|all| is_kept(&all[resource.id]));
        let loses = (!loses.is_empty() && !keeps).then_some(*loses);
        (!properties.is_empty()).then_some(Fixed { resource, key, name, properties, loses })
    };
    flow.model.resources.iter().filter_map(find).collect()
}

/// Whether CloudFormation keeps what it replaces, or nobody knows.
fn is_kept(definition: &Node) -> bool {
    definition.get("UpdateReplacePolicy").is_some_and(|policy| policy.as_str() != Some("Delete"))
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    for fixed in fixed(flow).iter().filter(|fixed| fixed.loses.is_none()) {
        let Fixed { resource, key, name, .. } = fixed;
        let message = format!(
            "`{}`: a change of {} would replace it, which fails while its name is fixed, got `{key}: {}`",
            resource.id,
            fixed.listed(),
            Text::of(name)
        );
        report
            .at(resource.path(&[key]), message)
            .help(format!("leave `{key}` out and let CloudFormation name it, or rename it with such a change"));
    }
}

/// Whether a property may turn out not to be there.
fn may_be_left_out(node: &Node) -> bool {
    matches!(Function::call(node), Some((Function::If | Function::Transform, _)))
        || matches!(Function::call(node), Some((Function::Ref, name)) if name.as_str() == Some("AWS::NoValue"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::written;

    #[test]
    fn cases() {
        let function = |more: &str| {
            format!("Resources: {{F: {{Type: AWS::Lambda::Function, Properties: {{FunctionName: f{more}}}}}}}\n")
        };
        let message = "`F`: a change of `PackageType` would replace it, which fails while its name is fixed, got \
                       `FunctionName: f`";
        check(&RULE, &function(", PackageType: Image"), &[("Resources/F/Properties/FunctionName", message)]);
        check(&RULE, &function(", PackageType: !If [C, Image, Zip]"), &[]);
        let pipe = "Resources: {P: {Type: AWS::Pipes::Pipe, Properties: {Name: p, RoleArn: r, Source: s, Target: t, \
                    SourceParameters: {SqsQueueParameters: {BatchSize: 1}}}}}\n";
        let message = "`P`: a change of `Source` or `SourceParameters` would replace it, which fails while its name is \
                       fixed, got `Name: p`";
        check(&RULE, pipe, &[("Resources/P/Properties/Name", message)]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("fixed_name.yaml"));
    }
}
