//! Actions with more or fewer artifacts than their provider wants.

use cfn_model::{Function, Node};

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// Each provider of CodePipeline has a fixed range of input and output artifacts: a manual approval has none,
    /// CodeBuild takes one to five. The limits come from CodePipeline's action structure reference.
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
    ///         - Name: Build
    ///           Actions:
    ///             - Name: Build
    ///               ActionTypeId:
    ///                 Category: Build
    ///                 Owner: AWS
    ///                 Provider: CodeBuild
    ///                 Version: "1"
    ///               Configuration:
    ///                 ProjectName: build
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
    ///         - Name: Build
    ///           Actions:
    ///             - Name: Build
    ///               ActionTypeId:
    ///                 Category: Build
    ///                 Owner: AWS
    ///                 Provider: CodeBuild
    ///                 Version: "1"
    ///               InputArtifacts:
    ///                 - Name: Code
    ///               Configuration:
    ///                 ProjectName: build
    /// ```
    E3702: error "number of artifacts that an action's provider does not support",
    on: On::Resource(&["AWS::CodePipeline::Pipeline"], check),
}

/// How many artifacts an action takes and creates: the least and the most.
struct Counts {
    /// Owner, category and provider.
    action: (&'static str, &'static str, &'static str),
    inputs: (usize, usize),
    outputs: (usize, usize),
}

const fn counted(
    owner: &'static str,
    category: &'static str,
    provider: &'static str,
    inputs: (usize, usize),
    outputs: (usize, usize),
) -> Counts {
    Counts { action: (owner, category, provider), inputs, outputs }
}

/// From the table of valid numbers of artifacts in CodePipeline's reference.
const COUNTS: [Counts; 19] = [
    counted("AWS", "Approval", "Manual", (0, 0), (0, 0)),
    counted("AWS", "Build", "CodeBuild", (1, 5), (0, 5)),
    counted("AWS", "Deploy", "CloudFormation", (0, 10), (0, 1)),
    counted("AWS", "Deploy", "CodeDeploy", (1, 1), (0, 0)),
    counted("AWS", "Deploy", "ECS", (1, 1), (0, 0)),
    counted("AWS", "Deploy", "ElasticBeanstalk", (1, 1), (0, 0)),
    counted("AWS", "Deploy", "OpsWorks", (1, 1), (0, 0)),
    counted("AWS", "Deploy", "S3", (1, 1), (0, 0)),
    counted("AWS", "Deploy", "ServiceCatalog", (1, 1), (0, 0)),
    counted("AWS", "Invoke", "Lambda", (0, 5), (0, 5)),
    counted("AWS", "Source", "CodeCommit", (0, 0), (1, 1)),
    counted("AWS", "Source", "ECR", (0, 0), (1, 1)),
    counted("AWS", "Source", "S3", (0, 0), (1, 1)),
    counted("AWS", "Test", "CodeBuild", (1, 5), (0, 5)),
    counted("AWS", "Test", "DeviceFarm", (1, 1), (0, 0)),
    counted("Custom", "Build", "Jenkins", (0, 5), (0, 5)),
    counted("Custom", "Test", "Jenkins", (0, 5), (0, 5)),
    counted("ThirdParty", "Deploy", "AlexaSkillsKit", (0, 2), (0, 0)),
    counted("ThirdParty", "Source", "GitHub", (0, 0), (1, 1)),
];

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for action in look.get("Stages/*/Actions/*") {
        let first = |name| action.first(look.context, name).text();
        let kind = ["ActionTypeId/Owner", "ActionTypeId/Category", "ActionTypeId/Provider"].map(first);
        let [Some(owner), Some(category), Some(provider)] = kind else { continue };
        let Some(counts) = COUNTS.iter().find(|counts| counts.action == (owner, category, provider)) else { continue };
        for (name, (least, most)) in [("InputArtifacts", counts.inputs), ("OutputArtifacts", counts.outputs)] {
            for list in look.below(&action, name) {
                let count = match list.node {
                    None => 0,
                    // How many remain of a list with conditions in it is not known.
                    Some(Node::Array(items)) if items.iter().all(|item| Function::call(item).is_none()) => items.len(),
                    Some(_) => continue,
                };
                if count < least || count > most {
                    let steps = if list.node.is_some() { &list.steps } else { &action.steps };
                    let amount = if least == most { most.to_string() } else { format!("between {least} and {most}") };
                    let message =
                        format!("`{name}` of {provider} as {category} must have {amount} artifacts, got {count}");
                    report.at(look.path(steps), message);
                }
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
        let pipeline = |provider: &str, inputs: &str| {
            format!(
                "Resources: {{P: {{Type: AWS::CodePipeline::Pipeline, Properties: {{Stages: [{{Actions: [{{ActionTypeId: {{Owner: AWS, {provider}}}{inputs}}}]}}]}}}}}}\n"
            )
        };
        let action = "Resources/P/Properties/Stages/0/Actions/0";
        let build = "Category: Build, Provider: CodeBuild";
        check(&RULE, &pipeline(build, ", InputArtifacts: [{Name: a}]"), &[]);
        let message = "`InputArtifacts` of CodeBuild as Build must have between 1 and 5 artifacts, got 0";
        check(&RULE, &pipeline(build, ""), &[(action, message)]);
        let message = "`InputArtifacts` of Manual as Approval must have 0 artifacts, got 1";
        check(
            &RULE,
            &pipeline("Category: Approval, Provider: Manual", ", InputArtifacts: [{Name: a}]"),
            &[(&format!("{action}/InputArtifacts"), message)],
        );
    }
}
