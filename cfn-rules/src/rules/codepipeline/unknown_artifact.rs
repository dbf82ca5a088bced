//! Artifacts that no earlier action gives.

use crate::{
    facts::{conditions::Fact, values::Step},
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// An action refers to its input artifacts by name, and an earlier action must create an artifact of that name. Two
    /// actions with output artifacts of one name would overwrite each other. CodePipeline refuses both.
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
    ///               InputArtifacts:
    ///                 - Name: Coed
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
    E3701: error "input artifact that no earlier action creates, or two output artifacts with one name",
    on: On::Resource(&["AWS::CodePipeline::Pipeline"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    let mut given: Vec<(&str, Vec<Step<'_>>, Vec<Fact<'_>>)> = Vec::new();
    for action in look.get("Stages/*/Actions/*") {
        for name in look.below(&action, "InputArtifacts/*/Name") {
            let Some(artifact) = name.text() else { continue };
            if !given.iter().any(|(other, _, facts)| *other == artifact && look.together(facts, &name.facts)) {
                report.at(look.path(&name.steps), format!("an earlier action must create the artifact `{artifact}`"));
            }
        }
        for name in look.below(&action, "OutputArtifacts/*/Name") {
            let Some(artifact) = name.text() else { continue };
            let is_twice = |(other, steps, facts): &(&str, Vec<Step<'_>>, Vec<Fact<'_>>)| {
                *other == artifact && *steps != name.steps && look.together(facts, &name.facts)
            };
            if given.iter().any(is_twice) {
                let message = format!("output artifacts must have different names, got `{artifact}` twice");
                report.at(look.path(&name.steps), message);
            } else {
                given.push((artifact, name.steps, name.facts));
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
        let pipeline = |actions: &str| {
            format!(
                "Resources: {{P: {{Type: AWS::CodePipeline::Pipeline, Properties: {{Stages: [{{Actions: [{actions}]}}]}}}}}}\n"
            )
        };
        let place = |action, list| format!("Resources/P/Properties/Stages/0/Actions/{action}/{list}/0/Name");
        let source = "{OutputArtifacts: [{Name: code}]}";
        check(&RULE, &pipeline(&format!("{source}, {{InputArtifacts: [{{Name: code}}]}}")), &[]);
        let message = "an earlier action must create the artifact `other`";
        let other = format!("{source}, {{InputArtifacts: [{{Name: other}}]}}");
        check(&RULE, &pipeline(&other), &[(&place(1, "InputArtifacts"), message)]);
        let message = "output artifacts must have different names, got `code` twice";
        check(&RULE, &pipeline(&format!("{source}, {source}")), &[(&place(1, "OutputArtifacts"), message)]);
    }
}
