//! The Rust text.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

use crate::{
    facts::code,
    model::{Attribute, Enum, Field, Parts, Resource, Struct, Type},
};

/// Writes resource types: each its struct, its handle and the module of what it is made of. The text
/// expects the name `m` to be `cfn_model::typed`.
#[derive(Default)]
pub struct Writer {
    out: String,
    /// The names of all resource types that it is going to write.
    names: HashSet<String>,
    /// The text of each part that needs no other, with the module that has it.
    written: HashMap<String, String>,
}

/// Where a type is named.
#[derive(Clone, Copy)]
struct Scope<'a> {
    parts: &'a Parts,
    /// The way to the module of the parts: `queue::`, or nothing inside it.
    way: &'a str,
}

macro_rules! line {
    ($writer:expr, $($text:tt)*) => {{
        let _ = writeln!($writer.out, $($text)*);
    }};
}

impl Writer {
    /// A writer of all of these.
    pub fn new(resources: &[Resource]) -> Writer {
        let names = resources.iter().map(|resource| resource.properties.name.clone()).collect();
        let mut writer = Writer { out: String::new(), names, written: HashMap::new() };
        resources.iter().for_each(|resource| writer.resource(resource));
        writer
    }

    /// The text so far.
    pub fn finish(self) -> String {
        self.out
    }

    /// Writes a resource type.
    fn resource(&mut self, resource: &Resource) {
        let name = &resource.properties.name;
        let way = format!("{}::", resource.parts.module);
        let scope = Scope { parts: &resource.parts, way: &way };
        line!(self, "/// {} [Reference]({})", resource.properties.doc, resource.url);
        self.structure(&resource.properties, scope);
        line!(self, "impl m::ResourceType for {name} {{");
        line!(self, "const TYPE: &'static str = {:?};", resource.type_name);
        line!(self, "type Attributes = {name}Attributes;");
        line!(self, "}}");
        self.attributes(resource);
        self.module(&resource.parts, resource.type_name);
    }

    /// Writes `Globals`, and the module of its parts: each has some fields of a resource type.
    pub fn globals(&mut self, globals: &Struct, parts: &Parts, resources: &[&Resource]) {
        line!(self, "/// {}", globals.doc);
        self.structure(globals, Scope { parts, way: &format!("{}::", parts.module) });
        line!(self, "/// What {} is made of.", code(&globals.name));
        line!(self, "pub mod {} {{", parts.module);
        line!(self, "use super::m;");
        for (structure, resource) in parts.structs.iter().zip(resources) {
            line!(self, "/// {}", structure.doc);
            let way = format!("super::{}::", resource.parts.module);
            self.structure(structure, Scope { parts: &resource.parts, way: &way });
        }
        line!(self, "}}");
    }

    /// Writes structs that stand in the same module as their parts.
    pub fn together(&mut self, structs: &[Struct], parts: &Parts) {
        for structure in structs {
            line!(self, "/// {}", structure.doc);
            self.structure(structure, Scope { parts, way: "" });
        }
        self.parts(parts);
    }

    fn module(&mut self, parts: &Parts, owner: &str) {
        if parts.structs.is_empty() && parts.enums.is_empty() {
            return;
        }
        line!(self, "/// What the properties of {} are made of.", code(owner));
        line!(self, "pub mod {} {{", parts.module);
        let start = self.out.len();
        self.parts(parts);
        // All of them may be another type's.
        if self.out[start..].lines().any(|line| !line.starts_with("pub use ")) {
            self.out.insert_str(start, "use super::m;\n");
        }
        line!(self, "}}");
    }

    fn parts(&mut self, parts: &Parts) {
        let scope = Scope { parts, way: "" };
        for structure in &parts.structs {
            let needs_other = |field: &Field| matches!(field.ty.innermost(), Type::Struct(_) | Type::Enum(_));
            let shared = !structure.fields.iter().any(needs_other);
            self.part(&parts.module, &structure.name, &structure.doc, shared, |writer| {
                writer.structure(structure, scope);
            });
        }
        for enumeration in &parts.enums {
            self.part(&parts.module, &enumeration.name, "A known set of strings.", true, |writer| {
                writer.enumeration(enumeration);
            });
        }
    }

    /// Writes a part, or names the one of another resource type of the service that is just like it:
    /// every second type has the same `Tag`, and each costs compile time.
    fn part(&mut self, module: &str, name: &str, doc: &str, shared: bool, write: impl FnOnce(&mut Writer)) {
        let before = std::mem::take(&mut self.out);
        write(self);
        let text = std::mem::replace(&mut self.out, before);
        if let Some(owner) = self.written.get(&text).filter(|_| shared) {
            line!(self, "pub use super::{owner}::{name};");
            return;
        }
        line!(self, "/// {doc}");
        self.out.push_str(&text);
        self.written.insert(text, module.to_owned());
    }

