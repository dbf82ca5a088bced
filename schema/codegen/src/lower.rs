//! From the facts of a resource type to what is to be written.

use std::collections::{HashMap, HashSet};

use cfn_schema::{ResourceType, Schema, sorted};

use crate::{
    boxes, facts,
    model::{Attribute, Enum, Field, Parts, Resource, Struct, Type},
    names,
    overrides::Override,
    paths,
    shape::{self, Kind},
};

/// A resource type in Rust's terms.
pub fn resource(resource: ResourceType) -> Resource {
    let name = names::type_name(&resource.name().split("::").skip(2).collect::<String>());
    let mut lower = Lower::new(resource.name(), Some(resource));
    let doc = format!("Properties of {}.", facts::code(resource.name()));
    let open = resource.name() == "AWS::CloudFormation::CustomResource";
    let mut properties =
        Struct { name: name.clone(), doc, fields: lower.fields(&[resource.schema()], "", ""), boxed: false, open };
    paths::settle_fields(resource, &mut properties.fields, &[String::new()]);
    let parts = lower.finish(names::snake(&name), [&mut properties]);
    let (type_name, url) = (resource.name(), resource.documentation_url());
    Resource { type_name, url, properties, parts, attributes: attributes(resource) }
}

/// What is lowered into one module.
pub(crate) struct Lower {
    /// What the paths start from: a resource type, or a section of a template.
    root: &'static str,
    resource: Option<ResourceType>,
    structs: Vec<Struct>,
    /// The paths of the places where each struct stands.
    places: Vec<Vec<String>>,
    enums: Vec<Enum>,
    /// By what it was made of: the definition's name, or none, and the schemas.
    known_structs: HashMap<(Option<&'static str>, Vec<Schema>), usize>,
    /// By the definition's or the property's name and the texts.
    known_enums: HashMap<(&'static str, Vec<&'static str>), usize>,
    names: HashSet<String>,
}

/// Where a schema stands: its path, and the name for a type that has none of its own.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a str,
    property: &'static str,
    name: &'a str,
}

impl Lower {
    pub(crate) fn new(root: &'static str, resource: Option<ResourceType>) -> Lower {
        Lower {
            root,
            resource,
            structs: Vec::new(),
            places: Vec::new(),
            enums: Vec::new(),
            known_structs: HashMap::new(),
            known_enums: HashMap::new(),
            names: HashSet::new(),
        }
    }

    /// A name that no part may have.
    pub(crate) fn reserve(&mut self, name: &str) {
        self.names.insert(name.to_owned());
    }

