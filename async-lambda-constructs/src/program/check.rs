//! Checks between the stacks of a program.

use std::collections::HashMap;

use cfn_model::{Finding, Function, Node, Path};
use cfn_rules::codes::{AL0501, AL0502, AL0503, AL0504, AL0507, AL0527, AL0529};

use super::{
    Home,
    export::{Exported, Imported, Sharing},
};
use crate::{Stack, reference};

/// Reports what is wrong between stacks, each mistake with the stack whose line it is.
pub(crate) fn check(stacks: &mut [Stack]) {
    let mut findings: Vec<(usize, Finding)> = Vec::new();
    for (index, stack) in stacks.iter().enumerate() {
        findings.extend(stack.home().problems().map(|problem| (index, wrong_home(stack, problem))));
        for import in &stack.links().imports() {
            findings.extend(of_import(stack, import, stacks).map(|finding| (index, finding)));
        }
        findings.extend(foreign(stack, stacks).into_iter().map(|finding| (index, finding)));
        for export in stack.links().exports.iter().filter(|export| !is_used(export, stacks)) {
            findings.push((index, unused(export)));
        }
    }
    findings.extend(clashes(stacks));
    findings.extend(circle(stacks));
    for (index, finding) in findings {
        stacks[index].report_at(finding);
    }
}

/// References to resources that another stack of the program has and this one has not.
fn foreign(stack: &Stack, stacks: &[Stack]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let parameters = stack.document().get("Parameters").and_then(Node::as_object);
    for (id, resource) in stack.resources() {
        let mut names = Vec::new();
        named(&resource["Properties"], &mut names);
        names.retain(|name| !name.starts_with("AWS::"));
        names.dedup();
        for name in names {
            if stack.resource(name).is_some() || parameters.is_some_and(|all| all.contains_key(name)) {
                continue;
            }
            let Some(owner) = stacks.iter().find(|other| other.resource(name).is_some()) else { continue };
            let owner = owner.name();
            let message = format!(
                "`{id}`: must refer to resources of its own stack, refers to `{name}`, which is one of stack `{owner}`"
            );
            let help = format!("export the value in stack `{owner}`, `.export(\"{name}Arn\", ..)`, and import it here");
            let place = Path(vec!["Resources".into(), id.into()]);
            findings.push(Finding::new(&AL0527, place, message).help(help));
        }
    }
    findings
}

/// The names of what a value refers to.
fn named<'a>(node: &'a Node, names: &mut Vec<&'a str>) {
    match (Function::call(node), node) {
        (Some((function, argument)), _) => {
            names.extend(reference::names(function, argument));
            if let Some(inner) = reference::inner(function, argument) {
                named(inner, names);
            }
        }
        (None, Node::Array(items)) => items.iter().for_each(|item| named(item, names)),
        (None, Node::Object(members)) => members.values().for_each(|member| named(member, names)),
        (None, _) => {}
    }
}

/// The stacks in an order in which they can be deployed: each behind those that it imports from. Of stacks in a circle, the
/// first is the first.
pub(crate) fn order(stacks: &[Stack]) -> Vec<usize> {
    let mut order = Vec::new();
    let mut visited = vec![false; stacks.len()];
    for index in 0..stacks.len() {
        visit(stacks, index, &mut visited, &mut order);
    }
    order
}

fn visit(stacks: &[Stack], index: usize, visited: &mut [bool], order: &mut Vec<usize>) {
    if std::mem::replace(&mut visited[index], true) {
        return;
    }
    for source in sources(stacks, index) {
        visit(stacks, source, visited, order);
    }
    order.push(index);
}

/// The stacks that a stack imports from, each once.
pub(crate) fn sources(stacks: &[Stack], index: usize) -> Vec<usize> {
    let mut sources = Vec::new();
    for import in &stacks[index].links().imports() {
        let source = stacks.iter().position(|stack| stack.name() == import.export.stack);
        sources.extend(source.filter(|source| !sources.contains(source)));
    }
    sources
}

fn of_import(stack: &Stack, import: &Imported, stacks: &[Stack]) -> Option<Finding> {
    let Imported { export, has_role, origin } = import;
    let at = |finding: Finding| Some(Finding { origin: Some(*origin), ..finding });
    let what = format!("import of `{}` from stack `{}`", export.name, export.stack);
    let Some(source) = stacks.iter().find(|stack| stack.name() == export.stack) else {
        let message = format!("{what}: the stack must be one of the program");
        let help = "give `main` that stack too; for a stack of another program use `import_value`, or a parameter";
        return at(Finding::new(&AL0501, Path::default(), message).help(help.to_owned()));
    };
    let (here, there) = (stack.home(), source.home());
    let help = match (export.sharing, differ(&here.account, &there.account), differ(&here.region, &there.region)) {
        (Sharing::Output, true, _) if !has_role => {
            "name a role of that account that may read the stack: `export.role_arn(..)`"
        }
        (Sharing::Output, ..) | (_, false, false) => return None,
        _ => "share it as an output, which reaches everywhere: `export_by(Sharing::Output, ..)`",
    };
    let (sharing, here, there) = (export.sharing.as_str(), place(here), place(there));
    let message = format!("{what}: must be shared in a way that reaches {here}, and its {sharing} is one of {there}");
    at(Finding::new(&AL0503, Path::default(), message).help(help.to_owned()))
}

