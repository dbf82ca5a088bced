//! What kind of value a schema describes, once its alternatives are seen as one.

use std::collections::BTreeMap;

use cfn_schema::{Constant, Constants, Keyword, Schema, Types};

/// The kinds of values that have a Rust type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
    /// Several kinds.
    Mixed,
}

/// What some schemas together say of an object.
#[derive(Default)]
pub(crate) struct ObjectShape {
    /// Each property with every schema that the alternatives have for it.
    pub(crate) properties: BTreeMap<&'static str, Vec<Schema>>,
    /// The schemas of the values of free keys.
    pub(crate) free: Vec<Schema>,
    /// The properties that must be there, whichever alternative holds.
    pub(crate) required: Vec<&'static str>,
}

/// The schemas that hold at the same place: a schema without its references, and its `allOf`s.
pub(crate) fn flatten(schema: Schema) -> Vec<Schema> {
    let mut flat = Vec::new();
    flatten_into(schema, &mut flat);
    flat
}

fn flatten_into(schema: Schema, flat: &mut Vec<Schema>) {
    if flat.contains(&schema) {
        return;
    }
    flat.push(schema);
    for keyword in schema.keywords() {
        match keyword {
            Keyword::Ref(_, target) => flatten_into(target, flat),
            Keyword::AllOf(all) => all.for_each(|inner| flatten_into(inner, flat)),
            _ => {}
        }
    }
}

/// The kind that all of these alternatives have; `None` where they say nothing about it.
pub(crate) fn kind(alternatives: &[Schema]) -> Option<Kind> {
    alternatives.iter().fold(None, |found, schema| join(found, kind_of(*schema)))
}

fn join(left: Option<Kind>, right: Option<Kind>) -> Option<Kind> {
    match (left, right) {
        (None, other) | (other, None) => other,
        (Some(Kind::Integer), Some(Kind::Number)) | (Some(Kind::Number), Some(Kind::Integer)) => Some(Kind::Number),
        (Some(left), Some(right)) if left == right => Some(left),
        _ => Some(Kind::Mixed),
    }
}

fn kind_of(schema: Schema) -> Option<Kind> {
    let flat = flatten(schema);
    if let Some(types) = flat.iter().find_map(|schema| schema.types()) {
        return of_types(types);
    }
    let said = flat.iter().flat_map(|schema| schema.keywords()).find_map(|keyword| match keyword {
        Keyword::Properties(_) | Keyword::PatternProperties(_) | Keyword::Required(_) => Some(Kind::Object),
        Keyword::Items(_) => Some(Kind::Array),
        Keyword::Pattern(_) | Keyword::EnumCaseInsensitive(_) | Keyword::MinLength(_) => Some(Kind::String),
        Keyword::Enum(values) if is_strings(values) => Some(Kind::String),
        _ => None,
    });
    said.or_else(|| kind(&branches(&flat)))
}

fn of_types(types: Types) -> Option<Kind> {
    types.names().fold(None, |found, name| {
        let kind = match name {
            "string" => Kind::String,
            "integer" => Kind::Integer,
            "number" => Kind::Number,
            "boolean" => Kind::Boolean,
            "array" => Kind::Array,
            "object" => Kind::Object,
            _ => return found,
        };
        join(found, Some(kind))
    })
}

fn is_strings(mut values: Constants) -> bool {
    values.all(|value| matches!(value, Constant::String(_)))
}

/// The members of `anyOf` and `oneOf`, without two that say nothing about the place: a bare object or one
/// with `Ref`, which is how SAM's schema says that an intrinsic may stand there, and JSON as a text, an older form of an object.
pub(crate) fn branches(flat: &[Schema]) -> Vec<Schema> {
    let mut found = Vec::new();
    for schema in flat {
        for keyword in schema.keywords() {
            match keyword {
                Keyword::AnyOf(any) => found.extend(any.filter(|branch| !is_bare_object(*branch))),
                Keyword::OneOf(one) => found.extend(one.filter(|branch| !is_json_text(*branch))),
                _ => {}
            }
        }
    }
    found
}

fn is_bare_object(schema: Schema) -> bool {
    let mut properties = schema.resolve().properties().into_iter().flatten();
    (schema.types() == Some(Types::OBJECT) && schema.keywords().len() == 1)
        || (properties.next().is_some_and(|(name, _)| name == "Ref") && properties.next().is_none())
}

