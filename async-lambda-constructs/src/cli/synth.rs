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
    plan::{Application, Plan},
    report::{self, Counts, Diagnostic, plural},
    stacks::{self, Manifest},
};
use crate::{Stack, Synthesized, program, project::Project, synthesize};

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
    // The name of an application has rules of its own.
    if let Some((message, help)) = wrong_names(&stacks, application.is_some()) {
        return session.fail(message, Some(help));
    }
    let targets = match targets(session, &stacks, command) {
        Ok(targets) => targets,
        Err(exit) => return exit,
    };
    let selected = match stacks::selected(session, &stacks, &command.stacks) {
        Ok(selected) => selected,
        Err(exit) => return exit,
    };
    program::check(&mut stacks);
    let paths: Vec<PathBuf> = targets.iter().map(|target| target.path.clone()).collect();
    let assets = assets::resolve(session, &mut stacks, &selected, &paths);
    let has_manifest = targets.len() > 1 || !session.used.is_empty() || !assets.is_empty();
    let folder = targets.first().filter(|target| target.in_folder && has_manifest);
    let folder = folder.and_then(|target| target.path.parent()).map(Path::to_owned);
    let manifest = match folder.map(|folder| Manifest::open(session, &mut stacks, folder)).transpose() {
        Ok(manifest) => manifest,
        Err(exit) => return exit,
    };
    let mut extras = Vec::new();
    for path in &command.extras {
        match files::read(session, path) {
            Ok(source) => extras.push(source),
            Err(diagnostic) => return session.report_failure(&diagnostic),
        }
    }
    let merged = merge(&extras);
    let mut synthesized: Vec<Synthesized> =
        stacks.into_iter().map(|stack| synthesize(stack, merged.as_deref())).collect();
    let contents: Vec<String> =
        synthesized.iter().zip(&targets).map(|(stack, target)| target.render(&stack.template)).collect();
    for (index, (stack, content)) in synthesized.iter_mut().zip(&contents).enumerate() {
        assets.review(index, stack);
        stack.report.findings.splice(0..0, check_size(content.len()));
    }
    if let (Some(application), Some(stack)) = (application, synthesized.first_mut()) {
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
            let application = application.filter(|_| index == 0);
            let mut findings = report::of_stack(stack, &extras, application, session.environment);
            findings.retain(|finding| command.info || finding.severity != Severity::Info);
            findings
        })
        .collect();
    let to_stdout = targets.iter().any(Target::is_stdout);
    let all = || before.iter().chain(findings.iter().flatten());
    say_findings(session, all(), to_stdout);
    let counts = Counts::of(all());
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
        lines.push(Line { stack, target, bytes: content.len(), findings, written, application });
    }
    let manifest = manifest
        .filter(|_| !is_refused)
        .map(|manifest| manifest.write(session, &synthesized, &paths, &selected, &assets));
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
    say_findings(session, findings, to_stdout);
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
}

/// Where a stack's template goes.
struct Target {
    path: PathBuf,
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

/// Decides where each stack goes before anything is done.
fn targets(session: &mut Session<'_>, stacks: &[Stack], command: &Synth) -> Result<Vec<Target>, Exit> {
    let output = command.output.as_deref();
    let folder = output.filter(|path| is_folder(session, path));
    if let (Some(path), None, true) = (output, folder, stacks.len() > 1) {
        let message =
            format!("`--output {}`: must be a folder, because there are {} stacks", path.display(), stacks.len());
        return Err(session.usage(message, "end the name with a slash: `--output out/`"));
    }
    if !command.extras.is_empty() && stacks.len() > 1 {
        let message = format!("`--extras`: must be given with one stack, and there are {}", stacks.len());
        return Err(session.usage(message, "merge the file into its stack in Rust: `stack.merge(...)`"));
    }
    let by_extension = output.and_then(Path::extension).and_then(|extension| match extension.to_str()? {
        "yaml" | "yml" => Some(TemplateFormat::Yaml),
        _ => None,
    });
    let format = command.format.or(by_extension).unwrap_or(TemplateFormat::Json);
    let extension = match format {
        TemplateFormat::Json => "json",
        TemplateFormat::Yaml => "yaml",
    };
    Ok(stacks
        .iter()
        .map(|stack| {
            let name = match stacks {
                [_] => format!("template.{extension}"),
                _ => format!("{}.template.{extension}", stack.name()),
            };
            let path = match (folder, output) {
                (Some(folder), _) => folder.join(name),
                (None, Some(file)) => file.to_owned(),
                (None, None) => PathBuf::from(name),
            };
            Target { path, in_folder: folder.is_some(), format }
        })
        .collect())
}

fn is_folder(session: &Session<'_>, path: &Path) -> bool {
    path.to_string_lossy().ends_with(['/', '\\']) || session.environment.path(path).is_dir()
}

/// Stack names go into file names and to CloudFormation, and both have rules.
fn wrong_names(stacks: &[Stack], is_first_of_application: bool) -> Option<(String, String)> {
    if stacks.is_empty() {
        return Some((
            "there is no stack to write".to_owned(),
            "give `main` a stack, or a list with at least one".to_owned(),
        ));
    }
    for (position, stack) in stacks.iter().enumerate() {
        let name = stack.name();
        let is_legal = name.len() <= 128
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_legal && (position > 0 || !is_first_of_application) {
            let message = format!(
                "stack `{name}`: a stack's name must be letters, digits and hyphens, a letter first, at most 128"
            );
            return Some((message, "change the name that is given to `Stack::new`".to_owned()));
        }
        if stacks[..position].iter().any(|earlier| earlier.name() == name) {
            let message =
                format!("stack `{name}`: each stack must have a name of its own, and this one is there twice");
            return Some((message, "change the name that is given to `Stack::new`".to_owned()));
        }
    }
    None
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
fn say_findings<'a>(session: &mut Session<'_>, findings: impl IntoIterator<Item = &'a Diagnostic>, to_stdout: bool) {
    let mut findings: Vec<&Diagnostic> = findings.into_iter().collect();
    findings.sort_by_key(|diagnostic| diagnostic.severity);
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
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
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
            "{} {} (stack `{}`, {}, {}, {})\n",
            style.good(verb),
            style.bold(&name),
            line.stack.name,
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
            json!({
                "stack": line.stack.name,
                "file": line.written.map(|_| line.target.path.display().to_string()),
                "changed": line.written.map(|written| written == Written::Changed),
                "bytes": line.bytes,
                "resources": types,
                "findings": findings(line.findings),
            })
        })
        .collect();
    json!({"kind": "summary", "written": written, "findings": findings(counts), "stacks": stacks})
}
