//! Source actions outside of the first stage, and others in it.

use cfn_model::Function;

use crate::{
    facts::{text, values::Step},
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// The first stage of a pipeline has source actions only, and no later stage has one: CodePipeline starts when a
    /// source changes. It refuses every other order.
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
    ///         - Name: Again
    ///           Actions:
    ///             - Name: FetchMore
    ///               ActionTypeId:
    ///                 Category: Source
    ///                 Owner: AWS
    ///                 Provider: CodeCommit
    ///                 Version: "1"
    ///               OutputArtifacts:
    ///                 - Name: More
    ///               Configuration:
    ///                 RepositoryName: more
    ///                 BranchName: main
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
    E3700: error "pipeline whose source actions are not in the first stage",
    on: On::Resource(&["AWS::CodePipeline::Pipeline"], check),
}

const OTHERS: [&str; 6] = ["Build", "Approval", "Deploy", "Test", "Invoke", "Compute"];

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for category in look.get("Stages/*/Actions/*/ActionTypeId/Category") {
        let (Some(name), Some(stage)) = (category.text(), stage(&category.steps)) else { continue };
        if stage == 0 && name != "Source" {
            let message = format!("the first stage must have the category `Source` only, got `{name}`");
            report.at(look.path(&category.steps), message);
        } else if stage > 0 && !OTHERS.contains(&name) {
            let others = text::listed(OTHERS, "or");
            let message = format!("the category of a stage after the first must be {others}, got `{name}`");
            report.at(look.path(&category.steps), message);
        }
    }
}

/// The position of the stage that a path leads into. `None` where a condition decides whether there is such a stage,
/// because the position in the list is then not that in the pipeline.
fn stage(steps: &[Step<'_>]) -> Option<usize> {
    let choice = Step::Key(Function::If.name());
    match steps {
        [Step::Key(_), Step::Index(stage), rest @ ..] => (rest.first() != Some(&choice)).then_some(*stage),
        [first, key, Step::Index(_), rest @ ..] if *key == choice => stage(&[&[*first], rest].concat()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let pipeline = |categories: [&str; 2]| {
            let action = |name: &str| format!("{{Actions: [{{ActionTypeId: {{Category: {name}}}}}]}}");
            format!(
                "Resources: {{P: {{Type: AWS::CodePipeline::Pipeline, Properties: {{Stages: [{}, {}]}}}}}}\n",
                action(categories[0]),
                action(categories[1])
            )
        };
        let place = |stage| format!("Resources/P/Properties/Stages/{stage}/Actions/0/ActionTypeId/Category");
        check(&RULE, &pipeline(["Source", "Build"]), &[]);
        let message = "the first stage must have the category `Source` only, got `Build`";
        check(&RULE, &pipeline(["Build", "Build"]), &[(&place(0), message)]);
        let message = "the category of a stage after the first must be `Build`, `Approval`, `Deploy`, `Test`, `Invoke` or `Compute`, got `Source`";
        check(&RULE, &pipeline(["Source", "Source"]), &[(&place(1), message)]);
    }
}
