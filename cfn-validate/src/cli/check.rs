//! Checks files, all processors at once.

use std::{
    cell::Cell,
    fs,
    fs::File,
    io::Read,
    num::NonZero,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use cfn_model::{
    Finding, Node, Object, Report,
    text::{self, Document, ErrorKind, Limits, ReadError},
};
use cfn_rules::{Options, check_text, codes, validate_document};

use super::{
    collect::Input,
    config::{Selected, Selection},
    given::Given,
};
use crate::{Diagnostic, Source, diagnostics, display, limits, plain, read_text};

/// What is read of the template of a nested stack: CloudFormation takes no more than a megabyte, and there can be many.
const NESTED: Limits = Limits { bytes: limits::NESTED_BYTES, depth: 128, nodes: 100_000 };

/// A file, and what is wrong with it.
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether it is a template, or at least was meant to be one. Of a file that somebody named this is taken for granted.
    pub(super) is_template: bool,
    /// How many findings of severity info are not among the diagnostics because nobody asked for them.
    pub(super) hidden: usize,
}

/// Checks files; what comes back is in their order.
pub(super) fn all(
    directory: &Path,
    inputs: &[Input],
    stdin: &mut dyn Read,
    selection: &Selection,
    given: &Given,
) -> Vec<Checked> {
    let stdin = inputs.iter().any(|input| input.path == Path::new("-")).then(|| read_text("stdin", stdin, 0));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = inputs.get(index) else { return done };
            let name = display(&input.path);
            let text = match &stdin {
                Some(text) if input.path == Path::new("-") => text.clone(),
                _ => read_file(&directory.join(&input.path), &name),
            };
            // What a template names is looked for beside it.
            let path = directory.join(&input.path);
            let folder = path.parent().unwrap_or(directory);
            done.push((index, check(name, text, input.is_named, folder, selection, given)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(inputs.len());
    let done = thread::scope(|scope| {
        // One of them is this one: a single file needs no other.
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    let mut in_order: Vec<Option<Checked>> = inputs.iter().map(|_| None).collect();
    done.into_iter().for_each(|(index, checked)| in_order[index] = Some(checked));
    in_order.into_iter().flatten().collect()
}

fn read_file(path: &Path, name: &str) -> Result<String, Box<Diagnostic>> {
    let failed = |error| Box::new(Diagnostic::error(format!("{name}: {}", plain(&error))));
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    read_text(name, file, usize::try_from(length).unwrap_or(usize::MAX))
}

fn check(
    name: String,
    text: Result<String, Box<Diagnostic>>,
    is_named: bool,
    folder: &Path,
    selection: &Selection,
    given: &Given,
) -> Checked {
    let (mut found, is_template) = match text {
        Err(diagnostic) => (vec![*diagnostic], true),
        // Most files in a folder are none, and need not be read any further.
        Ok(text) if !is_named && !text.contains("Resources") => (Vec::new(), false),
        Ok(text) => {
            let looks_like_one = text.contains("AWSTemplateFormatVersion") || text.contains("AWS::");
            match Source::parse(name.clone(), text) {
                Ok(source) if is_named || is_template(&source) => {
                    (diagnostics(&source, &report(&source, folder, given)), true)
                }
                Err(diagnostic) if is_named || looks_like_one => (vec![*diagnostic], true),
                Ok(_) | Err(_) => (Vec::new(), false),
            }
        }
    };
    let mut hidden = 0;
    found.retain_mut(|diagnostic| match selection.select(diagnostic) {
        Selected::Yes => true,
        Selected::No => false,
        Selected::Hidden => {
            hidden += usize::from(diagnostic.suppressed.is_none());
            false
        }
    });
    Checked { name, diagnostics: found, is_template, hidden }
}

fn report(source: &Source, folder: &Path, given: &Given) -> Report {
    let exists = |path: &str| folder.join(path).exists();
    let unread = Cell::new(false);
    let nested = |path: &str| {
        let read = nested_template(&folder.join(path));
        unread.set(unread.get() || read.is_err());
        read.unwrap_or_default()
    };
    let regions: Vec<&str> = given.regions.iter().map(String::as_str).collect();
    let options = Options {
        exists: Some(&exists),
        packaged: given.packaged,
        nested: Some(&nested),
        today: given.today,
        types: Some(&given.types),
        regions: &regions,
    };
    let mut report = validate_document(&source.document, &options);
    report.findings.splice(0..0, check_text(&source.text, &source.document));
    if unread.get() {
        let message = format!(
            "a nested template has more than {} bytes or {} values: it was not checked",
            NESTED.bytes, NESTED.nodes
        );
        report.findings.push(Finding::new(&codes::AL0401, cfn_model::Path::default(), message));
    }
    report
}

/// The template of a nested stack, if there is one to be read; an error where it is too large.
fn nested_template(path: &Path) -> Result<Option<Object>, TooLarge> {
    // A pipe or a device might never end.
    let is_file = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let Some(file) = Some(path).filter(|_| is_file).and_then(|path| File::open(path).ok()) else { return Ok(None) };
    let mut text = String::new();
    if file.take(NESTED.bytes as u64 + 1).read_to_string(&mut text).is_err() {
        return Ok(None);
    }
    match text::parse(&text, &NESTED) {
        Ok(Document { node: Node::Object(document), .. }) => Ok(Some(document)),
        Err(ReadError { kind: ErrorKind::TooLong { .. } | ErrorKind::TooManyNodes { .. }, .. }) => Err(TooLarge),
        _ => Ok(None),
    }
}

/// That a nested template was not read because it is too large.
struct TooLarge;

/// Whether a file that nobody named is a template: it says so, or it has resources with types.
fn is_template(source: &Source) -> bool {
    let resources = source.document.get("Resources").and_then(Node::as_object);
    ["AWSTemplateFormatVersion", "Transform"].iter().any(|key| source.document.contains_key(*key))
        || resources.is_some_and(|resources| resources.values().any(|resource| resource.get("Type").is_some()))
}
