//! Resources that were in another stack when the program was last synthesized.

use std::{collections::BTreeMap, fs, path::Path};

use cfn_model::{Finding, Template};
use cfn_rules::codes::AL0525;

use super::{Session, report::plural, synth::Target};
use crate::program::{self, Unfolded};

/// How many of several resources are named.
const NAMED: usize = 3;

/// Reports them, for each stack with its nested stacks that is there already.
pub(super) fn check(session: &Session<'_>, unfolded: &mut Unfolded, targets: &[Target]) {
    let roots = unfolded.roots();
    for root in 0..roots.len() {
        if roots[root] != root || targets[root].path == Path::new("-") {
            continue;
        }
        let is_alone = roots.iter().filter(|of| **of == root).count() == 1;
        let before = deployed(&session.environment.path(&targets[root].path), is_alone);
        let mut moves: Vec<(&str, usize, Vec<String>)> = Vec::new();
        for (index, stack) in unfolded.stacks.iter().enumerate().filter(|(index, _)| roots[*index] == root) {
            let here = unfolded.way(index);
            for (id, _) in stack.resources() {
                if let Some(there) = before.get(id).filter(|there| **there != here) {
                    match moves.iter_mut().find(|(from, to, _)| from == there && *to == index) {
                        Some((.., ids)) => ids.push(id.to_owned()),
                        None => moves.push((there, index, vec![id.to_owned()])),
                    }
                }
            }
        }
        for (from, index, ids) in moves {
            let to = place(&unfolded.way(index));
            let finding = finding(&place(from), &to, &ids);
            unfolded.stacks[index].report_at(finding);
        }
    }
}

/// The resources of a template that was written before, and of the nested stacks beside it, each with the logical ids of the
/// nested stacks around it. Without nested stacks, neither now nor then, nothing has moved.
fn deployed(path: &Path, is_alone: bool) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Ok(text) = fs::read_to_string(path)
        && (!is_alone || text.contains("AWS::CloudFormation::Stack") || text.contains("AWS::Serverless::Application"))
    {
        read(&text, path, "", &mut found);
    }
    found
}

fn read(text: &str, path: &Path, way: &str, found: &mut BTreeMap<String, String>) {
    let Ok(template) = Template::parse(text) else { return };
    for (id, resource) in template.resources() {
        let nested = program::location(resource).and_then(|location| resource["Properties"][location].as_str());
        let nested = nested.filter(|file| !file.contains(['/', '\\', ':'])).map(|file| path.with_file_name(file));
        match nested.and_then(|path| Some((fs::read_to_string(&path).ok()?, path))) {
            // Stacks in stacks as deep as nobody makes them would be those of a file that names itself.
            Some((text, path)) if way.matches('/').count() < 8 => read(&text, &path, &format!("{way}{id}/"), found),
            _ => drop(found.insert(id.to_owned(), way.to_owned())),
        }
    }
}

fn place(way: &str) -> String {
    match way.trim_end_matches('/') {
        "" => "the outer stack".to_owned(),
        way => format!("nested stack `{way}`"),
    }
}

fn finding(from: &str, to: &str, ids: &[String]) -> Finding {
    let named: Vec<String> = ids.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    let more = match ids.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {} more", plural(more, "resource")),
    };
    let verb = if ids.len() == 1 { "moves" } else { "move" };
    let message = format!(
        "{}{more}: must stay in the stack in which they were deployed, and {verb} from {from} to {to} since the last synthesis",
        named.join(", ")
    );
    let help = "if that was deployed, move them before this deployment: see \"Move a task that was deployed\" in \
                `docs/guide/large-applications.md`";
    let place = cfn_model::Path(vec!["Resources".into(), ids[0].as_str().into()]);
    Finding::new(&AL0525, place, message).help(help.to_owned())
}