    fn structure(&mut self, structure: &Struct, scope: Scope<'_>) {
        let name = &structure.name;
        line!(self, "#[derive(Clone)]");
        line!(self, "pub struct {name} {{");
        for field in &structure.fields {
            line!(self, "/// {}", field.doc);
            line!(self, "pub {}: {},", field.name, scope.field(field));
        }
        if structure.open {
            line!(self, "/// Properties of any other name.");
            line!(self, "pub properties: m::Object,");
        }
        line!(self, "}}");
        self.constructor(structure, scope);
        if structure.fields.iter().all(|field| !field.required) {
            line!(self, "impl m::Default for {name} {{ #[inline] fn default() -> Self {{ Self::new() }} }}");
        }
        self.conversion(structure);
        if structure.boxed {
            line!(self, "impl m::From<{name}> for m::Value<m::Box<{name}>> {{");
            line!(self, "#[inline] fn from(value: {name}) -> Self {{ m::Value::Literal(m::Box::new(value)) }}");
            line!(self, "}}");
        }
    }

    fn constructor(&mut self, structure: &Struct, scope: Scope<'_>) {
        line!(self, "impl {} {{", structure.name);
        let required = || structure.fields.iter().filter(|field| field.required);
        match required().count() {
            0 => line!(self, "/// With no property set."),
            _ => line!(self, "/// With what is required."),
        }
        line!(self, "#[inline]");
        let _ = write!(self.out, "pub fn new(");
        required().for_each(|field| {
            let _ = write!(self.out, "{}: {}, ", field.name, scope.argument(field));
        });
        line!(self, ") -> Self {{");
        let _ = write!(self.out, "Self {{ ");
        for field in &structure.fields {
            let _ = match field.required {
                true => write!(self.out, "{}: {}, ", field.name, converted(field, &field.name)),
                false => write!(self.out, "{}: None, ", field.name),
            };
        }
        if structure.open {
            let _ = write!(self.out, "properties: m::Object::default(), ");
        }
        line!(self, "}}");
        line!(self, "}}");
        for field in &structure.fields {
            let (name, argument, value) = (&field.name, scope.argument(field), converted(field, "value"));
            let value = if field.required { value } else { format!("Some({value})") };
            line!(self, "/// {}", field.doc);
            line!(self, "pub fn {name}(mut self, value: {argument}) -> Self {{ self.{name} = {value}; self }}");
        }
        if structure.open {
            line!(self, "/// A property of any other name.");
            line!(self, "pub fn property(mut self, name: impl m::Into<m::String>, value: impl m::IntoNode) -> Self {{");
            line!(self, "self.properties.insert(name.into(), value.into_node()); self");
            line!(self, "}}");
        }
        line!(self, "}}");
    }

    /// `Debug` and `PartialEq` look at the JSON form: deriving them costs more compile time than all the
    /// rest of the struct.
    fn conversion(&mut self, structure: &Struct) {
        let name = &structure.name;
        line!(self, "impl m::Debug for {name} {{");
        line!(
            self,
            "#[inline] fn fmt(&self, f: &mut m::Formatter<'_>) -> m::FmtResult {{ m::debug({name:?}, self.clone(), f) }}"
        );
        line!(self, "}}");
        line!(self, "impl m::PartialEq for {name} {{");
        line!(self, "#[inline] fn eq(&self, other: &Self) -> bool {{ m::same(self.clone(), other.clone()) }}");
        line!(self, "}}");
        line!(self, "impl m::IntoNode for {} {{", structure.name);
        line!(self, "#[inline]");
        line!(self, "fn into_node(self) -> m::Node {{");
        let mutable = if structure.fields.is_empty() && !structure.open { "" } else { "mut " };
        line!(self, "let {mutable}object = m::Properties::new();");
        for field in &structure.fields {
            let put = match (field.required, &field.ty) {
                (true, Type::Node) => "node",
                (false, Type::Node) => "optional_node",
                (true, _) => "value",
                (false, _) => "optional",
            };
            line!(self, "object.{put}({:?}, self.{});", field.property, field.name);
        }
        if structure.open {
            line!(self, "self.properties.into_iter().for_each(|(name, value)| object.node(&name, value));");
        }
        line!(self, "object.finish()");
        line!(self, "}}");
        line!(self, "}}");
    }