fn wrong_home(stack: &Stack, (message, help): (String, String)) -> Finding {
    Finding::new(&AL0507, Path::default(), format!("stack `{}`: {message}", stack.name())).help(help)
}

/// Whether both are known and not the same.
fn differ(here: &Option<String>, there: &Option<String>) -> bool {
    here.as_ref().zip(there.as_ref()).is_some_and(|(here, there)| here != there)
}

fn place(home: &Home) -> String {
    let account = home.account.as_ref().map(|account| format!("account {account}"));
    let region = home.region.as_ref().map(|region| format!("region {region}"));
    let parts: Vec<String> = account.into_iter().chain(region).collect();
    parts.join(", ")
}

fn is_used(export: &Exported, stacks: &[Stack]) -> bool {
    let mut imports = stacks.iter().flat_map(|stack| stack.links().imports());
    imports.any(|import| (&import.export.stack, &import.export.name) == (&export.stack, &export.name))
}

fn unused(export: &Exported) -> Finding {
    let path = match export.sharing {
        Sharing::Export | Sharing::Output => Path(vec!["Outputs".into(), export.name.as_str().into()]),
        Sharing::Parameter => Path(vec!["Resources".into(), format!("{}Parameter", export.name).as_str().into()]),
    };
    let message = format!("export `{}`: a stack of the program must import it, none does", export.name);
    let help = "remove it once it is deployed without users; for other programs use `output` with an `export`";
    Finding { origin: Some(export.origin), ..Finding::new(&AL0504, path, message).help(help.to_owned()) }
}

/// Exports of a name that an earlier stack of the same account and region has for one of its own.
fn clashes(stacks: &[Stack]) -> Vec<(usize, Finding)> {
    let mut findings = Vec::new();
    let mut seen: HashMap<_, (usize, &str)> = HashMap::new();
    for (index, stack) in stacks.iter().enumerate() {
        let Home { account, region, .. } = stack.home();
        for (id, name) in export_names(stack) {
            let (first, other) = *seen.entry((name, account, region)).or_insert((index, id));
            if first == index {
                continue;
            }
            let message = format!(
                "output `{id}`: the name of an export must be unique in an account and region, got `{name}`, which output `{other}` \
                 of stack `{}` has too",
                stacks[first].name()
            );
            let place = Path(vec!["Outputs".into(), id.into()]);
            let help =
                "rename one of them, or say with `in_account` and `in_region` that the stacks are in different places";
            findings.push((index, Finding::new(&AL0529, place, message).actual(name).help(help.to_owned())));
        }
    }
    findings
}

/// The outputs that are certainly exported under a known name, each with the name.
fn export_names(stack: &Stack) -> impl Iterator<Item = (&str, &str)> {
    let outputs = stack.document().get("Outputs").and_then(Node::as_object).into_iter().flatten();
    outputs.filter(|(_, output)| output.get("Condition").is_none()).filter_map(|(id, output)| {
        let name = output.get("Export")?.get("Name")?.as_str()?;
        Some((id.as_str(), name))
    })
}

/// The first circle of stacks that import from each other, reported with the first of them.
fn circle(stacks: &[Stack]) -> Option<(usize, Finding)> {
    (0..stacks.len()).find_map(|start| {
        let way = way_to(stacks, start, start, &mut vec![false; stacks.len()])?;
        let names: Vec<String> = way.iter().map(|index| format!("`{}`", stacks[*index].name())).collect();
        let message = format!("stacks must not import from each other in a circle: {}", names.join(" imports from "));
        let help = "move what both need into a third stack, or put them together";
        let next = stacks[way[1]].name();
        let import = stacks[start].links().imports().into_iter().find(|import| import.export.stack == next)?;
        let finding = Finding::new(&AL0502, Path::default(), message).help(help.to_owned());
        Some((start, Finding { origin: Some(import.origin), ..finding }))
    })
}

/// The stacks from one to another along imports, both included.
fn way_to(stacks: &[Stack], from: usize, to: usize, seen: &mut Vec<bool>) -> Option<Vec<usize>> {
    for source in sources(stacks, from) {
        if source == to {
            return Some(vec![from, to]);
        }
        if !std::mem::replace(&mut seen[source], true)
            && let Some(mut way) = way_to(stacks, source, to, seen)
        {
            way.insert(0, from);
            return Some(way);
        }
    }
    None
}
