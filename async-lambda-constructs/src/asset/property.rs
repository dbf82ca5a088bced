//! The properties whose local paths `sam package` and `aws cloudformation package` upload.

use cfn_model::{Path, Segment};

/// What a property wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// An archive that Lambda unpacks.
    Code,
    /// Any other archive.
    Archive,
    /// A file.
    File,
    /// The context of a container image.
    Image,
}

use Content::{Archive, Code, File};

/// The list in the AWS CLI's documentation of `cloudformation package`; what its code has beside that, and what only `sam` has.
const PROPERTIES: &[(&str, &str, Content)] = &[
    ("AWS::ApiGateway::RestApi", "BodyS3Location", File),
    ("AWS::ApiGatewayV2::Api", "BodyS3Location", File),
    ("AWS::AppSync::FunctionConfiguration", "CodeS3Location", File),
    ("AWS::AppSync::FunctionConfiguration", "RequestMappingTemplateS3Location", File),
    ("AWS::AppSync::FunctionConfiguration", "ResponseMappingTemplateS3Location", File),
    ("AWS::AppSync::GraphQLSchema", "DefinitionS3Location", File),
    ("AWS::AppSync::Resolver", "CodeS3Location", File),
    ("AWS::AppSync::Resolver", "RequestMappingTemplateS3Location", File),
    ("AWS::AppSync::Resolver", "ResponseMappingTemplateS3Location", File),
    ("AWS::CloudFormation::ModuleVersion", "ModulePackage", Archive),
    ("AWS::CloudFormation::ResourceVersion", "SchemaHandlerPackage", Archive),
    ("AWS::CloudFormation::Stack", "TemplateURL", File),
    ("AWS::CloudFormation::StackSet", "TemplateURL", File),
    ("AWS::CodeCommit::Repository", "Code/S3", Archive),
    ("AWS::ElasticBeanstalk::ApplicationVersion", "SourceBundle", Archive),
    ("AWS::Glue::Job", "Command/ScriptLocation", File),
    ("AWS::Lambda::Function", "Code", Code),
    ("AWS::Lambda::LayerVersion", "Content", Code),
    ("AWS::Serverless::Api", "DefinitionUri", File),
    ("AWS::Serverless::Application", "Location", File),
    ("AWS::Serverless::Function", "CodeUri", Code),
    ("AWS::Serverless::HttpApi", "DefinitionUri", File),
    ("AWS::Serverless::LayerVersion", "ContentUri", Code),
    ("AWS::Serverless::StateMachine", "DefinitionUri", File),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location", File),
];

/// What a place of a resource wants, where packaging looks at it. `path` is that in the template.
pub(crate) fn content(kind: &str, path: &Path) -> Option<Content> {
    let steps: Vec<&str> = path.0.iter().map_while(key).collect();
    if steps.len() < path.0.len() {
        return None;
    }
    match steps.as_slice() {
        ["Resources", _, "Metadata", "DockerContext"] => Some(Content::Image),
        ["Resources", _, .., "Fn::Transform", "Parameters", "Location"] => Some(File),
        ["Resources", _, "Properties", rest @ ..] => {
            let property = rest.join("/");
            let known = |(of, name, _): &&(&str, &str, Content)| *of == kind && *name == property;
            PROPERTIES.iter().find(known).map(|(_, _, content)| *content)
        }
        _ => None,
    }
}

fn key(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Key(key) => Some(key),
        Segment::Index(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_are_uploaded() {
        let check = |kind: &str, path: &str, expected: Option<Content>| {
            let step = |step: &str| step.parse::<usize>().map_or_else(|_| step.into(), Segment::Index);
            let path = Path(format!("Resources/It/{path}").split('/').map(step).collect());
            assert_eq!(content(kind, &path), expected, "{kind} {path}");
        };
        check("AWS::Lambda::Function", "Properties/Code", Some(Code));
        check("AWS::Lambda::Function", "Properties/Code/S3Key", None);
        check("AWS::Lambda::Function", "Properties/Code/Fn::If/1", None);
        check("AWS::Lambda::Function", "Metadata/DockerContext", Some(Content::Image));
        check("AWS::Glue::Job", "Properties/Command/ScriptLocation", Some(File));
        check("AWS::SQS::Queue", "Properties/QueueName", None);
        check("AWS::SQS::Queue", "Properties/Fn::Transform/Parameters/Location", Some(File));
    }
}
