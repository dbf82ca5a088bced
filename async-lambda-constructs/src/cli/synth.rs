//! `synth`: writes the templates of this program's stacks.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use cfn_model::{Object, Severity, Template};
use cfn_rules::check_size;
use serde_json::json;

use super::{
    Exit, Session, application,
    args::{MessageFormat, Synth, TemplateFormat},
    assets,
    files::{self, Source, Written},
    moved,
    plan::{Application, Plan},
    report::{self, Counts, Diagnostic, plural},
    stacks::{self, Manifest},
};
use crate::{
    Stack, Synthesized,
    program::{self, Unfolded},
    project::Project,
};

/// How many resource types the summary names before it says how many more there are.
const TYPES_SHOWN: usize = 12;

/// Validates everything, then writes everything: nothing is written when there is an error.
pub(super) fn run(session: &mut Session<'_>, project: Project, command: &Synth) -> Exit {
    let plan = match application::plan(session, project, &command.settings) {
        Ok(plan) => plan,
        Err(exit) => return exit,
    };
    let Plan { mut stacks, findings: before, application } = plan;
    let application = application.as_deref();
    if Counts::of(&before).errors > 0 {
        return refuse(session, &before, command);
    }
    if !command.extras.is_empty() && stacks.len() > 1 {
        let message = format!("`--extras`: must be given with one stack, and there are {}", stacks.len());
        return session.usage(message, "merge the file into its stack in Rust: `stack.merge(...)`");
    }
    let mut extras = Vec::new();
    for path in &command.extras {
        match files::read(session, path) {
            Ok(source) => extras.push(source),
            Err(diagnostic) => return session.report_failure(&diagnostic),
        }
    }
    if let (Some(merged), Some(stack)) = (merge(&extras), stacks.first_mut()) {
        stack.merge(merged.into_owned());
    }
    if stacks.is_empty() {
        let help = "give `main` a stack, or a list with at least one".to_owned();
        return session.fail("there is no stack to write".to_owned(), Some(help));
    }
    let selected = match stacks::selected(session, &stacks, &command.stacks) {
        Ok(selected) => selected,
        Err(exit) => return exit,
    };
    program::check(&mut stacks);
    let has_manifest = stacks.len() > 1 || stacks.iter().any(Stack::has_nested) || !session.used.is_empty();
    let has_assets = stacks.iter().any(Stack::has_assets);
    let folder = output_folder(session, command).filter(|_| has_manifest || has_assets);
    let manifest = match folder.map(|folder| Manifest::open(session, &mut stacks, folder)).transpose() {
        Ok(manifest) => manifest,
        Err(exit) => return exit,
    };
    let has_groups = stacks.first().is_some_and(|stack| !stack.groups().is_empty());
    let review = |whole: &mut Synthesized| {
        application.into_iter().for_each(|application| application.review(whole));
    };
    let (format, extension) = format(command);
    let mut unfolded = program::unfold(stacks, application.is_some(), extension, &review);
    let targets = match targets(session, &unfolded, command, format, extension) {
        Ok(targets) => targets,
        Err(exit) => return exit,
    };
    let roots = unfolded.roots();
    let tops: Vec<usize> = (0..roots.len()).filter(|index| roots[*index] == *index).collect();
    let selected: Vec<bool> =
        roots.iter().map(|root| selected[tops.iter().position(|top| top == root).unwrap_or(0)]).collect();
    let paths: Vec<PathBuf> = targets.iter().map(|target| target.path.clone()).collect();
    let assets = assets::resolve(session, &mut unfolded.stacks, &selected, &paths);
    moved::check(session, &mut unfolded, &targets);
    let parents = unfolded.parents.clone();
    let mut synthesized = unfolded.synthesize();
    let contents: Vec<String> =
        synthesized.iter().zip(&targets).map(|(stack, target)| target.render(&stack.template)).collect();
    for (index, (stack, content)) in synthesized.iter_mut().zip(&contents).enumerate() {
        assets.review(index, stack);
        stack.report.findings.splice(0..0, check_size(content.len()));
    }
    if let (Some(application), Some(stack), false) = (application, synthesized.first_mut(), has_groups) {
        application.review(stack);
    }
    let findings: Vec<Vec<Diagnostic>> = synthesized
        .iter()
        .zip(&selected)
        .enumerate()
        .map(|(index, (stack, is_selected))| {
            if !is_selected {
                return Vec::new();
            }
            // The settings and the extras are those of the first stack, and of its groups.
            let application = application.filter(|_| roots[index] == 0);
            let extras: &[Source] = if roots[index] == 0 { &extras } else { &[] };
            let mut findings = report::of_stack(stack, extras, application, session.environment);
            findings.retain(|finding| command.info || finding.severity != Severity::Info);
            findings
        })
        .collect();
    let to_stdout = targets.iter().any(Target::is_stdout);
    let all: Vec<&Diagnostic> = before.iter().chain(findings.iter().flatten()).collect();
    say_findings(session, &all, to_stdout);
    let counts = Counts::of(all.iter().copied());
    let is_refused = counts.errors > 0 || (command.strict && counts.warnings > 0);
    // Before the templates: what they name is there.
    let written_assets = match if is_refused { Ok(String::new()) } else { assets.write(session) } {
        Ok(said) => said,
        Err(exit) => return exit,
    };
    let mut lines = Vec::new();
    let rows = synthesized.iter().zip(&targets).zip(&findings).zip(&contents).zip(&selected);
    for (index, ((((stack, target), findings), content), _)) in rows.enumerate().filter(|(_, (_, selected))| **selected)
    {
        let written = if is_refused {
            None
        } else {
            match target.write(session, content) {
                Ok(written) => Some(written),
                Err(error) => {
                    let name = files::display(&target.path);
                    return session.fail(format!("{name}: cannot be written: {}", files::plain(&error)), None);
                }
            }
        };
        // What is said before belongs to the application.
        let application = application.filter(|_| index == 0);
        let before = if index == 0 { before.as_slice() } else { &[] };
        let findings = Counts::of(before.iter().chain(findings));
        let nested = parents[index].as_ref().map(|(_, id)| id.as_str());
        lines.push(Line { stack, target, bytes: content.len(), findings, written, application, nested });
    }
    let written = stacks::WrittenStacks {
        stacks: &synthesized,
        paths: &paths,
        selected: &selected,
        parents: &parents,
        assets: &assets,
    };
    let manifest = manifest
        .filter(|_| !is_refused && (has_manifest || !assets.is_empty()))
        .map(|manifest| manifest.write(session, &written));
    let manifest = match manifest.transpose() {
        Ok(said) => said.unwrap_or_default(),
        Err(exit) => return exit,
    };
    match session.message_format {
        MessageFormat::Human if is_refused => say_refusal(session, &lines, counts),
        MessageFormat::Human => {
            say_summary(session, &lines);
            session.err.write(&written_assets);
            session.err.write(&manifest);
        }
        MessageFormat::Json => {
            let mut summary = summary(&lines, counts, !is_refused);
            if !assets.is_empty() {
                // Of the same stacks, in the same order.
                let indices = selected.iter().enumerate().filter(|(_, selected)| **selected).map(|(index, _)| index);
                let of_stacks: Vec<_> = indices.map(|index| assets.of_stack(index)).collect();
                for (stack, assets) in summary["stacks"].as_array_mut().into_iter().flatten().zip(of_stacks) {
                    stack["assets"] = assets.into();
                }
            }
            let text = format!("{summary}\n");
            if to_stdout { session.err.write(&text) } else { session.out.write(&text) }
        }
    }
    if is_refused { Exit::Failed } else { Exit::Done }
}

