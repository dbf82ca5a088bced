//! Applications, where they were not compiled in: every program is about stacks.

use super::{
    Exit, Session, args, graph,
    plan::{self, Plan},
    stacks,
};
use crate::{
    graph::{Detail, Graph},
    project::Project,
};

/// The subjects of the program.
pub(super) const SUBJECT: &str = "the stacks";
pub(super) const ABOUT_LIST: &str = "Lists the stacks, in the order of deployment";
pub(super) const ABOUT_GRAPH: &str = "Draws the resources and what refers to what";

/// The examples with an application among those of the program, of `synth` and of `graph`.
pub(super) const EXAMPLES: &str = "";
pub(super) const EXAMPLE_OF_SYNTH: &str = "";
pub(super) const EXAMPLE_OF_GRAPH: &str = "";
pub(super) const EXAMPLE_OF_LIST: &str = "";

pub(super) fn plan(session: &mut Session<'_>, project: Project, chosen: &args::Settings) -> Result<Plan, Exit> {
    let Project::Stacks(stacks) = project;
    plan::of_stacks(session, stacks, chosen)
}

pub(super) fn graphs(
    session: &mut Session<'_>,
    project: Project,
    detail: Detail,
    chosen: &args::Stage,
) -> Result<Vec<Graph>, Exit> {
    let Project::Stacks(stacks) = project;
    graph::of_stacks(session, &stacks, detail, chosen)
}

pub(super) fn list(session: &mut Session<'_>, project: Project, chosen: &args::Stage) -> Exit {
    let Project::Stacks(stacks) = project;
    stacks::list(session, &stacks, chosen)
}

pub(super) fn config_schema(session: &mut Session<'_>) -> Exit {
    session.usage(
        "`config-schema`: must be compiled in, and this program has `async-lambda-constructs` without its feature `app`",
        "remove `default-features = false` from that dependency in Cargo.toml, or add `features = [\"app\"]`",
    )
}
