//! The program: what `cfn-validate` does.
//!
//! [`main`] is the whole of it. [`run`] is the same with everything that it touches handed in, so that tests need no
//! process. [`execute`] is what other programs share: `synth validate` has the same [`options`] and does the same. Only
//! this module prints, reads the environment and touches the disk.

mod args;
mod check;
mod collect;
mod config;
mod explain;
mod given;

use std::{env, ffi::OsString, fs, io::Read, process::ExitCode};

use crate::{Counts, Diagnostic, Stream, Streams, Style, Surroundings, plain, plural, render};
use args::Task;
pub use args::{Arguments, Color, EXIT_STATUS, Format, options};
use check::Checked;
use config::Selection;
use given::Given;
pub use given::add_schema;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing is wrong.
    Fine,
    /// There are findings of severity error, or warnings with `--strict`.
    Findings,
    /// The arguments or settings are invalid, or a file cannot be read or written.
    Failed,
}

/// The main function of the program.
pub fn main() -> ExitCode {
    let surroundings = Surroundings::of_process();
    Streams::of_process(|streams| run(env::args_os().skip(1), streams, &surroundings)).into()
}

/// Does what the arguments say. `arguments` are those behind the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>, streams: Streams<'_>, surroundings: &Surroundings) -> Exit {
    let mut out = Stream::new(streams.out);
    let mut err = Stream::new(streams.err);
    let exit = match args::parse(arguments) {
        Ok((arguments, color)) => {
            let styles = surroundings.styles(color.is_wanted());
            execute(&arguments, streams.input, (&mut out, &mut err), styles, surroundings)
        }
        Err(args::Stop::Help(text)) => {
            out.write(&text);
            Exit::Fine
        }
        Err(args::Stop::Usage(text)) => {
            err.write(&text);
            Exit::Failed
        }
    };
    let written = out.finish();
    if let Err(error) = &written {
        err.write(&format!("error: stdout: {}\n", plain(error)));
    }
    // When stderr is what cannot be written there is nobody left to tell.
    if err.finish().is_err() || written.is_err() { Exit::Failed } else { exit }
}

/// Does what the arguments ask for. `styles` are those of stdout and of stderr.
pub fn execute<'a>(
    arguments: &Arguments,
    input: &mut dyn Read,
    (out, err): (&mut Stream<'a>, &mut Stream<'a>),
    (out_style, err_style): (Style, Style),
    surroundings: &Surroundings,
) -> Exit {
    let out_style = if arguments.output.is_some() { Style::plain() } else { out_style };
    let mut session = Session { out_style, err_style, input, out, err, surroundings };
    session.run(arguments).unwrap_or_else(|diagnostics| {
        for diagnostic in diagnostics {
            let text = render::human(&diagnostic, session.err_style);
            session.err.write(&text);
        }
        Exit::Failed
    })
}

struct Session<'a, 'b> {
    input: &'b mut dyn Read,
    out: &'b mut Stream<'a>,
    err: &'b mut Stream<'a>,
    out_style: Style,
    err_style: Style,
    surroundings: &'b Surroundings,
}

/// Why nothing was checked.
type Failure = Vec<Diagnostic>;

impl Session<'_, '_> {
    fn run(&mut self, arguments: &Arguments) -> Result<Exit, Failure> {
        let (text, exit) = match &arguments.task {
            Task::Explain(code) => (explain::page(code, arguments.format())?, Exit::Fine),
            Task::ListRules => (explain::list(arguments.format())?, Exit::Fine),
            Task::Check(_) => self.check(arguments)?,
        };
        match &arguments.output {
            None => self.out.write(&text),
            Some(path) => fs::write(self.surroundings.directory.join(path), text)
                .map_err(|error| failure(format!("{}: cannot be written: {}", path.display(), plain(&error))))?,
        }
        Ok(exit)
    }

    /// Checks files: the text of the report, and how it ended.
    fn check(&mut self, arguments: &Arguments) -> Result<(String, Exit), Failure> {
        let Task::Check(named) = &arguments.task else { return Ok((String::new(), Exit::Fine)) };
        let directory = &self.surroundings.directory;
        let settings = config::find(directory, arguments.config.as_deref())?;
        let selection = Selection::new(&settings, arguments)?;
        let files = collect::files(directory, named, &settings)?;
        let given = Given::new(directory, &settings, arguments)?;
        let checked = check::all(directory, &files, self.input, &selection, &given);
        let fails = |diagnostic: &Diagnostic| selection.fails(diagnostic);
        let is_empty = |checked: &Checked| !checked.is_template;
        let skipped = checked.iter().filter(|checked| is_empty(checked)).count();
        let checked: Vec<Checked> = checked.into_iter().filter(|checked| !is_empty(checked)).collect();
        if checked.is_empty() {
            return Err(nothing_to_check(skipped));
        }
        let all = || checked.iter().flat_map(|checked| &checked.diagnostics);
        let text = self.render(&checked, arguments.format(), fails);
        let counts = Counts::of(all());
        if matches!(arguments.format(), Format::Text | Format::Github) || arguments.output.is_some() {
            let what = match checked.as_slice() {
                [only] => only.name.clone(),
                several => plural(several.len(), "template"),
            };
            let skipped = match skipped {
                0 => String::new(),
                count => format!(" ({} without a template)", plural(count, "other file")),
            };
            let words = counts.words();
            let style = self.err_style;
            let words = if counts.are_none() { style.good(&words) } else { style.bold(&words) };
            let hidden = match checked.iter().map(|checked| checked.hidden).sum() {
                0 => String::new(),
                count => format!("; `--info` shows {}", plural(count, "more note")),
            };
            self.err.write(&format!("{words} in {what}{skipped}{hidden}\n"));
        }
        let is_unreadable = all().any(|diagnostic| diagnostic.code.is_none());
        let has_failed = || all().any(|diagnostic| diagnostic.suppressed.is_none() && selection.fails(diagnostic));
        Ok((
            text,
            if is_unreadable {
                Exit::Failed
            } else if has_failed() {
                Exit::Findings
            } else {
                Exit::Fine
            },
        ))
    }

    fn render(&self, checked: &[Checked], format: Format, fails: impl Fn(&Diagnostic) -> bool) -> String {
        let all = || checked.iter().flat_map(|checked| &checked.diagnostics);
        match format {
            Format::Text => all().map(|diagnostic| render::human(diagnostic, self.out_style)).collect(),
            Format::Json => all().map(render::json).collect(),
            Format::Github => all().map(render::github).collect(),
            Format::Sarif => render::sarif(all()),
            Format::Junit => {
                let suites: Vec<render::Suite<'_>> = checked
                    .iter()
                    .map(|checked| render::Suite { name: &checked.name, diagnostics: &checked.diagnostics })
                    .collect();
                render::junit(&suites, fails)
            }
        }
    }
}

fn nothing_to_check(skipped: usize) -> Failure {
    let message = match skipped {
        0 => "there is no file to check".to_owned(),
        count => format!("there is no template to check: {} hold none", plural(count, "file")),
    };
    let help = "name a template, a folder or a pattern such as `templates/**/*.yaml`; `-` is stdin".to_owned();
    vec![Diagnostic { help: Some(help), ..Diagnostic::error(message) }]
}

fn failure(message: impl Into<String>) -> Failure {
    vec![Diagnostic::error(message)]
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Fine => 0,
            Exit::Findings => 1,
            Exit::Failed => 2,
        })
    }
}
