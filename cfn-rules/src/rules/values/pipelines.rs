//! Rules about the stages of a pipeline, their actions and what these hand on to each other.

use cfn_model::{Function, Node};

use super::check::{Check, Look};
use crate::{
    codes as rules,
    facts::{
        conditions::Fact,
        text,
        value::{Step, Value},
    },
};

pub(crate) static CHECKS: &[Check] = &[
    ("AWS::CodePipeline::Pipeline", sources),
    ("AWS::CodePipeline::Pipeline", artifacts),
    ("AWS::CodePipeline::Pipeline", counts),
    ("AWS::CodePipeline::Pipeline", configurations),
];

const ACTIONS: &str = "Stages/*/Actions/*";
const INPUTS: &str = "InputArtifacts";
const OUTPUTS: &str = "OutputArtifacts";

/// How many artifacts an action takes and gives: the least and the most.
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

/// The first stage has sources only, and no other stage has one.
fn sources(look: &mut Look<'_, '_>) {
    const OTHERS: [&str; 6] = ["Build", "Approval", "Deploy", "Test", "Invoke", "Compute"];
    for category in look.get("Stages/*/Actions/*/ActionTypeId/Category") {
        let (Some(name), Some(stage)) = (category.text(), stage(&category.steps)) else { continue };
        if stage == 0 && name != "Source" {
            let message = format!("the first stage must have the category `Source` only, got `{name}`");
            look.fail(&rules::E3700, &category.steps, message);
        } else if stage > 0 && !OTHERS.contains(&name) {
            let others = text::listed(OTHERS, "or");
            let message = format!("the category of a stage after the first must be {others}, got `{name}`");
            look.fail(&rules::E3700, &category.steps, message);
        }
    }
}

/// Which stage a path leads into; nothing where a condition decides whether there is such a stage, because then the
/// position in the list is not that in the pipeline.
fn stage(steps: &[Step<'_>]) -> Option<usize> {
    let choice = Step::Key(Function::If.name());
    match steps {
        [Step::Key(_), Step::Index(stage), rest @ ..] => (rest.first() != Some(&choice)).then_some(*stage),
        [first, key, Step::Index(_), rest @ ..] if *key == choice => stage(&[&[*first], rest].concat()),
        _ => None,
    }
}

/// An action takes what an earlier one gives, and no two give the same.
fn artifacts(look: &mut Look<'_, '_>) {
    let mut given: Vec<(&str, Vec<Step<'_>>, Vec<Fact>)> = Vec::new();
    for action in look.get(ACTIONS) {
        for name in look.below(&action, "InputArtifacts/*/Name") {
            let Some(artifact) = name.text() else { continue };
            if !given.iter().any(|(other, _, facts)| *other == artifact && together(look, facts, &name.facts)) {
                let message = format!("an earlier action must give the artifact `{artifact}`");
                look.fail(&rules::E3701, &name.steps, message);
            }
        }
        for name in look.below(&action, "OutputArtifacts/*/Name") {
            let Some(artifact) = name.text() else { continue };
            let is_twice = |(other, steps, facts): &(&str, Vec<Step<'_>>, Vec<Fact>)| {
                *other == artifact && *steps != name.steps && together(look, facts, &name.facts)
            };
            if given.iter().any(is_twice) {
                let message = format!("artifacts must have different names, got `{artifact}` twice");
                look.fail(&rules::E3701, &name.steps, message);
            } else {
                given.push((artifact, name.steps, name.facts));
            }
        }
    }
}

fn together(look: &Look<'_, '_>, one: &[Fact], other: &[Fact]) -> bool {
    look.context.conditions.satisfiable(&[one, other].concat())
}

/// An action takes and gives as many artifacts as its provider has use for.
fn counts(look: &mut Look<'_, '_>) {
    for action in look.get(ACTIONS) {
        let first = |name| action.first(look.context, name).text();
        let kind = ["ActionTypeId/Owner", "ActionTypeId/Category", "ActionTypeId/Provider"].map(first);
        let [Some(owner), Some(category), Some(provider)] = kind else { continue };
        let Some(counts) = COUNTS.iter().find(|counts| counts.action == (owner, category, provider)) else { continue };
        for (name, (least, most)) in [(INPUTS, counts.inputs), (OUTPUTS, counts.outputs)] {
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
                    look.fail(&rules::E3702, steps, message);
                }
            }
        }
    }
}

/// What an action's configuration names is there and looks like it.
fn configurations(look: &mut Look<'_, '_>) {
    for action in look.get(ACTIONS) {
        for template in look.below(&action, "Configuration/TemplatePath") {
            let Some(path) = template.text() else { continue };
            let from = Value { facts: template.facts.clone(), ..action.clone() };
            let names: Vec<_> = look.below(&from, "InputArtifacts/*/Name");
            let is_named = |name: &Value<'_>| {
                let Some(name) = name.text() else { return name.node.is_some() };
                path.strip_prefix(name).is_some_and(|rest| rest.starts_with("::"))
            };
            if !names.iter().any(is_named) {
                let artifact = text::shortened(path.split("::").next().unwrap_or(path)).into_owned();
                let message =
                    format!("`TemplatePath` must begin with an artifact that the action takes, got `{artifact}`");
                look.fail(&rules::E3703, &template.steps, message);
            }
        }
        for role in look.below(&action, "Configuration/RoleArn") {
            if let Some(format) =
                role.text().and_then(|text| crate::schema::formats::broken("AWS::IAM::Role.Arn", text))
            {
                let message = format!("`RoleArn` must be {}", format.expected);
                look.fail(&rules::E3703, &role.steps, message);
            }
        }
    }
}
