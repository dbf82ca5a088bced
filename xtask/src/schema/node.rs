//! JSON schemas to hash-consed nodes.

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
};

use cfn_schema::tag::{JSON_CONSTANT, TYPE_NAMES, Tag};
use serde_json::Value;

use super::{documents, patches::PatternPatches};

/// The offset of a node or a list in the words.
pub type Offset = u32;

/// Keywords that are no facts about a value: prose, and what the registry needs for itself.
const IGNORED: &[&str] = &[
    "$comment",
    "$id",
    "$schema",
    "additionalIdentifiers",
    "arrayType",
    "conditionalCreateOnlyProperties",
    "createOnlyProperties",
    "definitions",
    "deprecatedProperties",
    "description",
    "documentationUrl",
    "examples",
    "handlers",
    "lifecycle",
    "primaryIdentifier",
    "propertyTransform",
    "readOnlyProperties",
    "relationshipRef",
    "replacementStrategy",
    "resourceLink",
    "sourceUrl",
    "taggable",
    "tagging",
    "title",
    "typeConfiguration",
    "typeName",
    "writeOnlyProperties",
];

/// The words under construction. Equal runs of words are stored once.
#[derive(Default)]
pub struct Words {
    pub words: Vec<u32>,
    pub strings: Vec<String>,
    string_numbers: HashMap<String, u32>,
    runs: HashMap<Vec<u32>, Offset>,
    pub slots: Vec<Offset>,
    pub nodes: usize,
    /// The nodes that the keyword `documents` of a schema can name: pairs of rule and node.
    pub documents: BTreeMap<String, Offset>,
    /// The nodes that the keyword `definition` of a schema can name: pairs of name and node.
    pub definitions: BTreeMap<String, Offset>,
}

/// One document: what its references mean.
pub struct Document<'a> {
    pub root: &'a Value,
    pub patterns: &'a PatternPatches,
    /// Definitions that are done, by reference.
    done: BTreeMap<String, Offset>,
    /// Definitions that are under way, and the slot of those that turned out to contain themselves.
    open: BTreeMap<String, Option<u32>>,
}

impl<'a> Document<'a> {
    pub fn new(root: &'a Value, patterns: &'a PatternPatches) -> Document<'a> {
        Document { root, patterns, done: BTreeMap::new(), open: BTreeMap::new() }
    }
}

type Encoded<T> = Result<T, Box<dyn Error>>;

impl Words {
    pub fn string(&mut self, text: &str) -> u32 {
        if let Some(number) = self.string_numbers.get(text) {
            return *number;
        }
        let number = self.strings.len() as u32;
        self.strings.push(text.to_owned());
        self.string_numbers.insert(text.to_owned(), number);
        number
    }

    /// Stores a run of words, or finds it.
    pub fn run(&mut self, run: Vec<u32>) -> Offset {
        if let Some(offset) = self.runs.get(&run) {
            return *offset;
        }
        let offset = self.words.len() as u32;
        self.words.extend(&run);
        self.runs.insert(run, offset);
        offset
    }

    pub fn list(&mut self, items: &[u32]) -> Offset {
        let mut run = vec![items.len() as u32];
        run.extend(items);
        self.run(run)
    }

    pub fn pairs(&mut self, pairs: &[(u32, u32)]) -> Offset {
        let mut run = vec![pairs.len() as u32];
        run.extend(pairs.iter().flat_map(|(key, value)| [*key, *value]));
        self.run(run)
    }

    fn constant(&mut self, value: &Value) -> u32 {
        match value {
            Value::String(text) => self.string(text),
            other => self.string(&other.to_string()) | JSON_CONSTANT,
        }
    }

    fn strings(&mut self, value: &Value) -> Encoded<Offset> {
        let mut items = Vec::new();
        for item in value.as_array().ok_or("must be a list of strings")? {
            items.push(self.string(item.as_str().ok_or("must be a list of strings")?));
        }
        Ok(self.list(&items))
    }

    /// Stores a document as what the keyword `definition` can name.
    pub fn define(&mut self, name: &str, document: &mut Document) -> Encoded<()> {
        let node = self.schema(document, document.root)?;
        let run = vec![self.string(name), node];
        let definition = self.run(run);
        self.definitions.insert(name.to_owned(), definition);
        Ok(())
    }

    /// A schema and everything below it.
    pub fn schema(&mut self, document: &mut Document, schema: &Value) -> Encoded<Offset> {
        let mut entries = Vec::new();
        match schema {
            Value::Bool(true) => {}
            Value::Bool(false) => entries.push((Tag::False, 0)),
            Value::Object(keywords) => {
                for (keyword, value) in keywords {
                    self.keyword(document, keyword, value, keywords, &mut entries)
                        .map_err(|error| format!("{keyword}: {error}"))?;
                }
            }
            _ => return Err("a schema must be an object or a boolean".into()),
        }
        self.node(entries)
    }

