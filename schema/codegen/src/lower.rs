//! From the facts of a resource type to what is to be written.

use std::collections::{HashMap, HashSet};

use cfn_schema::{ResourceType, Schema};

use crate::{
    facts,
    model::{Attribute, Enum, Field, Resource, Struct, Type},
    names,
    shape::{self, Kind},
};

/// A resource type in Rust's terms.
pub fn resource(resource: ResourceType) -> Resource {
    let name = names::type_name(&resource.name().split("::").skip(2).collect::<String>());
    let mut lower = Lower {
        resource,
        structs: Vec::new(),
        enums: Vec::new(),
        known_structs: HashMap::new(),
        known_enums: HashMap::new(),
        names: HashSet::new(),
    };
    let doc = format!("Properties of {}.", facts::code(resource.name()));
    let fields = lower.fields(&[resource.schema()], "", "");
    let mut lowered = Resource {
        type_name: resource.name(),
        url: resource.documentation_url(),
        properties: Struct { name: name.clone(), doc, fields, boxed: false },
        module: names::snake(&name),
        structs: lower.structs,
        enums: lower.enums,
        attributes: attributes(resource),
    };
    crate::boxes::insert(&mut lowered);
    lowered
}

struct Lower {
    resource: ResourceType,
    structs: Vec<Struct>,
    enums: Vec<Enum>,
    /// By what it was made of: the definition's name, or none, and the schemas.
    known_structs: HashMap<(Option<&'static str>, Vec<Schema>), usize>,
    known_enums: HashMap<Vec<&'static str>, usize>,
    names: HashSet<String>,
}

/// Where a schema stands: its path, and the name for a type that has none of its own.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a str,
    name: &'a str,
}

impl Lower {
    /// The fields of an object. Its own name, which is empty for the resource's, starts those of what it contains.
    fn fields(&mut self, alternatives: &[Schema], path: &str, owner: &str) -> Vec<Field> {
        let shape = shape::object(alternatives);
        let mut taken = HashSet::new();
        let mut fields = Vec::new();
        for (property, schemas) in &shape.properties {
            if schemas.iter().all(|schema| schema.is_false()) {
                continue;
            }
            let path = if path.is_empty() { (*property).to_owned() } else { format!("{path}/{property}") };
            let required = shape.required.contains(property);
            if !required && self.is_read_only(&path) {
                continue;
            }
            let name = format!("{owner}{}", names::type_name(property));
            let ty = self.ty(schemas, Place { path: &path, name: &name });
            let doc = facts::of_property(self.resource, &path, property, schemas[0], required);
            let mut name = names::snake(property);
            while !taken.insert(name.clone()) {
                name.push('_');
            }
            fields.push(Field { property, name, ty, required, boxed: false, doc });
        }
        fields
    }

    /// Whether only AWS sets it.
    fn is_read_only(&self, path: &str) -> bool {
        let listed = |mut paths: cfn_schema::Strings| paths.any(|listed| listed == path);
        listed(self.resource.read_only()) && !listed(self.resource.create_only()) && !listed(self.resource.write_only())
    }

    fn ty(&mut self, alternatives: &[Schema], place: Place<'_>) -> Type {
        match shape::kind(alternatives) {
            Some(Kind::String) => match shape::texts(alternatives) {
                Some((texts, ignores_case)) => self.enumeration(alternatives, texts, ignores_case, place),
                None => Type::String,
            },
            Some(Kind::Integer) => Type::Integer,
            Some(Kind::Number) => Type::Number,
            Some(Kind::Boolean) => Type::Boolean,
            Some(Kind::Array) => {
                let items = shape::items(alternatives);
                let (path, name) = (format!("{}/*", place.path), format!("{}Item", place.name));
                match self.ty(&items, Place { path: &path, name: &name }) {
                    Type::Node => Type::Node,
                    item => Type::List(Box::new(item)),
                }
            }
            Some(Kind::Object) => self.object(alternatives, place),
            Some(Kind::Mixed) | None => Type::Node,
        }
    }