/// Says why there is no template to look at.
fn refuse(session: &mut Session<'_>, findings: &[Diagnostic], command: &Synth) -> Exit {
    let to_stdout = command.output.as_deref() == Some(Path::new("-"));
    say_findings(session, &findings.iter().collect::<Vec<_>>(), to_stdout);
    let counts = Counts::of(findings);
    match session.message_format {
        MessageFormat::Human => {
            let words = session.reporter.err.bold(&counts.words());
            session.err.write(&format!("{words} in the application; nothing was written\n"));
        }
        MessageFormat::Json => {
            let text = format!("{}\n", summary(&[], counts, false));
            if to_stdout { session.err.write(&text) } else { session.out.write(&text) }
        }
    }
    Exit::Failed
}

/// What the summary says of a stack.
struct Line<'a> {
    stack: &'a Synthesized,
    target: &'a Target,
    bytes: usize,
    findings: Counts,
    written: Option<Written>,
    /// The application that it is the stack of.
    application: Option<&'a dyn Application>,
    /// The logical id of a nested stack in the stack around it.
    nested: Option<&'a str>,
}

/// Where a stack's template goes.
pub(super) struct Target {
    pub(super) path: PathBuf,
    /// Whether the user named its folder, which is made where it is not there.
    in_folder: bool,
    format: TemplateFormat,
}