fn is_json_text(schema: Schema) -> bool {
    let flat = flatten(schema);
    kind(&[schema]) == Some(Kind::Mixed)
        && flat.iter().flat_map(|schema| schema.keywords()).any(|keyword| matches!(keyword, Keyword::Format("json")))
}

/// What a place takes that takes several kinds: `string or object`, or nothing where that is unknown.
pub(crate) fn kinds(alternatives: &[Schema]) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut pending: Vec<Schema> = alternatives.to_vec();
    while let Some(schema) = pending.pop() {
        let flat = flatten(schema);
        match flat.iter().find_map(|schema| schema.types()) {
            Some(types) => types.names().for_each(|name| {
                if !names.contains(&name) {
                    names.push(name);
                }
            }),
            None => pending.extend(branches(&flat)),
        }
    }
    names.join(" or ")
}

/// The texts, where each alternative is a set of strings.
pub(crate) fn texts(alternatives: &[Schema]) -> Option<(Vec<&'static str>, bool)> {
    let (mut texts, mut ignores_case) = (Vec::new(), false);
    for schema in alternatives {
        let flat = flatten(*schema);
        let own = flat.iter().find_map(|schema| schema.enumeration().map(|values| (*schema, values)));
        let (more, ignores) = match own {
            Some((schema, values)) if is_strings(values) => (
                values.map(Constant::text).collect(),
                schema.keywords().any(|keyword| matches!(keyword, Keyword::EnumCaseInsensitive(_))),
            ),
            Some(_) => return None,
            None => {
                let branches = branches(&flat);
                if branches.is_empty() {
                    return None;
                }
                self::texts(&branches)?
            }
        };
        ignores_case |= ignores;
        for text in more {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    Some((texts, ignores_case)).filter(|(texts, _)| !texts.is_empty())
}

/// The members' schemas of a list.
pub(crate) fn items(alternatives: &[Schema]) -> Vec<Schema> {
    let all = alternatives.iter().flat_map(|schema| {
        let flat = flatten(*schema);
        let branches = branches(&flat);
        let own: Vec<Schema> = flat.iter().filter_map(|schema| schema.items()).collect();
        if own.is_empty() && !branches.is_empty() { items(&branches) } else { own }
    });
    unique(all)
}

fn unique(schemas: impl Iterator<Item = Schema>) -> Vec<Schema> {
    let mut seen = Vec::new();
    schemas.for_each(|schema| {
        if !seen.contains(&schema) {
            seen.push(schema);
        }
    });
    seen
}

/// What these alternatives say of an object. A property is required when each of them says so.
pub(crate) fn object(alternatives: &[Schema]) -> ObjectShape {
    let mut shape = ObjectShape::default();
    for (position, schema) in alternatives.iter().enumerate() {
        let one = one_object(*schema);
        if position == 0 {
            shape.required = one.required;
        } else {
            shape.required.retain(|name| one.required.contains(name));
        }
        merge(&mut shape, one.properties, one.free);
    }
    shape
}

fn one_object(schema: Schema) -> ObjectShape {
    let mut shape = ObjectShape::default();
    let flat = flatten(schema);
    for schema in &flat {
        shape.required.extend(schema.required());
        let mut own = BTreeMap::new();
        own.extend(schema.properties().into_iter().flatten().map(|(name, schema)| (name, vec![schema])));
        let free = schema.keywords().flat_map(|keyword| match keyword {
            Keyword::PatternProperties(map) => map.map(|(_, schema)| schema).collect(),
            Keyword::AdditionalProperties(schema) if !schema.is_true() && !schema.is_false() => vec![schema],
            _ => Vec::new(),
        });
        merge(&mut shape, own, free.collect());
    }
    let branches = branches(&flat);
    if !branches.is_empty() {
        let one_of = object(&branches);
        shape.required.extend(one_of.required);
        merge(&mut shape, one_of.properties, one_of.free);
    }
    shape
}

fn merge(shape: &mut ObjectShape, properties: BTreeMap<&'static str, Vec<Schema>>, free: Vec<Schema>) {
    for (name, schemas) in properties {
        let known = shape.properties.entry(name).or_default();
        // A property that another schema has already described may be only `true` here: "it is allowed".
        for schema in schemas {
            if !known.contains(&schema) && (known.is_empty() || !schema.is_true()) {
                known.push(schema);
            }
        }
        if known.len() > 1 {
            known.retain(|schema| !schema.is_true());
        }
    }
    for schema in free {
        if !shape.free.contains(&schema) {
            shape.free.push(schema);
        }
    }
}
