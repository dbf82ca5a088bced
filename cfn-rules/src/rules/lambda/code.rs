//! Code of functions and layers that is not there, for the rules that report it.

use cfn_model::{Node, Path};

use crate::{
    facts::flow::{
        environment::VARIABLES,
        graph::Flow,
        model::{FUNCTION, Resource, SAM_FUNCTION},
    },
    rules::definition::Reporter,
};

/// Folders into which builds write.
const OUTPUT: [&str; 8] = [".aws-sam", ".build", "bin", "build", "dist", "out", "publish", "target"];
const ARCHIVES: [&str; 3] = [".zip", ".jar", ".war"];
/// A wrapper script starts in place of the runtime, and decides what `Handler` means. With the Lambda Web Adapter it is
/// a script.
const WRAPPER: &str = "AWS_LAMBDA_EXEC_WRAPPER";

/// Code that is not there.
pub(super) struct Missing {
    path: Path,
    message: String,
    help: &'static str,
    /// Whether a build makes it.
    pub(super) is_output: bool,
}

/// Reports the missing code that a rule wants, in a template that is `packaged` or is not.
pub(super) fn report_missing(
    flow: &Flow<'_>,
    report: &mut Reporter<'_>,
    packaged: bool,
    is_wanted: impl Fn(&Missing) -> bool,
) {
    if flow.model.context.options.packaged == packaged {
        for Missing { path, message, help, .. } in missing(flow).into_iter().filter(is_wanted) {
            report.at(path, message).help(help);
        }
    }
}

/// The code that is not there, if the caller can tell.
fn missing(flow: &Flow<'_>) -> Vec<Missing> {
    let mut found = Vec::new();
    let Some(exists) = flow.model.context.options.exists else { return found };
    for resource in &flow.model.resources {
        let key = match resource.kind {
            SAM_FUNCTION => "CodeUri",
            FUNCTION => "Code",
            "AWS::Serverless::LayerVersion" => "ContentUri",
            "AWS::Lambda::LayerVersion" => "Content",
            _ => continue,
        };
        if has_other_code(resource) {
            continue;
        }
        for way in resource.ways(flow.model.context, &[key]) {
            let Some(path) = way.node.and_then(Node::as_str).filter(|path| !is_remote(path)) else { continue };
            if !exists(path) {
                found.push(Missing {
                    path: resource.path(&[key]),
                    message: format!("`{}`: its code must be there, got `{path}`, which is not", resource.id),
                    help: "build it first, or correct the path: it counts from the template's folder",
                    is_output: is_output(path),
                });
            } else if !is_archive(path) && !may_be_elsewhere(flow, resource) {
                found.extend(handler(resource, path, exists));
            }
        }
    }
    found
}

/// The file of a handler that is not there, for the runtimes that name one.
fn handler(resource: &Resource<'_>, code: &str, exists: &dyn Fn(&str) -> bool) -> Option<Missing> {
    let text = |key| resource.properties.get(key).and_then(Node::as_str);
    let (handler, runtime) = (text("Handler")?, text("Runtime")?);
    let (module, _) = handler.rsplit_once('.').filter(|(module, _)| !module.starts_with("/opt/"))?;
    let endings: &[&str] = match runtime {
        runtime if runtime.starts_with("python") => &[".py", "/__init__.py"],
        runtime if runtime.starts_with("nodejs") => &[".js", ".mjs", ".cjs", ".ts", ".mts"],
        runtime if runtime.starts_with("ruby") => &[".rb"],
        _ => return None,
    };
    // A module of Python may be written with dots as well.
    let module = if runtime.starts_with("python") { module.replace('.', "/") } else { module.to_owned() };
    let file = format!("{}/{module}", code.trim_end_matches('/'));
    if endings.iter().any(|ending| exists(&format!("{file}{ending}"))) {
        return None;
    }
    // Packaging puts a single file at the root of an archive.
    let name = code.rsplit('/').next().unwrap_or(code);
    let single = endings.iter().find_map(|ending| name.strip_suffix(ending));
    let is_not = match single {
        Some(name) if name == module => return None,
        Some(_) => format!("its code is `{code}`"),
        None => format!("`{file}{}` is not", endings[0]),
    };
    Some(Missing {
        path: resource.path(&["Handler"]),
        message: format!(
            "function `{}`: the file of its handler must be there, got `{handler}`, and {is_not}",
            resource.id
        ),
        help: "a handler is the file without its ending, a dot, and the name of the function",
        is_output: is_output(&file),
    })
}

/// Whether a function has its code in the template or in an image, beside which a path counts for nothing.
fn has_other_code(resource: &Resource<'_>) -> bool {
    let is_image = resource.properties.get("PackageType").and_then(Node::as_str) == Some("Image");
    is_image || ["InlineCode", "ImageUri"].iter().any(|key| resource.properties.get(key).is_some())
}

/// Whether the handler may not come from the code: a layer or a wrapper may have it, or a build may make it.
fn may_be_elsewhere(flow: &Flow<'_>, resource: &Resource<'_>) -> bool {
    let context = flow.model.context;
    let section = context.section("Resources");
    // SAM builds these from whatever the method needs.
    let is_built = section.is_some_and(|all| all[resource.id]["Metadata"].get("BuildMethod").is_some());
    let environments = resource.ways(context, &VARIABLES);
    let mut variables = environments.iter().filter_map(|way| way.node);
    is_built || resource.properties.get("Layers").is_some() || variables.any(|given| given.get(WRAPPER).is_some())
}

fn is_remote(path: &str) -> bool {
    path.is_empty() || path.contains("://") || path.contains("{{resolve:")
}

fn is_archive(path: &str) -> bool {
    ARCHIVES.iter().any(|ending| path.ends_with(ending))
}

/// Whether a build makes what is at a path.
fn is_output(path: &str) -> bool {
    is_archive(path) || path.split('/').any(|folder| OUTPUT.contains(&folder))
}
