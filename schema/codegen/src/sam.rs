//! SAM's resource types, event sources and globals.

use cfn_schema::{Schema, globals, resource_type, resource_types, sorted};

use crate::{
    emit::Writer,
    facts::code,
    lower::{self, Lower},
    model::{Field, Parts, Resource, Struct, Type},
    names, shape,
};

/// Where the schema says what can start a function.
const EVENTS: (&str, &str) = ("AWS::Serverless::Function", "Events");

/// The Rust text of SAM's resource types and of `Globals`.
pub fn sam_resources() -> String {
    let resources: Vec<_> = resource_types().filter(|resource| resource.is_serverless()).map(lower::resource).collect();
    let mut writer = Writer::new(&resources);
    let (mut fields, mut structs, mut owners) = (Vec::new(), Vec::new(), Vec::new());
    for (kind, schema) in globals().properties().into_iter().flatten() {
        let Some(resource) = resources.iter().find(|resource| resource.properties.name == kind) else { continue };
        let doc = format!("What all {} have.", code(resource.type_name));
        let (name, ty) = (names::snake(kind), Type::Struct(structs.len()));
        fields.push(Field { property: kind, name, ty, required: false, boxed: false, doc: doc.clone() });
        structs.push(Struct {
            name: kind.to_owned(),
            doc,
            fields: common(resource, schema),
            boxed: false,
            open: false,
        });
        owners.push(resource);
    }
    let doc = "The section `Globals` of a template: the properties that all resources of a kind have.";
    let structure = Struct { name: "Globals".to_owned(), doc: doc.to_owned(), fields, boxed: false, open: false };
    writer.globals(&structure, &Parts { module: "globals".to_owned(), structs, enums: Vec::new() }, &owners);
    writer.finish()
}

/// The fields of a resource that `Globals` may have too. What its schema says is less than the resource's.
fn common(resource: &Resource, schema: Schema) -> Vec<Field> {
    let known = shape::object(&[schema]).properties;
    let fields = resource.properties.fields.iter().filter(|field| known.contains_key(field.property));
    fields.map(|field| Field { required: false, ..field.clone() }).collect()
}

/// The Rust text of every event source of a function: a struct for each, which becomes a `crate::Event`.
pub fn sam_events() -> String {
    let sources = sources();
    let mut lower = Lower::new("Events", None);
    sources.iter().for_each(|(kind, _)| lower.reserve(&names::variant(kind)));
    let mut structs: Vec<Struct> = sources
        .iter()
        .map(|(kind, properties)| Struct {
            name: names::variant(kind),
            doc: format!("An event source of the type {}.", code(kind)),
            fields: lower.fields(&[*properties], kind, ""),
            boxed: false,
            open: false,
        })
        .collect();
    let parts = lower.finish("event".to_owned(), &mut structs);
    let mut writer = Writer::default();
    writer.together(&structs, &parts);
    let mut text = writer.finish();
    for (kind, _) in sources {
        let name = names::variant(kind);
        text.push_str(&format!(
            "impl m::From<{name}> for crate::Event {{\n\
             #[inline] fn from(source: {name}) -> Self {{ crate::Event::new({kind:?}, source) }}\n\
             }}\n"
        ));
    }
    text
}

/// The name of each event source, and the schema of its properties.
fn sources() -> Vec<(&'static str, Schema)> {
    let events = resource_type(EVENTS.0).and_then(|function| function.schema().property(EVENTS.1));
    let alternatives = shape::object(&events.into_iter().collect::<Vec<_>>()).free;
    let alternatives = alternatives.iter().flat_map(|schema| shape::branches(&shape::flatten(*schema)));
    let sources: Vec<_> = alternatives
        .filter_map(|source| {
            let properties = shape::object(&[source]).properties;
            let kind = shape::texts(properties.get("Type")?)?.0.first().copied()?;
            Some((kind, *properties.get("Properties")?.first()?))
        })
        .collect();
    sorted(sources, &|left, right| left.0.cmp(right.0))
}
