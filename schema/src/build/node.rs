//! JSON schemas to hash-consed nodes.

use std::collections::BTreeMap;

use super::{DEEPEST, Document, Json, Offset, Problem, View, Words};
use crate::tag::{JSON_CONSTANT, TYPE_NAMES, Tag};

/// Keywords that are no facts about a value: prose, and what the registry needs for itself.
pub(super) const IGNORED: &[&str] = &[
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

/// The keywords that say something.
pub const KEYWORDS: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "default",
    "dependencies",
    "dependentExcluded",
    "dependentRequired",
    "else",
    "enum",
    "enumCaseInsensitive",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "insertionOrder",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maxUniqueItems",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "required",
    "requiredOr",
    "requiredXor",
    "then",
    "type",
    "uniqueItems",
    "uniqueKeys",
];

/// What is wrong with an unknown keyword.
pub const UNKNOWN: &str = "is no keyword of a schema that is known";

type Encoded<T> = Result<T, Problem>;

impl Words {
    fn constant<'a, J: Json<'a>>(&mut self, value: J) -> u32 {
        match value.view() {
            View::String(text) => self.string(text),
            _ => self.string(&value.text()) | JSON_CONSTANT,
        }
    }

    fn strings<'a, J: Json<'a>>(&mut self, value: J) -> Encoded<Offset> {
        let mut items = Vec::new();
        for item in list(value, "a list of strings")? {
            items.push(self.string(string(item)?));
        }
        Ok(self.list(&items))
    }

    /// Stores a document as what the keyword `definition` can name.
    ///
    /// # Errors
    ///
    /// The document is no schema.
    pub fn define<'a, J: Json<'a>>(&mut self, name: &str, document: &mut Document<'_, J>) -> Encoded<()> {
        let node = self.schema(document, document.root)?;
        let run = vec![self.string(name), node];
        let definition = self.run(run);
        self.definitions.insert(name.to_owned(), definition);
        Ok(())
    }

    /// A schema and everything below it.
    ///
    /// # Errors
    ///
    /// It is no schema.
    pub fn schema<'a, J: Json<'a>>(&mut self, document: &mut Document<'_, J>, schema: J) -> Encoded<Offset> {
        let node = self.inner(document, schema)?;
        match document.endless() {
            Some(name) => Err(Problem::new(format!("`#{name}` must not refer to itself about the same value"))),
            None => Ok(node),
        }
    }

    fn inner<'a, J: Json<'a>>(&mut self, document: &mut Document<'_, J>, schema: J) -> Encoded<Offset> {
        if document.depth == DEEPEST {
            return Err(Problem::new(format!("must not stand deeper than {DEEPEST} levels in other schemas")));
        }
        document.depth += 1;
        let mut entries = Vec::new();
        match schema.view() {
            View::Bool(true) => {}
            View::Bool(false) => entries.push((Tag::False, 0)),
            View::Object(keywords) => {
                for (keyword, value) in keywords {
                    self.keyword(document, keyword, value, schema, &mut entries)
                        .map_err(|problem| problem.below(keyword))?;
                }
            }
            _ => return Err(Problem::expected("a schema, which is an object or a boolean", schema)),
        }
        document.depth -= 1;
        self.node(entries)
    }

    /// The schema of a part of the value: of a property, of an item.
    pub(super) fn part<'a, J: Json<'a>>(&mut self, document: &mut Document<'_, J>, schema: J) -> Encoded<Offset> {
        let outer = std::mem::replace(&mut document.here.1, true);
        let node = self.inner(document, schema);
        document.here.1 = outer;
        node
    }

    fn node(&mut self, mut entries: Vec<(Tag, u32)>) -> Encoded<Offset> {
        entries.sort_unstable();
        let mut items = Vec::new();
        for (tag, operand) in entries {
            if operand >> 24 != 0 {
                return Err(Problem::new("the data is too large for 24-bit operands"));
            }
            items.push((tag as u32) << 24 | operand);
        }
        let before = self.words.len();
        let offset = self.list(&items);
        self.nodes += usize::from(self.words.len() > before);
        match self.most {
            Some(most) if self.words.len() > most => {
                Err(Problem::new(format!("must not be larger than {most} words when it is compiled")))
            }
            _ => Ok(offset),
        }
    }

