//! `graph`: the resources and what refers to what, as a picture.

use super::{Exit, Session, args::Graph};
use crate::Stack;

pub(super) fn run(session: &mut Session<'_>, _stacks: &[Stack], _command: &Graph) -> Exit {
    session.fail("wip", None)
}
