//! `validate`: checks templates that somebody else wrote.

use std::path::Path;

use cfn_rules::{Options, check_text, validate_document};

use super::{
    Exit, Session,
    args::{MessageFormat, Validate},
    files,
    report::{self, Counts, Diagnostic, plural},
};

/// Checks each file; all findings go to stdout, the summary to stderr.
pub(super) fn run(session: &mut Session<'_>, command: &Validate) -> Exit {
    let mut total: Vec<Diagnostic> = Vec::new();
    for path in &command.files {
        let diagnostics = match files::read(session, path) {
            Ok(source) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                let exists = |file: &str| folder.join(file).exists();
                let nested = |name: &str| files::beside(path, name);
                let options = Options {
                    exists: command.check_files.then_some(&exists),
                    nested: Some(&nested),
                    ..Options::default()
                };
                let mut report = validate_document(&source.document, &options);
                report.findings.splice(0..0, check_text(&source.text, &source.document));
                report::of_file(&source, &report)
            }
            Err(diagnostic) => vec![*diagnostic],
        };
        for diagnostic in &diagnostics {
            let text = session.reporter.for_out(diagnostic);
            session.out.write(&text);
        }
        total.extend(diagnostics);
    }
    let counts = Counts::of(&total);
    if session.message_format == MessageFormat::Human {
        let what = match command.files.as_slice() {
            [file] => files::display(file),
            files => plural(files.len(), "file"),
        };
        let words = counts.words();
        let style = session.reporter.err;
        let summary = if counts.are_none() { style.good(&words) } else { style.bold(&words) };
        session.err.write(&format!("{summary} in {what}\n"));
    }
    if counts.errors > 0 { Exit::Failed } else { Exit::Done }
}
