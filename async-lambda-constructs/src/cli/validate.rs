//! `validate`: checks templates, as the program `cfn-validate` does.

use cfn_validate::cli::{self as shared, Arguments};

use super::{Exit, Session};

/// Checks what the arguments name. The findings go to stdout, the summary to stderr.
pub(super) fn run(session: &mut Session<'_>, arguments: &Arguments) -> Exit {
    let styles = (session.reporter.out, session.reporter.err);
    let streams = (&mut session.out, &mut session.err);
    match shared::execute(arguments, session.input, streams, styles, &session.environment.surroundings) {
        shared::Exit::Fine => Exit::Done,
        shared::Exit::Findings => Exit::Failed,
        shared::Exit::Failed => Exit::Usage,
    }
}