    fn object(&mut self, alternatives: &[Schema], place: Place<'_>) -> Type {
        let shape = shape::object(alternatives);
        match (shape.properties.is_empty(), shape.free.is_empty()) {
            (false, true) => self.structure(alternatives, place),
            (true, false) => {
                let (path, name) = (format!("{}/*", place.path), format!("{}Entry", place.name));
                match self.ty(&shape.free, Place { path: &path, name: &name }) {
                    Type::Node => Type::Node,
                    value => Type::Map(Box::new(value)),
                }
            }
            // Known keys and free ones, or nothing known at all.
            _ => Type::Node,
        }
    }

    fn structure(&mut self, alternatives: &[Schema], place: Place<'_>) -> Type {
        let definition = definition(alternatives);
        let key = (definition, alternatives.iter().map(|schema| schema.resolve()).collect());
        if let Some(known) = self.known_structs.get(&key) {
            return Type::Struct(*known);
        }
        let name = self.free_name(definition, place);
        let number = self.structs.len();
        // Known before its fields are, because they may contain it.
        self.known_structs.insert(key, number);
        let doc = format!("{} of {}.", facts::code(&place.path.replace('/', ".")), facts::code(self.resource.name()));
        self.structs.push(Struct { name: name.clone(), doc, fields: Vec::new(), boxed: false });
        self.structs[number].fields = self.fields(alternatives, place.path, &name);
        Type::Struct(number)
    }

    fn enumeration(
        &mut self,
        alternatives: &[Schema],
        texts: Vec<&'static str>,
        ignores_case: bool,
        place: Place<'_>,
    ) -> Type {
        if let Some(known) = self.known_enums.get(&texts) {
            return Type::Enum(*known);
        }
        let name = self.free_name(definition(alternatives), place);
        let mut variants: Vec<(String, &'static str)> = Vec::new();
        for text in &texts {
            let mut variant = names::variant(text);
            // `enabled` beside `ENABLED` stays a text: the two mean the same.
            if variants.iter().any(|(_, other)| other.eq_ignore_ascii_case(text)) {
                continue;
            }
            while variants.iter().any(|(other, _)| *other == variant) {
                variant.push_str("Value");
            }
            variants.push((variant, text));
        }
        self.known_enums.insert(texts, self.enums.len());
        self.enums.push(Enum { name, variants, ignores_case });
        Type::Enum(self.enums.len() - 1)
    }

    fn free_name(&mut self, definition: Option<&'static str>, place: Place<'_>) -> String {
        let mut name = definition.map_or_else(|| place.name.to_owned(), names::type_name);
        if self.names.contains(&name) && name != place.name && !self.names.contains(place.name) {
            place.name.clone_into(&mut name);
        }
        let stem = name.clone();
        for number in 2.. {
            if self.names.insert(name.clone()) {
                break;
            }
            name = format!("{stem}{number}");
        }
        name
    }
}

/// The name of the definition that a single schema refers to.
fn definition(alternatives: &[Schema]) -> Option<&'static str> {
    match alternatives {
        [schema] => shape::flatten(*schema).iter().find_map(|schema| schema.reference()).map(|(name, _)| name),
        _ => None,
    }
}

fn attributes(resource: ResourceType) -> Vec<Attribute> {
    let mut taken = HashSet::new();
    let mut attributes = Vec::new();
    for (attribute, schema) in resource.attributes() {
        // Fn::GetAtt cannot point into a list; a name that is all free is what `Handle::attribute` is for.
        let stem = attribute.strip_suffix(".*").unwrap_or(attribute);
        if stem.contains('*') {
            continue;
        }
        let mut name = names::snake(stem);
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        let ty = match shape::kind(&[schema]) {
            Some(Kind::Integer) => Type::Integer,
            Some(Kind::Number) => Type::Number,
            Some(Kind::Boolean) => Type::Boolean,
            Some(Kind::Array) => match shape::kind(&shape::items(&[schema])) {
                Some(Kind::String) => Type::List(Box::new(Type::String)),
                Some(Kind::Integer) => Type::List(Box::new(Type::Integer)),
                _ => Type::Node,
            },
            Some(Kind::Object | Kind::Mixed) => Type::Node,
            // What nothing is said of is text: the outputs of a nested stack.
            Some(Kind::String) | None => Type::String,
        };
        attributes.push(Attribute { attribute, name, ty });
    }
    attributes
}