    fn node(&mut self, mut entries: Vec<(Tag, u32)>) -> Encoded<Offset> {
        entries.sort_unstable();
        let mut items = Vec::new();
        for (tag, operand) in entries {
            if operand >> 24 != 0 {
                return Err("the data is too large for 24-bit operands".into());
            }
            items.push((tag as u32) << 24 | operand);
        }
        let before = self.words.len();
        let offset = self.list(&items);
        self.nodes += usize::from(self.words.len() > before);
        Ok(offset)
    }

    fn keyword(
        &mut self,
        document: &mut Document,
        keyword: &str,
        value: &Value,
        siblings: &serde_json::Map<String, Value>,
        entries: &mut Vec<(Tag, u32)>,
    ) -> Encoded<()> {
        let (tag, operand) = match keyword {
            "type" => (Tag::Type, types(value)?),
            "enum" => (Tag::Enum, self.constants(value)?),
            "enumCaseInsensitive" => (Tag::EnumCaseInsensitive, self.constants(value)?),
            "const" => (Tag::Const, self.constant(value)),
            "default" => (Tag::Default, self.constant(value)),
            "pattern" => return self.pattern(document, value.as_str().ok_or("must be a string")?, entries),
            "format" => (Tag::Format, self.string(value.as_str().ok_or("must be a string")?)),
            "minLength" => (Tag::MinLength, self.string(&value.to_string())),
            "maxLength" => (Tag::MaxLength, self.string(&value.to_string())),
            "minimum" => (Tag::Minimum, self.string(&value.to_string())),
            "maximum" => (Tag::Maximum, self.string(&value.to_string())),
            "exclusiveMinimum" => (Tag::ExclusiveMinimum, self.string(&value.to_string())),
            "exclusiveMaximum" => (Tag::ExclusiveMaximum, self.string(&value.to_string())),
            "multipleOf" => (Tag::MultipleOf, self.string(&value.to_string())),
            "minItems" => (Tag::MinItems, self.string(&value.to_string())),
            "maxItems" => (Tag::MaxItems, self.string(&value.to_string())),
            "minProperties" => (Tag::MinProperties, self.string(&value.to_string())),
            "maxProperties" => (Tag::MaxProperties, self.string(&value.to_string())),
            "maxUniqueItems" => (Tag::MaxUniqueItems, self.string(&value.to_string())),
            "uniqueItems" if value == false => return Ok(()),
            "uniqueItems" => (Tag::UniqueItems, 0),
            "insertionOrder" if value == true => (Tag::InsertionOrder, 0),
            "insertionOrder" => return Ok(()),
            "uniqueKeys" => (Tag::UniqueKeys, self.strings(value)?),
            // Draft 3 had it at the property itself, where it says nothing any more.
            "required" if value.is_boolean() => return Ok(()),
            "required" => (Tag::Required, self.strings(value)?),
            "requiredXor" => (Tag::RequiredXor, self.strings(value)?),
            "requiredOr" => (Tag::RequiredOr, self.strings(value)?),
            "items" => (Tag::Items, self.schema(document, value)?),
            "additionalProperties" if value == true => return Ok(()),
            "additionalProperties" => (Tag::AdditionalProperties, self.schema(document, value)?),
            "not" => (Tag::Not, self.schema(document, value)?),
            "contains" => (Tag::Contains, self.schema(document, value)?),
            "propertyNames" => (Tag::PropertyNames, self.schema(document, value)?),
            "prefixItems" => (Tag::PrefixItems, self.schemas(document, value)?),
            "anyOf" => (Tag::AnyOf, self.schemas(document, value)?),
            "oneOf" => (Tag::OneOf, self.schemas(document, value)?),
            "allOf" => (Tag::AllOf, self.schemas(document, value)?),
            "properties" => (Tag::Properties, self.schema_map(document, value)?),
            "patternProperties" => (Tag::PatternProperties, self.schema_map(document, value)?),
            "dependentRequired" => (Tag::DependentRequired, self.string_lists(value)?),
            "dependentExcluded" => (Tag::DependentExcluded, self.string_lists(value)?),
            "dependencies" => return self.dependencies(document, value, entries),
            "if" => {
                let mut run = vec![self.schema(document, value)?];
                for branch in ["then", "else"] {
                    run.push(self.schema(document, siblings.get(branch).unwrap_or(&Value::Bool(true)))?);
                }
                (Tag::If, self.run(run))
            }
            "then" | "else" => return Ok(()),
            documents::KEYWORD => {
                for name in value.as_array().ok_or("must be a list of names")? {
                    entries.push((Tag::Document, named(&self.documents, name)?));
                }
                return Ok(());
            }
            "definition" => (Tag::Ref, named(&self.definitions, value)?),
            "$ref" => self.reference(document, value.as_str().ok_or("must be a string")?)?,
            ignored if IGNORED.contains(&ignored) => return Ok(()),
            _ => return Err("unknown keyword: teach the builder what it means".into()),
        };
        entries.push((tag, operand));
        Ok(())
    }

