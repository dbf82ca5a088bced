//! From the one template of an application to that of its stack and those of its groups.
//!
//! The application is put together in one stack, as if it had no groups; the [`Stack`] knows the group of each resource. This is
//! the only step that takes them apart. A resource keeps its logical id and everything in it. What changes is how it refers to
//! something of another template:
//!
//! | from | to | becomes |
//! |---|---|---|
//! | a policy of a group | a queue or a function with a name | its ARN, made of its name |
//! | a group | anything else of the application, or a parameter | a parameter of the group's template, which the application gives |
//! | a group, or the application | a queue or a function of a group | its ARN, URL or name, made of its name |
//! | the application | anything else of a group | an output of the nested stack |
//! | a group | anything else of another group | a finding: groups need nothing from each other |
//!
//! The API stays with the application, and has a definition with all routes then: `routes`.

mod physical;
mod references;
mod routes;

use std::collections::BTreeSet;

use cfn_model::{IntoNode, Node, Object, Template};

use crate::{NestedStack, Stack};
use references::{References, Side};

/// The sections of a group's template that are those of the application's.
const COPIED: [&str; 6] = ["AWSTemplateFormatVersion", "Transform", "Globals", "Mappings", "Conditions", "Resources"];

/// The logical id of a group's nested stack.
fn id(group: &str) -> String {
    format!("{group}ALGroup")
}

/// Takes the groups out of a stack, and puts them into it as nested stacks.
pub(crate) fn split(mut stack: Stack) -> Stack {
    routes::define(&mut stack);
    let groups = std::mem::take(stack.groups_mut());
    let whole = stack.template().clone();
    // By name, so that the order of tasks makes no difference to the application's template.
    let names: BTreeSet<&str> = groups.values().map(String::as_str).collect();
    let mut root = whole.part(|id| !groups.contains_key(id));
    let mut of_root = References::new(&whole, &groups, Side::Application);
    of_root.rewrite(&mut root);
    let (made_at, name) = (stack.made_at(), stack.name().to_owned());
    *stack.template_mut() = root;
    stack.set_origin(Some(made_at));
    for group in names {
        let mut part = whole.part(|id| groups.get(id).is_some_and(|of| of == group));
        let mut references = References::new(&whole, &groups, Side::Group(group));
        references.rewrite(&mut part);
        references.report(&mut part);
        finish(&mut part, &mut references, &format!("Group `{group}` of application `{name}`"));
        for (output, value) in of_root.outputs_of(group) {
            part.output(output, cfn_model::Output::new(cfn_model::Value::<String>::raw(value)));
        }
        let nested = references
            .given()
            .fold(NestedStack::new(Stack::from_template(format!("{name}-{group}"), part)), |nested, (name, value)| {
                nested.parameter(name, value)
            });
        stack.add(id(group), nested);
        let after = references.after();
        if !after.is_empty() {
            stack.override_attribute(id(group), "DependsOn", after);
        }
    }
    stack.set_origin(None);
    stack
}

/// Leaves of the sections besides the resources what these need.
fn finish(part: &mut Template, references: &mut References<'_>, description: &str) {
    let document = part.document_mut();
    document.retain(|section, _| COPIED.contains(&section.as_str()));
    references.keep_used(document);
    let parameters: Object = references.parameters();
    if !parameters.is_empty() {
        part.merge(Object::from_iter([("Parameters".to_owned(), Node::Object(parameters))]));
    }
    part.merge(Object::from_iter([("Description".to_owned(), description.into_node())]));
}