impl Target {
    fn is_stdout(&self) -> bool {
        self.path == Path::new("-")
    }

    fn render(&self, template: &Template) -> String {
        match self.format {
            TemplateFormat::Json => template.to_json(),
            TemplateFormat::Yaml => template.to_yaml(),
        }
    }

    fn write(&self, session: &mut Session<'_>, content: &str) -> std::io::Result<Written> {
        if self.is_stdout() {
            session.out.write(content);
            return Ok(Written::Changed);
        }
        let path = session.environment.path(&self.path);
        if let (true, Some(folder)) = (self.in_folder, path.parent()) {
            fs::create_dir_all(folder)?;
        }
        files::write(&path, content)
    }
}

/// The format of the templates, and the extension of their files.
fn format(command: &Synth) -> (TemplateFormat, &'static str) {
    let extension = command.output.as_deref().and_then(Path::extension).and_then(|extension| extension.to_str());
    let by_extension = extension.filter(|extension| matches!(*extension, "yaml" | "yml")).map(|_| TemplateFormat::Yaml);
    match command.format.or(by_extension).unwrap_or(TemplateFormat::Json) {
        TemplateFormat::Json => (TemplateFormat::Json, "json"),
        TemplateFormat::Yaml => (TemplateFormat::Yaml, "yaml"),
    }
}

/// The folder that the user named.
fn output_folder(session: &Session<'_>, command: &Synth) -> Option<PathBuf> {
    command.output.clone().filter(|path| is_folder(session, path))
}

/// Decides where each stack goes.
fn targets(
    session: &mut Session<'_>,
    unfolded: &Unfolded,
    command: &Synth,
    format: TemplateFormat,
    extension: &str,
) -> Result<Vec<Target>, Exit> {
    let stacks = &unfolded.stacks;
    let output = command.output.as_deref();
    let folder = output_folder(session, command);
    if let (Some(path), None, true) = (output, &folder, stacks.len() > 1) {
        let message =
            format!("`--output {}`: must be a folder, because there are {} stacks", path.display(), stacks.len());
        return Err(session.usage(message, "end the name with a slash: `--output out/`"));
    }
    let is_only = unfolded.parents.iter().filter(|parent| parent.is_none()).count() == 1;
    Ok(stacks
        .iter()
        .zip(&unfolded.parents)
        .map(|(stack, parent)| {
            let name = match parent {
                None if is_only => format!("template.{extension}"),
                _ => format!("{}.template.{extension}", stack.name()),
            };
            let path = match (&folder, output) {
                (Some(folder), _) => folder.join(name),
                (None, Some(file)) => file.to_owned(),
                (None, None) => PathBuf::from(name),
            };
            Target { path, in_folder: folder.is_some(), format }
        })
        .collect())
}

/// The folder of the templates; that of the project where they go to stdout.
pub(super) fn template_folder(session: &Session<'_>, command: &Synth) -> PathBuf {
    let beside = || command.output.as_deref()?.parent().map(Path::to_owned);
    output_folder(session, command).or_else(beside).unwrap_or_default()
}

fn is_folder(session: &Session<'_>, path: &Path) -> bool {
    path.to_string_lossy().ends_with(['/', '\\']) || session.environment.path(path).is_dir()
}

/// All extras as one document: later files win.
fn merge(extras: &[Source]) -> Option<Cow<'_, Object>> {
    let (first, rest) = extras.split_first()?;
    if rest.is_empty() {
        return Some(Cow::Borrowed(&first.document));
    }
    let mut merged = Template::from_document(first.document.clone());
    for source in rest {
        merged.merge(source.document.clone());
    }
    Some(Cow::Owned(merged.document().clone()))
}

/// Says findings, the errors first.
fn say_findings(session: &mut Session<'_>, findings: &[&Diagnostic], to_stdout: bool) {
    let findings = cfn_model::sorted(findings.to_vec(), &|left, right| left.severity.cmp(&right.severity));
    findings.into_iter().for_each(|diagnostic| say_finding(session, diagnostic, to_stdout));
}

