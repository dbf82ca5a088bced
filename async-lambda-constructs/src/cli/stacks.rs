//! The stacks of a program on the command line: those that were named, their list, and the manifest beside their templates.

use std::{fs, path::PathBuf};

use serde_json::json;

use super::{
    Exit, Session, args,
    args::MessageFormat,
    assets::Assets,
    files::{self, Written},
    plan,
    report::plural,
};
use crate::{
    Stack, Synthesized,
    explain::suggest::did_you_mean,
    program::{self, Entry, NestedEntry, Previous},
};

/// The name of the file.
const MANIFEST: &str = "manifest.json";

/// Whether each of the stacks is to be written: it was named, or no stack was.
pub(super) fn selected(session: &mut Session<'_>, stacks: &[Stack], names: &[String]) -> Result<Vec<bool>, Exit> {
    let known = || stacks.iter().map(Stack::name);
    if let Some(unknown) = names.iter().find(|name| known().all(|known| known != name.as_str())) {
        let all: Vec<String> = known().map(|name| format!("`{name}`")).collect();
        let message = format!("`{unknown}`: must be the name of a stack of this program: {}", all.join(", "));
        let help = did_you_mean(unknown, known());
        return Err(session.usage(message, help.unwrap_or_else(|| "`ls` lists the stacks".to_owned())));
    }
    Ok(known().map(|known| names.is_empty() || names.iter().any(|name| name == known)).collect())
}

/// The manifest of several stacks whose templates go into a folder.
pub(super) struct Manifest {
    path: PathBuf,
    previous: Option<Previous>,
    entries: Vec<(usize, Entry)>,
}

impl Manifest {
    /// Looks at the file that is there, and reports what must not be done behind it.
    pub(super) fn open(session: &mut Session<'_>, stacks: &mut [Stack], folder: PathBuf) -> Result<Manifest, Exit> {
        let path = folder.join(MANIFEST);
        let name = files::display(&path);
        let previous = match fs::read_to_string(session.environment.path(&path)) {
            Ok(text) => match Previous::read(&text) {
                Some(previous) => Some(previous),
                None => {
                    let message = format!("{name}: must be the manifest of this program, and is another file");
                    return Err(session.fail(message, Some("name another folder with `--output`".to_owned())));
                }
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(session.fail(format!("{name}: {}", files::plain(&error)), None)),
        };
        if let Some(previous) = &previous {
            previous.check(stacks);
        }
        Ok(Manifest { path, previous, entries: program::manifest(stacks) })
    }

    /// Writes it, and gives the line that says so. A stack that is not written now keeps the entry that it had, as its file is
    /// that of the last time.
    pub(super) fn write(self, session: &mut Session<'_>, written: &WrittenStacks<'_>) -> Result<String, Exit> {
        let outer: Vec<usize> = (0..written.stacks.len()).filter(|index| written.parents[*index].is_none()).collect();
        let previous = self.previous;
        let kept =
            |index: usize| previous.as_ref().filter(|_| !written.selected[index])?.entry(&written.stacks[index].name);
        let entries = self.entries.into_iter().map(|(position, entry)| {
            let index = outer[position];
            match kept(index) {
                Some(kept) => kept.clone(),
                None => {
                    let stack = &written.stacks[index];
                    let (nested, assets) = (written.nested(index), written.assets.of_stack(index));
                    entry.finished(&written.file(index), &stack.template, &nested, &session.used, assets)
                }
            }
        });
        let entries = entries.collect();
        match files::write(&session.environment.path(&self.path), &program::text(entries)) {
            Ok(written) => {
                let style = session.reporter.err;
                let verb = if written == Written::Changed { "wrote" } else { "unchanged" };
                let name = style.bold(&files::display(&self.path));
                Ok(format!("{} {name} (the order of deployment, capabilities, parameters)\n", style.good(verb)))
            }
            Err(error) => {
                let name = files::display(&self.path);
                Err(session.fail(format!("{name}: cannot be written: {}", files::plain(&error)), None))
            }
        }
    }
}

/// All stacks of a program, with what becomes of each.
pub(super) struct WrittenStacks<'a> {
    pub(super) stacks: &'a [Synthesized],
    /// Their files.
    pub(super) paths: &'a [PathBuf],
    /// Whether each is written now.
    pub(super) selected: &'a [bool],
    /// The position of the stack around each, and its logical id there.
    pub(super) parents: &'a [Option<(usize, String)>],
    /// Their assets.
    pub(super) assets: &'a Assets,
}

impl WrittenStacks<'_> {
    fn file(&self, index: usize) -> String {
        self.paths[index].file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The stacks inside of one, and those inside of these.
    fn nested(&self, index: usize) -> Vec<NestedEntry<'_>> {
        let mut found = Vec::new();
        for (inner, parent) in self.parents.iter().enumerate() {
            let Some((parent, id)) = parent else { continue };
            if *parent == index {
                found.push(NestedEntry {
                    id,
                    file: self.file(inner),
                    template: &self.stacks[inner].template,
                    assets: self.assets.of_stack(inner),
                    nested: self.nested(inner),
                });
            }
        }
        found
    }
}

/// `ls` of a program about stacks: one line a stack, in the order of deployment.
pub(super) fn list(session: &mut Session<'_>, stacks: &[Stack], chosen: &args::Stage) -> Exit {
    if let Some(option) = chosen.option() {
        return plan::needs_application(session, option);
    }
    let width = stacks.iter().map(|stack| stack.name().len()).max().unwrap_or(0);
    let style = session.reporter.out;
    let mut text = String::new();
    for (index, entry) in program::manifest(stacks) {
        let (stack, resources) = (&stacks[index], stacks[index].resources().count());
        text += &match session.message_format {
            MessageFormat::Json => {
                let (account, region) = (&stack.home().account, &stack.home().region);
                let mut value = json!({
                    "kind": "stack", "name": stack.name(), "account": account, "region": region, "resources": resources,
                    "dependsOn": entry.depends_on(),
                });
                if !stack.nested().is_empty() {
                    value["nested"] = nested_values(stack).into();
                }
                format!("{value}\n")
            }
            MessageFormat::Human => {
                let name = style.name(&format!("{:width$}", stack.name()));
                let home = [&stack.home().account, &stack.home().region];
                let home: Vec<&str> = home.into_iter().filter_map(Option::as_deref).collect();
                let home = if home.is_empty() { String::new() } else { format!("  in {}", home.join(" ")) };
                let sources = entry.depends_on();
                let after = if sources.is_empty() { String::new() } else { format!("  after {}", sources.join(", ")) };
                let nested = nested_lines(stack, "  ");
                format!("{name}  {}{home}{after}\n{nested}", plural(resources, "resource"))
            }
        };
    }
    session.out.write(&text);
    Exit::Done
}

/// The stacks inside of one, and those inside of these.
fn nested_lines(stack: &Stack, indent: &str) -> String {
    let line = |(id, nested): &(String, Stack)| {
        let resources = plural(nested.resources().count(), "resource");
        format!("{indent}{id}  {resources}\n{}", nested_lines(nested, &format!("{indent}  ")))
    };
    stack.nested().iter().map(line).collect()
}

fn nested_values(stack: &Stack) -> Vec<serde_json::Value> {
    let value = |(id, nested): &(String, Stack)| json!({"id": id, "name": nested.name(), "resources": nested.resources().count(), "nested": nested_values(nested)});
    stack.nested().iter().map(value).collect()
}
