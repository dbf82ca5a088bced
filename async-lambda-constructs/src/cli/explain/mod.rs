//! `explain`: what the schema says of a type or a property, and what a rule is about.

mod human;
mod json;
mod table;

use cfn_rules::OwnTypes;
use cfn_validate::{cli::add_schema, pages};

use super::{
    Exit, Session,
    args::{Explain, MessageFormat},
};
use crate::explain;

/// Explanations go to stdout; a name that does not exist is an error with what could have been meant.
pub(super) fn run(session: &mut Session<'_>, command: &Explain) -> Exit {
    let name = command.name.as_deref().unwrap_or_default();
    if let Ok(rule) = pages::find(name.trim()) {
        session.out.write(&match session.message_format {
            MessageFormat::Human => pages::human(rule),
            MessageFormat::Json => format!("{}\n", pages::json(rule)),
        });
        return Exit::Done;
    }
    let mut types = OwnTypes::default();
    for path in &command.schemas {
        let full = session.environment.surroundings.directory.join(path);
        if let Err(diagnostics) = add_schema(&mut types, &full, &path.display().to_string()) {
            for diagnostic in &diagnostics {
                session.report_failure(diagnostic);
            }
            return Exit::Usage;
        }
    }
    match explain::explain_with(name, &types) {
        Ok(explanation) => {
            let text = match session.message_format {
                MessageFormat::Human => human::render(&explanation, session.reporter.out),
                MessageFormat::Json => format!("{}\n", json::render(&explanation)),
            };
            session.out.write(&text);
            Exit::Done
        }
        Err(missing) => {
            let help = match missing.suggestions.as_slice() {
                _ if missing.wants_schema => format!(
                    "a type that is not AWS's needs its schema, which `aws cloudformation describe-type` prints: `explain --schema \
                     mailbox.json {name}`"
                ),
                [] => "`explain` without a name lists the services".to_owned(),
                [one] => format!("did you mean `{one}`?"),
                several => format!("did you mean one of `{}`?", several.join("`, `")),
            };
            session.fail(missing.message, Some(help))
        }
    }
}
