//! Where a value refers to resources.

use cfn_model::{Function, Node as Value};

use super::Resource;
use crate::reference;

/// A reference to a resource somewhere in the properties of another.
pub(super) struct Reference<'a> {
    /// The property: names with dots, list positions left out.
    pub(super) path: String,
    /// The resource's logical id.
    pub(super) target: &'a str,
    /// Whether it stands in a statement of a policy document.
    pub(super) is_statement: bool,
}

impl Reference<'_> {
    /// Whether it is in this property or below it.
    pub(super) fn is_under(&self, property: &str) -> bool {
        self.path.strip_prefix(property).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// Every reference to one of the resources, in the order of the text.
pub(super) fn references<'a>(value: &Value, resources: &[Resource<'a>]) -> Vec<Reference<'a>> {
    let mut found = Vec::new();
    collect(value, "", false, resources, &mut found);
    found
}

fn collect<'a>(
    value: &Value,
    path: &str,
    is_statement: bool,
    resources: &[Resource<'a>],
    found: &mut Vec<Reference<'a>>,
) {
    match (Function::call(value), value) {
        (Some((function, argument)), _) => {
            for id in reference::names(function, argument) {
                if let Some(target) = resources.iter().find(|resource| resource.id == id) {
                    found.push(Reference { path: path.to_owned(), target: target.id, is_statement });
                }
            }
            if let Some(inner) = reference::inner(function, argument) {
                collect(inner, path, is_statement, resources, found);
            }
        }
        (None, Value::Array(items)) => {
            items.iter().for_each(|item| collect(item, path, is_statement, resources, found));
        }
        (None, Value::Object(object)) => {
            let is_statement = is_statement || (object.contains_key("Effect") && object.contains_key("Action"));
            for (key, inner) in object {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect(inner, &path, is_statement, resources, found);
            }
        }
        (None, _) => {}
    }
}