    fn pattern(&mut self, document: &Document, pattern: &str, entries: &mut Vec<(Tag, u32)>) -> Encoded<()> {
        let Some(replacement) = document.patterns.get(pattern).cloned() else {
            entries.push((Tag::Pattern, self.string(pattern)));
            return Ok(());
        };
        let mut wrapped = Vec::new();
        for text in &replacement.none {
            let pattern = self.string(text);
            let inner = self.node(vec![(Tag::Pattern, pattern)])?;
            wrapped.push(self.node(vec![(Tag::Not, inner)])?);
        }
        match replacement.all.split_first() {
            Some((first, rest)) => {
                entries.push((Tag::Pattern, self.string(first)));
                for text in rest {
                    let pattern = self.string(text);
                    wrapped.push(self.node(vec![(Tag::Pattern, pattern)])?);
                }
            }
            None if wrapped.is_empty() => return Err(format!("the patch of `{pattern}` says nothing").into()),
            None => {}
        }
        if !wrapped.is_empty() {
            entries.push((Tag::AllOf, self.list(&wrapped)));
        }
        Ok(())
    }

    fn constants(&mut self, value: &Value) -> Encoded<Offset> {
        let items: Vec<u32> =
            value.as_array().ok_or("must be a list")?.iter().map(|item| self.constant(item)).collect();
        Ok(self.list(&items))
    }

    fn schemas(&mut self, document: &mut Document, value: &Value) -> Encoded<Offset> {
        let mut items = Vec::new();
        for schema in value.as_array().ok_or("must be a list of schemas")? {
            items.push(self.schema(document, schema)?);
        }
        Ok(self.list(&items))
    }

    fn schema_map(&mut self, document: &mut Document, value: &Value) -> Encoded<Offset> {
        let map: BTreeMap<_, _> = value.as_object().ok_or("must be an object of schemas")?.iter().collect();
        let mut pairs = Vec::new();
        for (name, schema) in map {
            let node = self.schema(document, schema).map_err(|error| format!("{name}: {error}"))?;
            pairs.push((self.string(name), node));
        }
        Ok(self.pairs(&pairs))
    }

    fn string_lists(&mut self, value: &Value) -> Encoded<Offset> {
        let mut pairs = Vec::new();
        for (name, list) in value.as_object().ok_or("must be an object of lists")? {
            let list = self.strings(list)?;
            pairs.push((self.string(name), list));
        }
        Ok(self.pairs(&pairs))
    }

    /// Draft 7's `dependencies` is two keywords in one.
    fn dependencies(&mut self, document: &mut Document, value: &Value, entries: &mut Vec<(Tag, u32)>) -> Encoded<()> {
        let (mut required, mut schemas) = (serde_json::Map::new(), serde_json::Map::new());
        for (name, dependency) in value.as_object().ok_or("must be an object")? {
            let target = if dependency.is_array() { &mut required } else { &mut schemas };
            target.insert(name.clone(), dependency.clone());
        }
        if !required.is_empty() {
            entries.push((Tag::DependentRequired, self.string_lists(&required.into())?));
        }
        if !schemas.is_empty() {
            entries.push((Tag::DependentSchemas, self.schema_map(document, &schemas.into())?));
        }
        Ok(())
    }

    fn reference(&mut self, document: &mut Document, reference: &str) -> Encoded<(Tag, u32)> {
        // `#/` is cfn-lint's way to say `#`.
        let pointer = reference.strip_prefix('#').ok_or("must point into the document")?.trim_end_matches('/');
        let name = self.string(pointer.rsplit('/').next().unwrap_or_default());
        if let Some(node) = document.done.get(pointer) {
            let run = vec![name, *node];
            return Ok((Tag::Ref, self.run(run)));
        }
        if let Some(slot) = document.open.get_mut(pointer) {
            let number = *slot.get_or_insert_with(|| {
                self.slots.push(0);
                self.slots.len() as u32 - 1
            });
            return Ok((Tag::RefSlot, self.run(vec![name, number])));
        }
        let root = document.root;
        let target = root.pointer(pointer).ok_or_else(|| format!("{reference}: nothing is there"))?;
        document.open.insert(pointer.to_owned(), None);
        let node = self.schema(document, target).map_err(|error| format!("{pointer}: {error}"))?;
        if let Some(Some(slot)) = document.open.remove(pointer) {
            self.slots[slot as usize] = node;
        }
        document.done.insert(pointer.to_owned(), node);
        Ok((Tag::Ref, self.run(vec![name, node])))
    }
}

fn named(pairs: &BTreeMap<String, Offset>, name: &Value) -> Encoded<Offset> {
    let known = name.as_str().and_then(|name| pairs.get(name));
    Ok(*known.ok_or_else(|| format!("nothing has the name {name}"))?)
}

fn types(value: &Value) -> Encoded<u32> {
    let names = match value {
        Value::Array(names) => names.iter().collect(),
        name => vec![name],
    };
    let mut bits = 0;
    for name in names {
        let name = name.as_str().ok_or("must be a string or strings")?;
        let bit = TYPE_NAMES.iter().position(|known| *known == name).ok_or_else(|| format!("no type `{name}`"))?;
        bits |= 1 << bit;
    }
    Ok(bits)
}
