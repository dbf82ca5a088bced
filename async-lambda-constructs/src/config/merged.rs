//! Checks of settings merged from several levels, for the functions and queues that get them at a stage.

use std::collections::HashSet;

use async_lambda_model::AppModel;
use cfn_model::{Finding, LogicalId, Node, Path};

use super::{
    Config, Setting, Settings,
    found::Found,
    functions,
    rules::{NETWORK, TOO_LARGE, TOO_MANY_BYTES},
    tags,
};
use crate::{app, managed_queue, substitution::Substitution};

/// The most bytes of all environment variables of a function together, names and values.
const MOST_ENVIRONMENT: usize = 4096;
/// The most bytes of a template: CloudFormation takes no more.
pub(super) const MOST_TEMPLATE: usize = 1_000_000;

/// Finds what is wrong with the settings of the tasks of an application at a stage.
pub(super) fn check(config: &Config, model: &AppModel, stage: Option<&str>, found: &mut Found) {
    let mut seen = HashSet::new();
    let of_app = config.of_app(stage);
    let mut bytes = size(of_app.managed_queue_extras.iter());
    for task in &model.tasks {
        let id = task.id.as_str();
        let settings = config.of_task(id, stage);
        let findings = [
            environment(&settings, &of_app, id),
            network(&settings),
            tags::too_many(&settings.tags),
            functions::log_level(&settings),
            functions::two_log_groups(&settings, model),
            functions::layers_of_image(&settings),
        ];
        for finding in findings.into_iter().flatten().filter(|finding| seen.insert(finding.path.clone())) {
            found.push(finding.rule, || finding);
        }
        let lists = [&settings.policies, &settings.layers, &settings.subnet_ids, &settings.security_group_ids];
        bytes += size(settings.tags.values());
        bytes += lists.into_iter().map(|list| size(list.iter())).sum::<usize>();
        if task.trigger.has_own_queue() {
            let lanes = usize::try_from(task.lanes().get()).unwrap_or(1);
            bytes += lanes * size(settings.managed_queue_extras.iter());
        }
        if bytes > MOST_TEMPLATE {
            let lists = lists.into_iter().chain([&settings.managed_queue_extras]);
            let largest = lists.max_by_key(|list| size(list.iter())).and_then(|list| list.first());
            let path = largest.map_or_else(Path::default, key);
            let message = format!(
                "the settings must fit into a template of at most {MOST_TEMPLATE} bytes, got more, once for each task"
            );
            let help = "shorten the list, or give it to fewer tasks".to_owned();
            return found.push(&TOO_LARGE, || Finding::new(&TOO_LARGE, path, message).help(help));
        }
    }
    placeholders(config, model, stage, &of_app).into_iter().for_each(|finding| found.push_once(finding));
}

/// Where the list or the object is of which this is a member.
fn key(setting: &Setting) -> Path {
    let steps = &setting.path.0;
    Path(steps[..steps.len() - usize::from(!setting.is_list && !steps.is_empty())].to_vec())
}

/// Lambda takes 4 KB. What functions give counts as nothing, because nobody knows it.
fn environment(settings: &Settings, of_app: &Settings, task: &str) -> Option<Finding> {
    // The others are rare; what is too large with them is found in the template.
    let common = app::VARIABLES.iter().filter(|name| !app::RARE_VARIABLES.contains(name));
    let own = task.len() + common.map(|name| name.len()).sum::<usize>();
    let bytes = |settings: &Settings| {
        settings.environment_variables.iter().map(|(name, setting)| name.len() + length(&setting.value)).sum::<usize>()
    };
    let total = bytes(settings);
    if total + own <= MOST_ENVIRONMENT {
        return None;
    }
    // Where the application's are too many already, they are what has to be changed, whatever the task adds.
    let chosen = if bytes(of_app) + own > MOST_ENVIRONMENT { of_app } else { settings };
    let place =
        chosen.environment_variables.values().max_by_key(|setting| (setting.path.0.len(), length(&setting.value)));
    let message = format!(
        "`environment_variables`: the variables of a function must have at most {MOST_ENVIRONMENT} bytes together, got \
         {total}, and {own} of the library"
    );
    let help = "keep large values in a parameter of Systems Manager or in an object of S3, and name it here".to_owned();
    Some(
        Finding::new(&TOO_MANY_BYTES, place.map_or_else(Path::default, key), message)
            .actual(total.to_string())
            .help(help),
    )
}

/// Lambda takes subnets and security groups together, or neither.
fn network(settings: &Settings) -> Option<Finding> {
    let lists = [("subnet_ids", &settings.subnet_ids), ("security_group_ids", &settings.security_group_ids)];
    let (given, missing, setting) = match lists {
        [(given, list), (missing, other)] | [(missing, other), (given, list)]
            if !list.is_empty() && other.is_empty() =>
        {
            (given, missing, list.first()?)
        }
        _ => return None,
    };
    let message = format!("`{given}`: must come with `{missing}`, got none");
    let help = format!("add `{missing}`: Lambda refuses a function with one and without the other");
    Some(Finding::new(&NETWORK, key(setting), message).help(help))
}

/// Placeholders of extras that name none, each once.
fn placeholders(config: &Config, model: &AppModel, stage: Option<&str>, of_app: &Settings) -> Vec<Finding> {
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    let of_tasks = model.tasks.iter().filter(|task| task.trigger.has_own_queue()).map(|task| {
        let id = task.id.as_str();
        (app::queue_id(id), config.of_task(id, stage).managed_queue_extras)
    });
    for (queue, extras) in
        of_tasks.chain([(LogicalId::unchecked(app::DEAD_LETTERS), of_app.managed_queue_extras.clone())])
    {
        // Which ids they get makes no difference here.
        let ids = vec![String::new(); extras.len()];
        let substitution = Substitution { queue: &queue, extras: &ids };
        for extra in &extras {
            for (path, placeholder) in substitution.unknown(&extra.value, &extra.path) {
                if !seen.insert((path.clone(), placeholder.clone())) {
                    continue;
                }
                let mut finding = managed_queue::unknown_extra(&queue, &placeholder, extras.len(), path);
                finding.help = Some(
                    "the extras of a queue are numbered from `$EXTRA0`: those of the application, of its stage, of the \
                     task, of the task's stage; the dead-letter queue has those of the application only"
                        .to_owned(),
                );
                findings.push(finding);
            }
        }
    }
    findings
}

/// How many bytes settings have at least when they are written.
fn size<'s>(settings: impl Iterator<Item = &'s Setting>) -> usize {
    settings.map(|setting| bytes(&setting.value)).sum()
}

/// How many bytes a value has at least when it is written.
pub(super) fn bytes(node: &Node) -> usize {
    match node {
        Node::Array(items) => 2 + items.iter().map(|item| 1 + bytes(item)).sum::<usize>(),
        Node::Object(object) => 2 + object.iter().map(|(key, value)| key.len() + 4 + bytes(value)).sum::<usize>(),
        Node::String(text) => text.len() + 2,
        Node::Null | Node::Bool(_) | Node::Number(_) => 1,
    }
}

/// How many bytes the value of a variable has; 0 for a function.
fn length(value: &Node) -> usize {
    match value {
        Node::String(text) => text.len(),
        Node::Number(number) => number.to_string().len(),
        Node::Bool(bool) => bool.to_string().len(),
        _ => 0,
    }
}
