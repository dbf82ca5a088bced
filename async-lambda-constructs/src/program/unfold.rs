//! From the stacks of a program to its templates: those of nested stacks and of groups stand behind their parent's.

use std::collections::BTreeSet;

use cfn_model::{Finding, IntoNode, Node, Path, Report, Suppressed};
use cfn_rules::{
    codes::{AL0522, AL0528},
    resource_count,
};

use super::nested::{check_outputs, file, location};
use crate::{Stack, Synthesized, synth::synthesize_beside, synthesize};

/// The most resources that an operation on a stack and those inside of it creates, changes and deletes ("CloudFormation quotas").
const MOST_OPERATIONS: usize = 2_500;

/// Rules about the size of a template, which are for each part of an application by itself, and about suppressions, which are
/// for the whole.
const OF_PARTS: [&str; 4] = ["E3010", "AL1028", "AL0311", "E1002"];
const OF_THE_WHOLE: [&str; 2] = ["AL0202", "AL0203"];

/// All stacks of a program, each nested one behind its parent.
pub(crate) struct Unfolded {
    /// The stacks, ready to be validated.
    pub(crate) stacks: Vec<Stack>,
    /// The position of the stack around each, and its logical id there.
    pub(crate) parents: Vec<Option<(usize, String)>>,
    /// Reports on stacks that were split into groups, by the position of the stack.
    wholes: Vec<(usize, Report)>,
}

/// Takes groups and nested stacks out of their stacks. `extension` is that of the files. `review` looks at the whole of the first
/// stack, where it has groups: some mistakes are seen only there. The first stack can be that of an application, whose name has
/// rules of its own.
pub(crate) fn unfold(
    stacks: Vec<Stack>,
    is_first_of_application: bool,
    extension: &str,
    review: &dyn Fn(&mut Synthesized),
) -> Unfolded {
    let mut unfolded = Unfolded { stacks: Vec::new(), parents: Vec::new(), wholes: Vec::new() };
    for (index, stack) in stacks.into_iter().enumerate() {
        let stack = if stack.groups().is_empty() {
            stack
        } else {
            let mut whole = synthesize(stack.clone(), None);
            if index == 0 {
                review(&mut whole);
            }
            unfolded.wholes.push((unfolded.stacks.len(), whole.report));
            split(stack)
        };
        unfolded.add(stack, None, extension);
    }
    unfolded.check_names(is_first_of_application);
    unfolded
}

#[cfg(feature = "app")]
fn split(stack: Stack) -> Stack {
    crate::app::split(stack)
}

#[cfg(not(feature = "app"))]
fn split(stack: Stack) -> Stack {
    stack
}

impl Unfolded {
    fn add(&mut self, mut stack: Stack, parent: Option<(usize, String)>, extension: &str) {
        let position = self.stacks.len();
        let nested = std::mem::take(stack.nested_mut());
        for (id, inner) in &nested {
            name_file(&mut stack, id, &file(inner, extension));
            // The rule says nothing where SAM's transform says that the template is packaged.
            if !is_serverless(&stack) && stack.resource(id).is_some() {
                stack.ignore(id, "W3002", "the template is written beside this one, and is uploaded with it");
            }
            check_outputs(&mut stack, id, inner);
        }
        self.stacks.push(stack);
        self.parents.push(parent);
        for (id, inner) in nested {
            self.add(inner, Some((position, id)), extension);
        }
        self.check_operations(position);
    }

    /// Says which names of stacks are wrong: they go into the names of files and to CloudFormation, and both have rules.
    fn check_names(&mut self, is_first_of_application: bool) {
        let mut seen = BTreeSet::new();
        for (position, stack) in self.stacks.iter_mut().enumerate() {
            let name = stack.name().to_owned();
            let is_free = is_first_of_application && position == 0;
            let rule = match self.parents[position] {
                None if is_free || is_stack_name(&name) => None,
                None => Some("a stack's name must be letters, digits and hyphens, a letter first, at most 128"),
                // CloudFormation names a nested stack itself; this name is that of its file.
                Some(_) if is_file_name(&name) => None,
                Some(_) => Some("a nested stack's name must be letters, digits, hyphens and underscores, at most 128"),
            };
            let is_first = seen.insert(name.clone());
            let twice = "each stack must have a name of its own, and this one is there twice";
            if let Some(rule) = rule.or((!is_first).then_some(twice)) {
                let finding = Finding::new(&AL0528, Path::default(), format!("stack `{name}`: {rule}"));
                stack.report_at(finding.help("change the name that is given to `Stack::new`".to_owned()));
            }
        }
    }

    /// Says that one operation cannot create all resources of a stack and of those inside of it.
    fn check_operations(&mut self, position: usize) {
        if self.parents[position].is_some() || self.stacks.len() == position + 1 {
            return;
        }
        let count: usize = self.stacks[position..].iter().map(|stack| resource_count(stack.document())).sum();
        if count > MOST_OPERATIONS {
            let stack = &mut self.stacks[position];
            let message = format!(
                "stack `{}` with its nested stacks: an operation must be about at most {MOST_OPERATIONS} resources, and there are \
                 {count}",
                stack.name()
            );
            let help = "deploy it for the first time in steps, some groups or nested stacks at a time, or make two \
                        applications of it"
                .to_owned();
            let place = Path::default().join("Resources");
            stack.report_at(Finding::new(&AL0522, place, message).actual(count.to_string()).help(help));
        }
    }