    fn keyword<'a, J: Json<'a>>(
        &mut self,
        document: &mut Document<'_, J>,
        keyword: &str,
        value: J,
        schema: J,
        entries: &mut Vec<(Tag, u32)>,
    ) -> Encoded<()> {
        let is = |wanted: bool| matches!(value.view(), View::Bool(is) if is == wanted);
        let (tag, operand) = match keyword {
            "type" => (Tag::Type, types(value)?),
            "enum" => (Tag::Enum, self.constants(value)?),
            "enumCaseInsensitive" => (Tag::EnumCaseInsensitive, self.constants(value)?),
            "const" => (Tag::Const, self.constant(value)),
            "default" => (Tag::Default, self.constant(value)),
            "pattern" => return self.pattern(document, string(value)?, entries),
            "format" => (Tag::Format, self.string(string(value)?)),
            "minLength" => (Tag::MinLength, self.count(value)?),
            "maxLength" => (Tag::MaxLength, self.count(value)?),
            "minimum" => (Tag::Minimum, self.number(value)?),
            "maximum" => (Tag::Maximum, self.number(value)?),
            "exclusiveMinimum" => (Tag::ExclusiveMinimum, self.number(value)?),
            "exclusiveMaximum" => (Tag::ExclusiveMaximum, self.number(value)?),
            "multipleOf" => (Tag::MultipleOf, self.number(value)?),
            "minItems" => (Tag::MinItems, self.count(value)?),
            "maxItems" => (Tag::MaxItems, self.count(value)?),
            "minProperties" => (Tag::MinProperties, self.count(value)?),
            "maxProperties" => (Tag::MaxProperties, self.count(value)?),
            "maxUniqueItems" => (Tag::MaxUniqueItems, self.count(value)?),
            "uniqueItems" if is(false) => return Ok(()),
            "uniqueItems" => (Tag::UniqueItems, 0),
            "insertionOrder" if is(true) => (Tag::InsertionOrder, 0),
            "insertionOrder" => return Ok(()),
            "uniqueKeys" => (Tag::UniqueKeys, self.strings(value)?),
            // Draft 3 had it at the property itself, where it says nothing any more.
            "required" if is(true) || is(false) => return Ok(()),
            "required" => (Tag::Required, self.strings(value)?),
            "requiredXor" => (Tag::RequiredXor, self.strings(value)?),
            "requiredOr" => (Tag::RequiredOr, self.strings(value)?),
            "items" => (Tag::Items, self.part(document, value)?),
            "additionalProperties" if is(true) => return Ok(()),
            "additionalProperties" => (Tag::AdditionalProperties, self.part(document, value)?),
            "not" => (Tag::Not, self.inner(document, value)?),
            "contains" => (Tag::Contains, self.part(document, value)?),
            "propertyNames" => (Tag::PropertyNames, self.part(document, value)?),
            "prefixItems" => {
                let outer = std::mem::replace(&mut document.here.1, true);
                let schemas = self.schemas(document, value);
                document.here.1 = outer;
                (Tag::PrefixItems, schemas?)
            }
            "anyOf" => (Tag::AnyOf, self.schemas(document, value)?),
            "oneOf" => (Tag::OneOf, self.schemas(document, value)?),
            "allOf" => (Tag::AllOf, self.schemas(document, value)?),
            "properties" => (Tag::Properties, self.schema_map(document, entries_of(value)?, true)?),
            "patternProperties" => {
                for (pattern, _) in entries_of(value)? {
                    document.patterns.replacement(pattern).map_err(Problem::new)?;
                }
                (Tag::PatternProperties, self.schema_map(document, entries_of(value)?, true)?)
            }
            "dependentRequired" => (Tag::DependentRequired, self.string_lists(entries_of(value)?)?),
            "dependentExcluded" => (Tag::DependentExcluded, self.string_lists(entries_of(value)?)?),
            "dependencies" => return self.dependencies(document, value, entries),
            "if" => {
                let mut run = vec![self.inner(document, value)?];
                for branch in ["then", "else"] {
                    run.push(match schema.get(branch) {
                        Some(branch) => self.inner(document, branch)?,
                        None => self.list(&[]),
                    });
                }
                (Tag::If, self.run(run))
            }
            "then" | "else" => return Ok(()),
            "documents" => {
                for name in list(value, "a list of names")? {
                    entries.push((Tag::Document, named(&self.documents, name)?));
                }
                return Ok(());
            }
            "definition" => (Tag::Ref, named(&self.definitions, value)?),
            "$ref" => self.reference(document, string(value)?)?,
            ignored if IGNORED.contains(&ignored) => return Ok(()),
            _ => return Err(Problem::new(UNKNOWN)),
        };
        entries.push((tag, operand));
        Ok(())
    }