fn say_finding(session: &mut Session<'_>, diagnostic: &Diagnostic, to_stdout: bool) {
    if session.message_format == MessageFormat::Json && !to_stdout {
        let text = session.reporter.for_out(diagnostic);
        session.out.write(&text);
    } else {
        let text = session.reporter.for_err(diagnostic);
        session.err.write(&text);
    }
}

/// The resource types with how many there are of each, the most frequent first.
fn by_type(template: &Template) -> Vec<(&str, usize)> {
    let mut counts = BTreeMap::new();
    // A macro under `Resources` is no resource.
    for (id, definition) in template.resources().filter(|(id, _)| *id != "Fn::Transform") {
        let otherwise = if id.starts_with("Fn::ForEach::") { "Fn::ForEach" } else { "(no type)" };
        *counts.entry(definition["Type"].as_str().unwrap_or(otherwise)).or_insert(0) += 1;
    }
    cfn_model::sorted(counts.into_iter().collect(), &|left, right| right.1.cmp(&left.1))
}

fn say_refusal(session: &mut Session<'_>, lines: &[Line<'_>], counts: Counts) {
    let style = session.reporter.err;
    let what = match lines {
        [line] => format!("stack `{}`", line.stack.name),
        several => plural(several.len(), "stack"),
    };
    let strict = if counts.errors == 0 { " (`--strict`)" } else { "" };
    session.err.write(&format!("{} in {what}; nothing was written{strict}\n", style.bold(&counts.words())));
}

fn say_summary(session: &mut Session<'_>, lines: &[Line<'_>]) {
    let style = session.reporter.err;
    for line in lines {
        let verb = match line.written {
            Some(Written::Unchanged) => "unchanged",
            _ => "wrote",
        };
        let types = by_type(&line.stack.template);
        let total: usize = types.iter().map(|(_, count)| count).sum();
        let name = if line.target.is_stdout() { "stdout".to_owned() } else { files::display(&line.target.path) };
        session.err.write(&format!(
            "{} {} ({} `{}`, {}, {}, {})\n",
            style.good(verb),
            style.bold(&name),
            if line.nested.is_some() { "nested stack" } else { "stack" },
            line.nested.unwrap_or(&line.stack.name),
            plural(total, "resource"),
            size(line.bytes),
            line.findings.words(),
        ));
        if let Some(application) = line.application {
            session.err.write(&application.tasks("  ", style));
            continue;
        }
        let width = types.first().map_or(1, |(_, count)| count.to_string().len());
        for (name, count) in types.iter().take(TYPES_SHOWN) {
            session.err.write(&format!("  {count:>width$}  {}\n", style.name(name)));
        }
        if types.len() > TYPES_SHOWN {
            let rest: usize = types[TYPES_SHOWN..].iter().map(|(_, count)| count).sum();
            session.err.write(&format!("  {rest:>width$}  of {} more\n", plural(types.len() - TYPES_SHOWN, "type")));
        }
    }
}

/// `812 bytes`, `3.4 kB`, `1.2 MB`: powers of ten, as in CloudFormation's limits.
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => plural(bytes, "byte"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn summary(lines: &[Line<'_>], counts: Counts, written: bool) -> serde_json::Value {
    let findings = |counts: Counts| {
        json!({
            "errors": counts.errors,
            "warnings": counts.warnings,
            "infos": counts.infos,
            "suppressed": counts.suppressed,
        })
    };
    let stacks: Vec<_> = lines
        .iter()
        .map(|line| {
            let types: serde_json::Map<String, serde_json::Value> = by_type(&line.stack.template)
                .into_iter()
                .map(|(name, count)| (name.to_owned(), count.into()))
                .collect();
            let mut value = json!({
                "stack": line.stack.name,
                "file": line.written.map(|_| line.target.path.display().to_string()),
                "changed": line.written.map(|written| written == Written::Changed),
                "bytes": line.bytes,
                "resources": types,
                "findings": findings(line.findings),
            });
            if let Some(id) = line.nested {
                value["nested"] = id.into();
            }
            value
        })
        .collect();
    json!({"kind": "summary", "written": written, "findings": findings(counts), "stacks": stacks})
}
