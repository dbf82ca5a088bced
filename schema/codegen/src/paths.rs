//! What a resource type's lists of paths say of its properties, wherever these stand.

use cfn_schema::{ResourceType, Strings};

use crate::model::{Field, Struct, Type};

/// Leaves out what only AWS sets, and notes what the lists say, in structs each of which stands at some
/// places. A struct says only what is true at all of them.
pub(crate) fn settle(resource: ResourceType, structs: &mut [Struct], places: &[Vec<String>]) {
    let unsure = unsure(structs, places);
    for (number, structure) in structs.iter_mut().enumerate().filter(|(number, _)| !unsure[*number]) {
        settle_fields(resource, &mut structure.fields, &places[number]);
    }
}

/// The same for the fields of one struct.
pub(crate) fn settle_fields(resource: ResourceType, fields: &mut Vec<Field>, places: &[String]) {
    let everywhere = |list: Strings, property: &str| {
        places.iter().all(|place| {
            let mut list = list;
            list.any(|path| match path.strip_prefix(place.as_str()) {
                Some(rest) if place.is_empty() => rest == property,
                Some(rest) => rest.strip_prefix('/') == Some(property),
                None => false,
            })
        })
    };
    fields.retain(|field| {
        let is = |list| everywhere(list, field.property);
        field.required || !is(resource.read_only()) || is(resource.create_only()) || is(resource.write_only())
    });
    for field in fields {
        for (list, note) in [
            (resource.create_only(), " A change replaces the resource."),
            (resource.conditional_create_only(), " Some changes replace the resource."),
            (resource.write_only(), " AWS never shows it again."),
            (resource.deprecated(), " Deprecated."),
        ] {
            if everywhere(list, field.property) {
                field.doc.push_str(note);
            }
        }
    }
}

/// Which structs stand at more places than are known: what is inside a struct was seen at its first place only.
fn unsure(structs: &[Struct], places: &[Vec<String>]) -> Vec<bool> {
    let mut unsure = vec![false; structs.len()];
    let mut pending: Vec<usize> = (0..structs.len()).filter(|number| places[*number].len() > 1).collect();
    while let Some(number) = pending.pop() {
        for field in &structs[number].fields {
            if let Type::Struct(inner) = field.ty.innermost()
                && !std::mem::replace(&mut unsure[*inner], true)
            {
                pending.push(*inner);
            }
        }
    }
    unsure
}