    fn count<'a, J: Json<'a>>(&mut self, value: J) -> Encoded<u32> {
        let text = value.text();
        match text.parse::<u64>() {
            Ok(_) => Ok(self.string(&text)),
            Err(_) => Err(Problem::new(format!("must be a count, got {text}"))),
        }
    }

    fn number<'a, J: Json<'a>>(&mut self, value: J) -> Encoded<u32> {
        match value.view() {
            View::Number => Ok(self.string(&value.text())),
            _ => Err(Problem::expected("a number", value)),
        }
    }

    fn pattern<J>(&mut self, document: &Document<'_, J>, pattern: &str, entries: &mut Vec<(Tag, u32)>) -> Encoded<()> {
        let Some(replacement) = document.patterns.replacement(pattern).map_err(Problem::new)? else {
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
            None if wrapped.is_empty() => return Err(Problem::new(format!("the patch of `{pattern}` says nothing"))),
            None => {}
        }
        if !wrapped.is_empty() {
            entries.push((Tag::AllOf, self.list(&wrapped)));
        }
        Ok(())
    }

    fn constants<'a, J: Json<'a>>(&mut self, value: J) -> Encoded<Offset> {
        let items: Vec<u32> = list(value, "a list of values")?.into_iter().map(|item| self.constant(item)).collect();
        Ok(self.list(&items))
    }

    fn schemas<'a, J: Json<'a>>(&mut self, document: &mut Document<'_, J>, value: J) -> Encoded<Offset> {
        let mut items = Vec::new();
        for (index, schema) in list(value, "a list of schemas")?.into_iter().enumerate() {
            items.push(self.inner(document, schema).map_err(|problem| problem.below(&index.to_string()))?);
        }
        Ok(self.list(&items))
    }

    /// Schemas by name; of parts of the value, or of the value itself.
    fn schema_map<'a, J: Json<'a>>(
        &mut self,
        document: &mut Document<'_, J>,
        mut map: Vec<(&str, J)>,
        are_parts: bool,
    ) -> Encoded<Offset> {
        map.sort_by_key(|(name, _)| *name);
        let mut pairs = Vec::new();
        for (name, schema) in map {
            let node = if are_parts { self.part(document, schema) } else { self.inner(document, schema) };
            pairs.push((self.string(name), node.map_err(|problem| problem.below(name))?));
        }
        Ok(self.pairs(&pairs))
    }

    fn string_lists<'a, J: Json<'a>>(&mut self, map: Vec<(&str, J)>) -> Encoded<Offset> {
        let mut pairs = Vec::new();
        for (name, list) in map {
            let list = self.strings(list).map_err(|problem| problem.below(name))?;
            pairs.push((self.string(name), list));
        }
        Ok(self.pairs(&pairs))
    }