    /// The parts of everything that was lowered.
    pub(crate) fn finish<'a>(mut self, module: String, holders: impl IntoIterator<Item = &'a mut Struct>) -> Parts {
        if let Some(resource) = self.resource {
            paths::settle(resource, &mut self.structs, &self.places);
        }
        let mut parts = Parts { module, structs: self.structs, enums: self.enums };
        boxes::insert(&mut parts, holders);
        parts
    }

    /// The fields of an object. Its own name, which is empty for the resource's, starts those of what it contains.
    pub(crate) fn fields(&mut self, alternatives: &[Schema], path: &str, owner: &str) -> Vec<Field> {
        let shape = shape::object(alternatives);
        // What has no name of its own gets that of the first property that has it: rather one of the resource.
        let is_later = |(_, schemas): &(&&str, &Vec<Schema>)| owner.is_empty() && is_named(schemas);
        let (later, properties): (Vec<_>, Vec<_>) = shape.properties.iter().partition(is_later);
        let mut fields = Vec::new();
        for (property, schemas) in properties.into_iter().chain(later) {
            if schemas.iter().all(|schema| schema.is_false()) {
                continue;
            }
            let path = if path.is_empty() { (*property).to_owned() } else { format!("{path}/{property}") };
            let required = shape.required.contains(property);
            // Nothing of what only AWS sets is needed: not even its types.
            if owner.is_empty() && !required && self.is_read_only(&path) {
                continue;
            }
            let ty = self.ty(schemas, Place { path: &path, property, name: &part_name(owner, property) });
            let mut doc = facts::of_property(property, schemas[0], required);
            if ty == Type::Node {
                let kinds = shape::kinds(schemas);
                doc.push_str(&if kinds.is_empty() { " Any JSON.".to_owned() } else { format!(" JSON: {kinds}.") });
            }
            fields.push(Field { property, name: names::snake(property), ty, required, boxed: false, doc });
        }
        let mut fields = sorted(fields, &|left: &Field, right| left.property.cmp(right.property));
        let mut taken = HashSet::new();
        for field in &mut fields {
            while !taken.insert(field.name.clone()) {
                field.name.push('_');
            }
        }
        fields
    }

    /// Whether only AWS sets a property of the resource.
    fn is_read_only(&self, path: &str) -> bool {
        let listed = |mut paths: cfn_schema::Strings| paths.any(|listed| listed == path);
        self.resource.is_some_and(|resource| {
            listed(resource.read_only()) && !listed(resource.create_only()) && !listed(resource.write_only())
        })
    }

    fn ty(&mut self, alternatives: &[Schema], place: Place<'_>) -> Type {
        match Override::find(self.root, place.path) {
            Some(Override::Type(ty)) => return ty,
            Some(Override::Like(schema)) => return self.ty(&[schema], Place { path: "", ..place }),
            None => {}
        }
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
                let path = format!("{}/*", place.path);
                match self.ty(&items, Place { path: &path, ..place }) {
                    Type::Node => Type::Node,
                    item => Type::List(Box::new(item)),
                }
            }
            Some(Kind::Object) => self.object(alternatives, place),
            Some(Kind::Mixed) => {
                // The place takes any JSON; an alternative that is an object gets its struct all the same.
                for schema in alternatives {
                    for branch in shape::branches(&shape::flatten(*schema)) {
                        if shape::kind(&[branch]) == Some(Kind::Object) {
                            self.object(&[branch], place);
                        }
                    }
                }
                Type::Node
            }
            None => Type::Node,
        }
    }

    fn object(&mut self, alternatives: &[Schema], place: Place<'_>) -> Type {
        let shape = shape::object(alternatives);
        match (shape.properties.is_empty(), shape.free.is_empty()) {
            (false, true) => self.structure(alternatives, place),
            (true, false) => {
                let path = format!("{}/*", place.path);
                match self.ty(&shape.free, Place { path: &path, ..place }) {
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
            self.places[*known].push(place.path.to_owned());
            return Type::Struct(*known);
        }
        let name = self.free_name(definition, place);
        let number = self.structs.len();
        // Known before its fields are, because they may contain it.
        self.known_structs.insert(key, number);
        let doc = format!("{} of {}.", facts::code(&place.path.replace('/', ".")), facts::code(self.root));
        self.structs.push(Struct { name: name.clone(), doc, fields: Vec::new(), boxed: false, open: false });
        self.places.push(vec![place.path.to_owned()]);
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
        let key = (definition(alternatives).unwrap_or(place.property), texts.clone());
        if let Some(known) = self.known_enums.get(&key) {
            return Type::Enum(*known);
        }
        let name = self.free_name(definition(alternatives), place);
        let mut variants: Vec<(String, &'static str)> = Vec::new();
        for text in &texts {
            let variant = names::variant(text);
            // `lowestPrice` beside `lowest-price` stays a text: the two mean the same.
            let twice = |(name, other): &(String, &str)| *name == variant || other.eq_ignore_ascii_case(text);
            if !variants.iter().any(twice) {
                variants.push((variant, text));
            }
        }
        self.known_enums.insert(key, self.enums.len());
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

/// The name for what has none: the property's, after that of the struct it belongs to, unless it says so itself.
fn part_name(owner: &str, property: &str) -> String {
    let name = names::type_name(property);
    if name.len() > owner.len() && name.starts_with(owner) { name } else { format!("{owner}{name}") }
}

/// Whether it is a definition, or a list of one.
fn is_named(schemas: &[Schema]) -> bool {
    definition(schemas).is_some() || definition(&shape::items(schemas)).is_some()
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