    /// The position of the outermost stack around each.
    pub(crate) fn roots(&self) -> Vec<usize> {
        let mut roots: Vec<usize> = Vec::with_capacity(self.parents.len());
        for (index, parent) in self.parents.iter().enumerate() {
            roots.push(parent.as_ref().map_or(index, |(parent, _)| roots[*parent]));
        }
        roots
    }

    /// The logical ids of the nested stacks around the resources of one, from the outermost: `billingALGroup/`. Empty for an
    /// outermost stack.
    pub(crate) fn way(&self, index: usize) -> String {
        self.parents[index].as_ref().map_or_else(String::new, |(parent, id)| format!("{}{id}/", self.way(*parent)))
    }

    /// The templates, validated.
    pub(crate) fn synthesize(self) -> Vec<Synthesized> {
        let roots = self.roots();
        let templates: Vec<(String, cfn_model::Object)> = (self.stacks.iter().zip(&self.parents))
            .filter_map(|(stack, parent)| {
                let (parent, id) = parent.as_ref()?;
                let resource = self.stacks[*parent].resource(id)?;
                Some((resource["Properties"][location(resource)?].as_str()?.to_owned(), stack.document().clone()))
            })
            .collect();
        let nested =
            |path: &str| templates.iter().find(|(known, _)| known == path).map(|(_, template)| template.clone());
        let mut all: Vec<Synthesized> =
            self.stacks.into_iter().map(|stack| synthesize_beside(stack, &nested)).collect();
        for (root, report) in self.wholes {
            let mut parts: Vec<&mut Synthesized> =
                all.iter_mut().zip(&roots).filter(|(_, of)| **of == root).map(|(stack, _)| stack).collect();
            distribute(report, &mut parts);
        }
        all
    }
}

fn is_stack_name(name: &str) -> bool {
    is_file_name(name) && !name.contains('_') && name.starts_with(|first: char| first.is_ascii_alphabetic())
}

fn is_file_name(name: &str) -> bool {
    let can_be = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=128).contains(&name.len()) && name.bytes().all(can_be)
}

fn is_serverless(stack: &Stack) -> bool {
    let is_transform = |node: &Node| node.as_str() == Some(cfn_model::SERVERLESS_TRANSFORM);
    stack.document().get("Transform").is_some_and(|transform| {
        is_transform(transform) || transform.as_array().is_some_and(|all| all.iter().any(is_transform))
    })
}

/// Writes the name of a nested stack's file into its resource.
fn name_file(stack: &mut Stack, id: &str, file: &str) {
    let resource =
        stack.template_mut().document_mut().get_mut("Resources").and_then(|all| all.as_object_mut()?.get_mut(id));
    let Some(resource) = resource else { return };
    let Some(location) = location(resource) else { return };
    if let Some(Node::Object(properties)) = resource.as_object_mut().and_then(|resource| resource.get_mut("Properties"))
    {
        properties.insert(location.to_owned(), file.into_node());
    }
}

/// Puts what was found in a whole stack to the part that it is about, where that does not say it itself; what a part alone shows
/// stays.
fn distribute(whole: Report, parts: &mut [&mut Synthesized]) {
    let key = |finding: &Finding| format!("{} {}", finding.rule.code, finding.path);
    let suppressed = whole.suppressed.iter().map(|suppressed| &suppressed.finding);
    let mut known = BTreeSet::new();
    known.extend(whole.findings.iter().chain(suppressed).map(key));
    for part in parts.iter_mut() {
        let is_new = |finding: &Finding| {
            !OF_THE_WHOLE.contains(&finding.rule.code)
                && (OF_PARTS.contains(&finding.rule.code) || !known.contains(&key(finding)))
        };
        part.report.findings.retain(|finding| is_new(finding));
        part.report.suppressed.retain(|suppressed| is_new(&suppressed.finding));
    }
    let home = |finding: &Finding, parts: &[&mut Synthesized]| {
        let resource =
            finding.path.logical_id().filter(|(section, _)| *section == "Resources").map(|(_, id)| id.to_owned());
        let is_of = |part: &&mut Synthesized| resource.as_ref().is_some_and(|id| part.template.resource(id).is_some());
        parts.iter().position(is_of).unwrap_or(0)
    };
    for finding in whole.findings.into_iter().filter(|finding| !OF_PARTS.contains(&finding.rule.code)) {
        let part = home(&finding, parts);
        parts[part].report.findings.push(finding);
    }
    for suppressed in whole.suppressed {
        let Suppressed { finding, .. } = &suppressed;
        let part = home(finding, parts);
        parts[part].report.suppressed.push(suppressed);
    }
}