    /// Draft 7's `dependencies` is two keywords in one.
    fn dependencies<'a, J: Json<'a>>(
        &mut self,
        document: &mut Document<'_, J>,
        value: J,
        entries: &mut Vec<(Tag, u32)>,
    ) -> Encoded<()> {
        let (required, schemas): (Vec<_>, Vec<_>) =
            entries_of(value)?.into_iter().partition(|(_, dependency)| matches!(dependency.view(), View::Array(_)));
        if !required.is_empty() {
            entries.push((Tag::DependentRequired, self.string_lists(required)?));
        }
        if !schemas.is_empty() {
            entries.push((Tag::DependentSchemas, self.schema_map(document, schemas, false)?));
        }
        Ok(())
    }

    fn reference<'a, J: Json<'a>>(&mut self, document: &mut Document<'_, J>, reference: &str) -> Encoded<(Tag, u32)> {
        // `#/` is cfn-lint's way to say `#`.
        let pointer = reference.strip_prefix('#').map(|pointer| pointer.trim_end_matches('/'));
        let pointer =
            pointer.ok_or_else(|| Problem::new(format!("must point into the document, got `{reference}`")))?;
        let name = self.string(pointer.rsplit('/').next().unwrap_or_default());
        let (here, is_part) = &document.here;
        if !is_part {
            document.same_value.entry(here.clone()).or_default().push(pointer.to_owned());
        }
        if let Some(node) = document.done.get(pointer) {
            let run = vec![name, *node];
            return Ok((Tag::Ref, self.run(run)));
        }
        if let Some((_, slot)) = document.open.iter_mut().find(|(open, _)| open == pointer) {
            let end = self.end();
            let slot = *slot.get_or_insert(end);
            if slot == end {
                // Filled in at the end of the definition.
                self.words.push(0);
            }
            return Ok((Tag::RefSlot, self.run(vec![name, slot])));
        }
        let target = document.root.pointer(pointer);
        let target =
            target.ok_or_else(|| Problem::new(format!("must point to a definition, and `{reference}` is none")))?;
        document.open.push((pointer.to_owned(), None));
        let outer = std::mem::replace(&mut document.here, (pointer.to_owned(), false));
        let node = self.inner(document, target).map_err(|problem| problem.below_pointer(pointer))?;
        document.here = outer;
        // Those that were opened inside of it are closed.
        if let Some((_, Some(slot))) = document.open.pop() {
            self.words[(slot - self.first_word) as usize] = node;
        }
        document.done.insert(pointer.to_owned(), node);
        Ok((Tag::Ref, self.run(vec![name, node])))
    }
}

fn list<'a, J: Json<'a>>(value: J, what: &str) -> Encoded<Vec<J>> {
    match value.view() {
        View::Array(members) => Ok(members),
        _ => Err(Problem::expected(what, value)),
    }
}

fn string<'a, J: Json<'a>>(value: J) -> Encoded<&'a str> {
    value.as_str().ok_or_else(|| Problem::expected("a string", value))
}

fn entries_of<'a, J: Json<'a>>(value: J) -> Encoded<Vec<(&'a str, J)>> {
    match value.view() {
        View::Object(entries) => Ok(entries),
        _ => Err(Problem::expected("an object", value)),
    }
}

fn named<'a, J: Json<'a>>(pairs: &BTreeMap<String, Offset>, name: J) -> Encoded<Offset> {
    let known = name.as_str().and_then(|name| pairs.get(name));
    known.copied().ok_or_else(|| Problem::new(UNKNOWN))
}

fn types<'a, J: Json<'a>>(value: J) -> Encoded<u32> {
    let names = match value.view() {
        View::Array(names) => names,
        _ => vec![value],
    };
    let mut bits = 0;
    for name in names {
        let name = name.as_str().ok_or_else(|| Problem::expected("the name of a type", value))?;
        let bit = TYPE_NAMES.iter().position(|known| *known == name);
        let bit = bit.ok_or_else(|| Problem::new(format!("must be one of {}, got `{name}`", TYPE_NAMES.join(", "))))?;
        bits |= 1 << bit;
    }
    Ok(bits)
}
