//! From what the program is about to the stacks that are synthesized.

use cfn_model::Finding;
use cfn_validate::{Place, SuppressedBy};

use super::{
    Exit, Session, args,
    report::{Diagnostic, Style},
};
use crate::{Stack, Synthesized};

/// The fix of an option that stacks do not have.
const LEAVE_OUT: &str = "give `main` an application, or leave the option out";

/// What is to be synthesized.
#[derive(Default)]
pub(super) struct Plan {
    /// The stacks. There is none when something is wrong with the application or its settings.
    pub(super) stacks: Vec<Stack>,
    /// What is said before a template is looked at.
    pub(super) findings: Vec<Diagnostic>,
    /// The application, where the program has one. Its stack is the first.
    pub(super) application: Option<Box<dyn Application>>,
}

/// The application that a stack was made of, in what is said of the stack.
pub(super) trait Application {
    /// Adds what must hold of the template of an application, and says advice in its words.
    fn review(&self, stack: &mut Synthesized);

    /// The tasks, one line each.
    fn tasks(&self, indent: &str, style: Style) -> String;

    /// The places in the config file of what is wrong with values that come from there, in the order of the findings.
    fn places(&self, findings: &[(&Finding, Option<SuppressedBy>)]) -> Vec<Option<Place>>;

    /// The diagnostics, with a mistake in a setting said once, and not of every function and queue that has it.
    fn without_repeats(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic>;
}

/// Stacks as they are, without the options of applications.
pub(super) fn of_stacks(session: &mut Session<'_>, stacks: Vec<Stack>, chosen: &args::Settings) -> Result<Plan, Exit> {
    match chosen.option() {
        Some(option) => Err(needs_application(session, option)),
        None => Ok(Plan { stacks, ..Plan::default() }),
    }
}

/// Says that an option is one of applications.
pub(super) fn needs_application(session: &mut Session<'_>, option: &str) -> Exit {
    let message = format!("`{option}`: must be given with an application, and this program has stacks");
    session.usage(message, LEAVE_OUT)
}