    fn enumeration(&mut self, enumeration: &Enum) {
        let name = &enumeration.name;
        let texts = |(variant, text): &(String, &'static str)| format!("{name}::{variant} => {text:?},");
        line!(self, "#[derive(Clone, Debug, PartialEq)]");
        line!(self, "pub enum {name} {{");
        for (variant, text) in &enumeration.variants {
            line!(self, "/// {}", code(text));
            line!(self, "{variant},");
        }
        line!(self, "/// Any other text.");
        line!(self, "Other(m::String),");
        line!(self, "}}");
        line!(self, "impl m::StringEnum for {name} {{");
        line!(self, "#[inline]");
        line!(self, "fn as_str(&self) -> &str {{");
        line!(self, "match self {{");
        enumeration.variants.iter().for_each(|variant| line!(self, "{}", texts(variant)));
        line!(self, "{name}::Other(text) => text,");
        line!(self, "}}");
        line!(self, "}}");
        line!(self, "#[inline]");
        line!(self, "fn parse(text: &str) -> Self {{");
        if enumeration.ignores_case {
            line!(self, "match text.to_ascii_lowercase().as_str() {{");
        } else {
            line!(self, "match text {{");
        }
        for (variant, text) in &enumeration.variants {
            let text = if enumeration.ignores_case { text.to_ascii_lowercase() } else { (*text).to_owned() };
            line!(self, "{text:?} => {name}::{variant},");
        }
        line!(self, "_ => {name}::Other(text.into()),");
        line!(self, "}}");
        line!(self, "}}");
        line!(self, "}}");
        line!(self, "impl m::From<&str> for {name} {{");
        line!(self, "#[inline] fn from(text: &str) -> Self {{ m::StringEnum::parse(text) }}");
        line!(self, "}}");
        line!(self, "impl m::IntoNode for {name} {{");
        line!(self, "#[inline] fn into_node(self) -> m::Node {{ m::text(&self) }}");
        line!(self, "}}");
    }

    fn attributes(&mut self, resource: &Resource) {
        let name = &resource.properties.name;
        line!(self, "/// What `Fn::GetAtt` offers of {}.", code(resource.type_name));
        line!(self, "#[derive(Clone, Debug)]");
        let (held, from) = match resource.attributes.is_empty() {
            false => ("m::LogicalId", "id: m::LogicalId) -> Self { Self(id) }"),
            true => ("()", "_: m::LogicalId) -> Self { Self(()) }"),
        };
        line!(self, "pub struct {name}Attributes({held});");
        line!(self, "impl m::From<m::LogicalId> for {name}Attributes {{");
        line!(self, "#[inline] fn from({from}");
        line!(self, "}}");
        line!(self, "/// A resource {} that is in a template.", code(resource.type_name));
        let mut alias = format!("{name}Handle");
        if self.names.contains(&alias) {
            // The type of a wait condition's URL is itself called a handle.
            alias = format!("{name}ResourceHandle");
        }
        line!(self, "pub type {alias} = m::Handle<{name}Attributes>;");
        if resource.attributes.is_empty() {
            return;
        }
        line!(self, "impl {name}Attributes {{");
        let scope = Scope { parts: &resource.parts, way: "" };
        for Attribute { attribute, name, ty } in &resource.attributes {
            let ty = scope.ty(ty);
            line!(self, "/// {}", code(attribute));
            line!(self, "#[inline]");
            match attribute.strip_suffix('*') {
                Some(stem) => {
                    line!(self, "pub fn {name}(&self, name: &str) -> m::Value<{ty}> {{");
                    line!(self, "m::entry(&self.0, {stem:?}, name)");
                }
                None => {
                    line!(self, "pub fn {name}(&self) -> m::Value<{ty}> {{");
                    line!(self, "m::attribute(&self.0, {attribute:?})");
                }
            }
            line!(self, "}}");
        }
        line!(self, "}}");
    }
}

/// An argument as what its field holds.
fn converted(field: &Field, value: &str) -> String {
    match field.ty {
        Type::Node => format!("{value}.into_node()"),
        _ => format!("{value}.into()"),
    }
}

impl Scope<'_> {
    fn field(self, field: &Field) -> String {
        match (&field.ty, field.required) {
            (Type::Node, true) => "m::Node".to_owned(),
            (Type::Node, false) => "m::Option<m::Node>".to_owned(),
            (_, true) => self.value(field),
            (_, false) => format!("m::Option<{}>", self.value(field)),
        }
    }

    fn value(self, field: &Field) -> String {
        match field.boxed {
            true => format!("m::Value<m::Box<{}>>", self.ty(&field.ty)),
            false => format!("m::Value<{}>", self.ty(&field.ty)),
        }
    }

    fn argument(self, field: &Field) -> String {
        match &field.ty {
            Type::Node => "impl m::IntoNode".to_owned(),
            _ => format!("impl m::Into<{}>", self.value(field)),
        }
    }

    fn ty(self, ty: &Type) -> String {
        let named = |name: &str| format!("{}{name}", self.way);
        match ty {
            Type::String => "m::String".to_owned(),
            Type::Integer => "i64".to_owned(),
            Type::Number => "f64".to_owned(),
            Type::Boolean => "bool".to_owned(),
            Type::Node => "m::Node".to_owned(),
            Type::Named(path) => (*path).to_owned(),
            Type::List(item) => format!("m::List<{}>", self.ty(item)),
            Type::Map(value) => format!("m::Map<{}>", self.ty(value)),
            Type::Struct(number) => named(&self.parts.structs[*number].name),
            Type::Enum(number) => named(&self.parts.enums[*number].name),
        }
    }
}
