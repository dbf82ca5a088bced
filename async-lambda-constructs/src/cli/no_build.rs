//! `build`, where it was not compiled in: says how to get it.

use clap::{Arg, ArgMatches};

use super::{Exit, Session, args::subcommand};
use crate::{context::Spec, project::Project};

/// Its line among the examples of the program.
pub(super) const EXAMPLE: &str = "";

/// Whatever was asked for, it is not there.
#[derive(Debug)]
pub(super) struct Build;

impl Build {
    pub(super) fn of(_: &ArgMatches) -> Build {
        Build
    }
}

/// Takes every argument, and stands in no list.
pub(super) fn command(_: &[Spec]) -> clap::Command {
    let any = Arg::new("any").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true);
    subcommand("build", "Needs the feature `package`", "[OPTIONS]").hide(true).arg(any)
}

pub(super) fn run(session: &mut Session<'_>, _: Project, _: &Build) -> Exit {
    session.usage(
        "`build`: must be compiled in, and this program has `async-lambda-constructs` without its feature `package`",
        "remove `default-features = false` from that dependency in Cargo.toml, or add `features = [\"package\"]`",
    )
}
