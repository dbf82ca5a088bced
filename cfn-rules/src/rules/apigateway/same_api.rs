//! Resources that have to belong to the same REST API as what refers to them.

use crate::{
    facts::values::path,
    rules::{
        definition::Reporter,
        values::{Look, same},
    },
};

/// Reports each resource of this type to which `property` refers, if its API is another one than that of the resource
/// that is looked at.
pub(super) fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>, property: &str, kind: &str, message: &str) {
    for reference in look.get(property) {
        let Some((id, referred)) = look.target(&reference, kind) else { continue };
        let (own, other) = (look.beside(&reference, "RestApiId"), referred.first(look.context, "RestApiId"));
        if same(&own, &other) == Some(false) {
            report.at(path(id, &other.steps), message.to_owned());
        }
    }
}
