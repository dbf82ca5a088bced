//! Configurations of actions that fail when the pipeline runs.

use crate::{
    facts::{text, values::Value},
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
    schema::formats,
};

rule! {
    /// The template of a CloudFormation action is the name of an artifact, `::` and a path, and the action must have
    /// that artifact as an input. Its role is the ARN of a role. Otherwise the action fails when it runs.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Pipeline:
    ///     Type: AWS::CodePipeline::Pipeline
    ///     Properties:
    ///       RoleArn: arn:aws:iam::111122223333:role/pipeline
    ///       ArtifactStore:
    ///         Type: S3
    ///         Location: artifacts
    ///       Stages:
    ///         - Name: Source
    ///           Actions:
    ///             - Name: Fetch
    ///               ActionTypeId:
    ///                 Category: Source
    ///                 Owner: AWS
    ///                 Provider: CodeCommit
    ///                 Version: "1"
    ///               OutputArtifacts:
    ///                 - Name: Code
    ///               Configuration:
    ///                 RepositoryName: code
    ///                 BranchName: main
    ///         - Name: Deploy
    ///           Actions:
    ///             - Name: Deploy
    ///               ActionTypeId:
    ///                 Category: Deploy
    ///                 Owner: AWS
    ///                 Provider: CloudFormation
    ///                 Version: "1"
    ///               InputArtifacts:
    ///                 - Name: Code
    ///               Configuration:
    ///                 ActionMode: CREATE_UPDATE
    ///                 StackName: app
    ///                 TemplatePath: Built::template.yaml
    ///                 RoleArn: arn:aws:iam::111122223333:role/deploy
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Pipeline:
    ///     Type: AWS::CodePipeline::Pipeline
    ///     Properties:
    ///       RoleArn: arn:aws:iam::111122223333:role/pipeline
    ///       ArtifactStore:
    ///         Type: S3
    ///         Location: artifacts
    ///       Stages:
    ///         - Name: Source
    ///           Actions:
    ///             - Name: Fetch
    ///               ActionTypeId:
    ///                 Category: Source
    ///                 Owner: AWS
    ///                 Provider: CodeCommit
    ///                 Version: "1"
    ///               OutputArtifacts:
    ///                 - Name: Code
    ///               Configuration:
    ///                 RepositoryName: code
    ///                 BranchName: main
    ///         - Name: Deploy
    ///           Actions:
    ///             - Name: Deploy
    ///               ActionTypeId:
    ///                 Category: Deploy
    ///                 Owner: AWS
    ///                 Provider: CloudFormation
    ///                 Version: "1"
    ///               InputArtifacts:
    ///                 - Name: Code
    ///               Configuration:
    ///                 ActionMode: CREATE_UPDATE
    ///                 StackName: app
    ///                 TemplatePath: Code::template.yaml
    ///                 RoleArn: arn:aws:iam::111122223333:role/deploy
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// Where the name of an artifact comes from a function, cfn-lint reports every path; what the function gives is not known, so nothing is reported here.
    E3703: error "template path or role that a CloudFormation action cannot use",
    on: On::Resource(&["AWS::CodePipeline::Pipeline"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for action in look.get("Stages/*/Actions/*") {
        for template in look.below(&action, "Configuration/TemplatePath") {
            let Some(path) = template.text() else { continue };
            let from = Value { facts: template.facts.clone(), ..action.clone() };
            let is_named = |name: &Value<'_>| {
                let Some(name) = name.text() else { return name.node.is_some() };
                path.strip_prefix(name).is_some_and(|rest| rest.starts_with("::"))
            };
            if !look.below(&from, "InputArtifacts/*/Name").iter().any(is_named) {
                let artifact = text::shortened(path.split("::").next().unwrap_or(path)).into_owned();
                let message =
                    format!("`TemplatePath` must begin with an input artifact of the action, got `{artifact}`");
                report.at(look.path(&template.steps), message);
            }
        }
        for role in look.below(&action, "Configuration/RoleArn") {
            if let Some(format) = role.text().and_then(|text| formats::broken("AWS::IAM::Role.Arn", text)) {
                report.at(look.path(&role.steps), format!("`RoleArn` must be {}", format.expected));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let pipeline = |configuration: &str| {
            format!(
                "Resources: {{P: {{Type: AWS::CodePipeline::Pipeline, Properties: {{Stages: [{{Actions: [{{InputArtifacts: [{{Name: code}}], Configuration: {{{configuration}}}}}]}}]}}}}}}\n"
            )
        };
        let place = |name| format!("Resources/P/Properties/Stages/0/Actions/0/Configuration/{name}");
        check(&RULE, &pipeline("TemplatePath: 'code::a.yaml'"), &[]);
        let message = "`TemplatePath` must begin with an input artifact of the action, got `build`";
        check(&RULE, &pipeline("TemplatePath: 'build::a.yaml'"), &[(&place("TemplatePath"), message)]);
        check(&RULE, &pipeline("RoleArn: Deploy"), &[(&place("RoleArn"), "`RoleArn` must be the ARN of a role")]);
        check(&RULE, &pipeline("RoleArn: 'arn:aws:iam::123456789012:role/Deploy'"), &[]);
    }
}
