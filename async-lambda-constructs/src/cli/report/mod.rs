//! Findings and failures, each with the line of the file that has to be changed.

mod place;

pub(super) use cfn_validate::{Counts, Diagnostic, Style, plural};
pub(super) use place::{file_place, rust_place};

use cfn_model::{Finding, Node, Path};
use cfn_rules::MOST_OF_A_RULE;
use cfn_validate::{Source, cli::Color, node_at, render, with_suppressed, written_path};

use super::{args::MessageFormat, environment::Environment, plan::Application};
use crate::Synthesized;

/// The findings about a stack of this program, each with the Rust line, or with the line of the extras
/// or of the application's settings where it is they who say what is wrong.
pub(super) fn of_stack(
    stack: &Synthesized,
    extras: &[Source],
    application: Option<&dyn Application>,
    environment: &Environment,
) -> Vec<Diagnostic> {
    let Synthesized { name, template, report } = stack;
    let (excess, mut findings): (Vec<_>, Vec<_>) = with_suppressed(report).partition(|(finding, _)| is_excess(finding));
    findings.extend(excess);
    let paths: Vec<Path> =
        findings.iter().map(|(finding, _)| written_path(template.document(), &finding.path)).collect();
    // The last one wins when extras are merged, so it is asked first.
    let located: Vec<_> = extras.iter().rev().map(|source| (source, source.locate(&paths))).collect();
    let mut from_settings = application.map(|application| application.places(&findings)).unwrap_or_default();
    let diagnostics = findings.into_iter().enumerate().map(|(position, (finding, suppressed))| {
        let from_extras = located.iter().find_map(|(source, locations)| {
            let path = &paths[position];
            let location = locations[position].filter(|location| location.depth == path.0.len())?;
            let mentioned = source.node(path)?;
            // Where they add to an object, what is wrong with it may not be theirs.
            let is_part = matches!(mentioned, Node::Object(_)) && node_at(template.document(), path) != Some(mentioned);
            (!path.0.is_empty() && (finding.origin.is_none() || !is_part))
                .then(|| file_place(source, finding, path, &location))
        });
        let from_settings = from_settings.get_mut(position).and_then(Option::take);
        let rust = || finding.origin.map(|origin| rust_place(origin, environment));
        Diagnostic {
            stack: Some(name.clone()),
            place: from_extras.or(from_settings).or_else(rust),
            suppressed,
            ..Diagnostic::finding(finding)
        }
    });
    let diagnostics = diagnostics.collect();
    match application {
        Some(application) => application.without_repeats(diagnostics),
        None => diagnostics,
    }
}

/// Whether it only says how many more findings there are, which comes last.
fn is_excess(finding: &Finding) -> bool {
    finding.path.0.is_empty() && finding.message.ends_with(&format!("a report has {MOST_OF_A_RULE}"))
}

/// Says diagnostics in the format and colours that were asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reporter {
    format: MessageFormat,
    /// The style of stdout.
    pub(super) out: Style,
    /// The style of stderr.
    pub(super) err: Style,
}

impl Reporter {
    pub(super) fn new(format: MessageFormat, color: Color, environment: &Environment) -> Reporter {
        let (out, err) = environment.surroundings.styles(color.is_wanted());
        Reporter { format, out, err }
    }

    pub(super) fn for_out(self, diagnostic: &Diagnostic) -> String {
        self.render(diagnostic, self.out)
    }

    pub(super) fn for_err(self, diagnostic: &Diagnostic) -> String {
        self.render(diagnostic, self.err)
    }

    fn render(self, diagnostic: &Diagnostic, style: Style) -> String {
        match self.format {
            MessageFormat::Human => render::human(diagnostic, style),
            MessageFormat::Json => render::json(diagnostic),
        }
    }
}
