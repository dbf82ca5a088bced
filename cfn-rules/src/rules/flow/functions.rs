//! Limits of a function, and its code.

use cfn_model::{Finding, Node};

use super::Flow;
use crate::{
    Options, codes as rules,
    facts::{
        context::is_replaced,
        flow::{
            model::{Resource, SAM_FUNCTION, expand},
            scenario::readings,
            text::Part,
        },
        text::{scalar, shortened},
    },
    schema::documents::environment::{is_reserved_variable, is_variable_name},
};

/// The most bytes of all environment variables together, names and values.
const MOST_ENVIRONMENT: usize = 4096;

pub(super) fn check(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    for &number in &flow.model.functions {
        let function = &flow.model.resources[number];
        environment(flow, function, findings);
    }
}

fn environment(flow: &Flow<'_>, function: &Resource<'_>, findings: &mut Vec<Finding>) {
    let keys = ["Environment", "Variables"];
    for way in function.ways(flow.model.context, &keys) {
        let Some(variables) = way.node.and_then(Node::as_object) else { continue };
        if !flow.model.together(&[&function.facts, &way.facts]) {
            continue;
        }
        for name in variables.keys().filter(|name| !is_replaced(name)) {
            let (rule, message, help) = if is_reserved_variable(name) {
                let message = format!("function `{}`: `{name}` is set by Lambda and must not be set here", function.id);
                (&rules::AL1027, message, "remove it, or give the variable a name of your own")
            } else if is_variable_name(name) {
                continue;
            } else {
                let message = format!(
                    "function `{}`: the name of a variable must be a letter, then letters, digits and underscores, got `{}`",
                    function.id,
                    shortened(name)
                );
                (&rules::AL1040, message, "rename it: Lambda refuses the function, and one letter is too short as well")
            };
            let finding = function.finding(rule, &["Environment", "Variables", name], message, help);
            findings.push(finding.actual(name));
        }
        let bytes: usize = variables.iter().map(|(name, value)| name.len() + size(flow, value)).sum();
        if bytes > MOST_ENVIRONMENT {
            let is_all = variables.values().all(|value| scalar(value).is_some());
            let message = format!(
                "function `{}`: the environment variables must have at most {MOST_ENVIRONMENT} bytes together, got \
                 {bytes}{}",
                function.id,
                if is_all { "" } else { " or more" }
            );
            let help = "keep large values in a parameter of Systems Manager or in an object, and name it here";
            findings.push(function.finding(&rules::AL1022, &keys, message, help));
        }
    }
}

/// How many bytes a value has at least: those of its literals, and of the defaults of its parameters.
fn size<'d>(flow: &Flow<'d>, value: &'d Node) -> usize {
    if let Some(text) = scalar(value) {
        return text.len();
    }
    let ways = expand(flow.model.context, Some(value), Vec::new());
    let bytes = |part: &Part<'_>| if let Part::Literal(text) = part { text.len() } else { 0 };
    let sizes = readings(flow.model.context, ways).into_iter().map(|reading| {
        let (_, text) = reading.settled();
        text.0.iter().map(bytes).sum()
    });
    sizes.min().unwrap_or(0)
}

/// Reports code that is not there, if the caller can tell.
pub(super) fn check_files(flow: &Flow<'_>, options: &Options<'_>, findings: &mut Vec<Finding>) {
    let Some(exists) = options.exists else { return };
    for resource in &flow.model.resources {
        let key = match resource.kind {
            SAM_FUNCTION => "CodeUri",
            "AWS::Lambda::Function" => "Code",
            "AWS::Serverless::LayerVersion" => "ContentUri",
            "AWS::Lambda::LayerVersion" => "Content",
            _ => continue,
        };
        // SAM builds these itself, from whatever the method needs.
        let section = flow.model.context.section("Resources");
        let is_built = section.is_some_and(|all| all[resource.id]["Metadata"].get("BuildMethod").is_some());
        for way in resource.ways(flow.model.context, &[key]) {
            let Some(path) = way.node.and_then(Node::as_str).filter(|path| !is_remote(path)) else { continue };
            if !exists(path) {
                let message = format!("`{}`: its code must be there, got `{path}`, which is not", resource.id);
                let help = "build it first, or correct the path: it counts from the template's folder";
                findings.push(resource.finding(&rules::AL1018, &[key], message, help));
            } else if !is_built && !is_archive(path) {
                handler(resource, path, exists, findings);
            }
        }
    }
}

/// The file of a handler, for the runtimes that name one.
fn handler(resource: &Resource<'_>, folder: &str, exists: &dyn Fn(&str) -> bool, findings: &mut Vec<Finding>) {
    let text = |key| resource.properties.get(key).and_then(Node::as_str);
    let (Some(handler), Some(runtime)) = (text("Handler"), text("Runtime")) else { return };
    let Some((module, _)) = handler.rsplit_once('.') else { return };
    let endings: &[&str] = match runtime {
        runtime if runtime.starts_with("python") => &[".py", "/__init__.py"],
        runtime if runtime.starts_with("nodejs") => &[".js", ".mjs", ".cjs", ".ts", ".mts"],
        runtime if runtime.starts_with("ruby") => &[".rb"],
        _ => return,
    };
    // A module of Python may be written with dots as well.
    let module = if runtime.starts_with("python") { module.replace('.', "/") } else { module.to_owned() };
    let file = format!("{}/{module}", folder.trim_end_matches('/'));
    if !endings.iter().any(|ending| exists(&format!("{file}{ending}"))) {
        let message = format!(
            "function `{}`: the file of its handler must be there, got `{handler}`, and `{file}{}` is not",
            resource.id, endings[0]
        );
        let help = "a handler is the file without its ending, a dot, and the name of the function";
        findings.push(resource.finding(&rules::AL1018, &["Handler"], message, help));
    }
}

fn is_remote(path: &str) -> bool {
    path.is_empty() || path.contains("://") || path.contains("{{resolve:")
}

fn is_archive(path: &str) -> bool {
    [".zip", ".jar", ".war"].iter().any(|ending| path.ends_with(ending))
}
