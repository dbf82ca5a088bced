//! `graph`: the resources and what refers to what, as a picture.

use std::path::Path;

use serde_json::{Value, json};

use super::{
    Exit, Session, application,
    args::{self, GraphFormat, MessageFormat},
    files::{self, Written},
    plan,
};
use crate::{
    Stack,
    graph::{self, Detail, Graph, Line},
    project::Project,
};

/// Draws the stacks or the application of this program.
pub(super) fn run(session: &mut Session<'_>, project: Project, command: &args::Graph) -> Exit {
    match application::graphs(session, project, detail(command), &command.stage) {
        Ok(graphs) => draw(session, &graphs, command),
        Err(exit) => exit,
    }
}

/// Draws the files that are named.
pub(super) fn of_files(session: &mut Session<'_>, command: &args::Graph, context: &[String]) -> Exit {
    if let Some(option) = command.stage.option() {
        let message = format!("`{option}`: must be given with an application, got files");
        return session.usage(message, "leave the option or the files out");
    }
    if !context.is_empty() {
        let message = "`--context`: must be given with the stacks of the program, got files";
        return session.usage(message, "leave the option or the files out");
    }
    let mut graphs = Vec::new();
    for path in &command.files {
        match files::read(session, path) {
            Ok(source) => {
                let name = path.file_stem().filter(|_| path != Path::new("-")).map(|stem| stem.to_string_lossy());
                graphs.push(Graph::of_template(name.as_deref().unwrap_or("stdin"), &source.document, detail(command)));
            }
            Err(diagnostic) => return session.report_failure(&diagnostic),
        }
    }
    draw(session, &graphs, command)
}

fn detail(command: &args::Graph) -> Detail {
    if command.all { Detail::Everything } else { Detail::Overview }
}

fn draw(session: &mut Session<'_>, graphs: &[Graph], command: &args::Graph) -> Exit {
    let extension = command.output.as_deref().and_then(Path::extension).and_then(|extension| extension.to_str());
    let format = command.format.unwrap_or(match extension {
        Some("svg") => GraphFormat::Svg,
        Some("dot" | "gv") => GraphFormat::Dot,
        _ => GraphFormat::Mermaid,
    });
    let text = match (session.message_format, format) {
        (MessageFormat::Json, _) => format!("{}\n", json!(graphs.iter().map(data).collect::<Vec<_>>())),
        (MessageFormat::Human, GraphFormat::Mermaid) => graph::mermaid(graphs),
        (MessageFormat::Human, GraphFormat::Dot) => graph::dot(graphs),
        (MessageFormat::Human, GraphFormat::Svg) => graph::svg(graphs),
    };
    match command.output.as_deref().filter(|path| *path != Path::new("-")) {
        None => session.out.write(&text),
        Some(path) => match files::write(&session.environment.path(path), &text) {
            Ok(written) => {
                let verb = if written == Written::Unchanged { "unchanged" } else { "wrote" };
                let verb = session.reporter.err.good(verb);
                session.err.write(&format!("{verb} {}\n", files::display(path)));
            }
            Err(error) => {
                let message = format!("{}: cannot be written: {}", files::display(path), files::plain(&error));
                return session.fail(message, None);
            }
        },
    }
    Exit::Done
}

/// The resources of stacks, without the options of applications.
pub(super) fn of_stacks(
    session: &mut Session<'_>,
    stacks: &[Stack],
    detail: Detail,
    chosen: &args::Stage,
) -> Result<Vec<Graph>, Exit> {
    match chosen.option() {
        Some(option) => Err(plan::needs_application(session, option)),
        None => Ok(stacks.iter().flat_map(|stack| of_stack(stack, detail)).collect()),
    }
}

/// A stack, and those inside of it.
pub(super) fn of_stack(stack: &Stack, detail: Detail) -> Vec<Graph> {
    let nested = stack.nested().iter().flat_map(|(_, nested)| of_stack(nested, detail));
    std::iter::once(Graph::of_template(stack.name(), stack.document(), detail)).chain(nested).collect()
}

fn data(graph: &Graph) -> Value {
    let nodes: Vec<Value> = graph
        .nodes
        .iter()
        .map(|node| json!({"id": node.id, "label": node.label, "detail": node.detail, "kind": node.kind.name()}))
        .collect();
    let edges: Vec<Value> = graph
        .edges
        .iter()
        .map(|edge| {
            let line = match edge.line {
                Line::Solid => "solid",
                Line::Dashed => "dashed",
                Line::Dotted => "dotted",
            };
            json!({"from": edge.from, "to": edge.to, "label": edge.label, "line": line})
        })
        .collect();
    json!({"name": graph.name, "nodes": nodes, "edges": edges})
}
