//! A schema node and its keywords.

use crate::{
    binary::{List, bytes, entries, string, word},
    tag::{JSON_CONSTANT, TYPE_NAMES, Tag},
};

/// A schema: a place in the data. Copying and comparing it costs nothing; two schemas with the same
/// content are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Schema(pub(crate) u32);

/// One keyword of a schema, in JSON Schema's vocabulary (draft 7) with the extensions of cfn-lint.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the keywords are JSON Schema's own; only the extensions need a word")]
pub enum Keyword {
    /// The schema `false`.
    False,
    Type(Types),
    Enum(Constants),
    /// As `Enum`; upper and lower case are the same.
    EnumCaseInsensitive(Constants),
    Const(Constant),
    Pattern(&'static str),
    /// The name of a format, such as `AWS::IAM::Role.Arn` or `date-time`.
    Format(&'static str),
    MinLength(u64),
    MaxLength(u64),
    Minimum(Number),
    Maximum(Number),
    ExclusiveMinimum(Number),
    ExclusiveMaximum(Number),
    MultipleOf(Number),
    MinItems(u64),
    MaxItems(u64),
    MinProperties(u64),
    MaxProperties(u64),
    /// How many different members a list may have.
    MaxUniqueItems(u64),
    UniqueItems,
    /// No two objects of a list may have the same values of these keys.
    UniqueKeys(Strings),
    Items(Schema),
    PrefixItems(Schemas),
    Properties(Properties),
    PatternProperties(Properties),
    AdditionalProperties(Schema),
    Required(Strings),
    /// Exactly one of these must be there.
    RequiredXor(Strings),
    /// At least one of these must be there.
    RequiredOr(Strings),
    DependentRequired(StringLists),
    /// With the key, none of these may be there.
    DependentExcluded(StringLists),
    DependentSchemas(Properties),
    AnyOf(Schemas),
    OneOf(Schemas),
    AllOf(Schemas),
    Not(Schema),
    /// If, then, else. A branch that is not there is the schema `true`.
    If(Schema, Schema, Schema),
    /// A named definition; the name is unique within a resource type.
    Ref(&'static str, Schema),
    Default(Constant),
    /// The order of the members means something.
    InsertionOrder,
    /// What a rule of its own says of the value: its code, and the schema that it goes by.
    Document(&'static str, Schema),
    /// At least one member is like this.
    Contains(Schema),
    /// The name of every property is like this.
    PropertyNames(Schema),
}

/// A set of JSON types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Types(u32);

#[expect(missing_docs, reason = "the constants are the type names")]
impl Types {
    pub const STRING: Types = Types(1);
    pub const INTEGER: Types = Types(2);
    pub const NUMBER: Types = Types(4);
    pub const BOOLEAN: Types = Types(8);
    pub const ARRAY: Types = Types(16);
    pub const OBJECT: Types = Types(32);
    pub const NULL: Types = Types(64);

    /// Whether all of `other` are in the set.
    pub const fn contains(self, other: Types) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names: `string`, `integer`, `number`, `boolean`, `array`, `object`, `null`.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        (0..TYPE_NAMES.len()).filter(move |bit| self.0 & (1 << bit) != 0).map(|bit| TYPE_NAMES[bit])
    }
}

/// A number of a schema, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Number(&'static str);

impl Number {
    /// Its text, in JSON's grammar.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The nearest 64-bit float.
    pub fn as_f64(self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// The number as an integer, where it is one.
    pub fn as_i64(self) -> Option<i64> {
        self.0.parse().ok()
    }
}

/// A value that a schema names: a member of an enum, a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    /// A string.
    String(&'static str),
    /// The JSON text of any other value.
    Json(&'static str),
}

impl Constant {
    fn decode(operand: u32) -> Constant {
        match operand & JSON_CONSTANT {
            0 => Constant::String(string(operand)),
            _ => Constant::Json(string(operand & !JSON_CONSTANT)),
        }
    }

    /// The string, or the JSON text of another value, which CloudFormation takes for it as well.
    pub fn text(self) -> &'static str {
        match self {
            Constant::String(text) | Constant::Json(text) => text,
        }
    }
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident of $item:ty = |$word:ident| $decode:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub(crate) List);

        impl Iterator for $name {
            type Item = $item;

            fn next(&mut self) -> Option<$item> {
                let $word = self.0.take_first()?;
                Some($decode)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                (self.0.len as usize, Some(self.0.len as usize))
            }
        }

        impl ExactSizeIterator for $name {}
    )*};
}

impl Constants {
    /// Whether one of them is this text, or has it as its JSON.
    pub fn has(self, text: &str) -> bool {
        self.0.iter().any(|word| bytes(word & !JSON_CONSTANT) == text.as_bytes())
    }
}

lists! {
    /// Some strings: an iterator that is cheap to copy.
    Strings of &'static str = |word| string(word);
    /// Some schemas: an iterator that is cheap to copy.
    Schemas of Schema = |word| Schema(word);
    /// Some constants: an iterator that is cheap to copy.
    Constants of Constant = |word| Constant::decode(word);
}

/// Names and their schemas, sorted by name: an iterator that is cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Properties(pub(crate) List);

impl Properties {
    /// The schema of one name.
    pub fn get(self, name: &str) -> Option<Schema> {
        self.0.find(name).map(|index| Schema(self.0.pair(index).1))
    }
}

impl Iterator for Properties {
    type Item = (&'static str, Schema);

    fn next(&mut self) -> Option<(&'static str, Schema)> {
        let (name, node) = self.0.take_first_pair()?;
        Some((string(name), Schema(node)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len as usize, Some(self.0.len as usize))
    }
}

impl ExactSizeIterator for Properties {}

/// Names, each with some other names: an iterator that is cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StringLists(pub(crate) List);

impl Iterator for StringLists {
    type Item = (&'static str, Strings);

    fn next(&mut self) -> Option<(&'static str, Strings)> {
        let (name, list) = self.0.take_first_pair()?;
        Some((string(name), Strings(List::at(list))))
    }
}

impl Schema {
    /// The keywords, in a fixed order.
    pub fn keywords(self) -> impl ExactSizeIterator<Item = Keyword> {
        entries(self.0).map(|(tag, operand)| decode(tag, operand))
    }

    /// Follows references to the schema that says something of its own.
    pub fn resolve(self) -> Schema {
        let mut schema = self;
        // A chain of definitions is a few links long; the bound makes a cycle of pure references harmless.
        for _ in 0..16 {
            match schema.reference() {
                Some((_, target)) => schema = target,
                None => break,
            }
        }
        schema
    }

    /// The definition that it refers to: name and schema.
    pub fn reference(self) -> Option<(&'static str, Schema)> {
        self.keywords().find_map(|keyword| match keyword {
            Keyword::Ref(name, target) => Some((name, target)),
            _ => None,
        })
    }

    /// The keyword `type`.
    pub fn types(self) -> Option<Types> {
        self.operand(Tag::Type).map(Types)
    }

    /// The keyword `properties`, of this very schema.
    pub fn properties(self) -> Option<Properties> {
        self.operand(Tag::Properties).map(|list| Properties(List::at(list)))
    }

    /// The schema of one property, of this very schema.
    pub fn property(self, name: &str) -> Option<Schema> {
        self.properties()?.get(name)
    }

    /// The keyword `items`.
    pub fn items(self) -> Option<Schema> {
        self.operand(Tag::Items).map(Schema)
    }

    /// The keyword `required`.
    pub fn required(self) -> impl ExactSizeIterator<Item = &'static str> {
        Strings(self.operand(Tag::Required).map_or(List::EMPTY, List::at))
    }

    /// The keyword `enum`, or the one that ignores case.
    pub fn enumeration(self) -> Option<Constants> {
        let list = self.operand(Tag::Enum).or_else(|| self.operand(Tag::EnumCaseInsensitive));
        list.map(|list| Constants(List::at(list)))
    }

    /// Whether a text is not among the values that the schema names, even if upper and lower case are the same. A
    /// schema that names none excludes none.
    pub fn excludes(self, text: &str) -> bool {
        let is_it = |value: Constant| value.text().eq_ignore_ascii_case(text);
        entries(self.0).any(|(tag, operand)| match tag {
            Tag::Const => !is_it(Constant::decode(operand)),
            Tag::Enum | Tag::EnumCaseInsensitive => !Constants(List::at(operand)).any(is_it),
            _ => false,
        })
    }

    /// The keyword `format`.
    pub fn format(self) -> Option<&'static str> {
        self.operand(Tag::Format).map(string)
    }

    /// The keyword `minimum`.
    pub fn minimum(self) -> Option<Number> {
        self.operand(Tag::Minimum).map(|text| Number(string(text)))
    }

    /// The keyword `maximum`.
    pub fn maximum(self) -> Option<Number> {
        self.operand(Tag::Maximum).map(|text| Number(string(text)))
    }

    /// Whether it is the schema that everything matches.
    pub fn is_true(self) -> bool {
        word(self.0) == 0
    }

    /// Whether it is the schema that nothing matches.
    pub fn is_false(self) -> bool {
        self.operand(Tag::False).is_some()
    }

    fn operand(self, wanted: Tag) -> Option<u32> {
        entries(self.0).find(|(tag, _)| *tag == wanted).map(|(_, operand)| operand)
    }
}

fn decode(tag: Tag, operand: u32) -> Keyword {
    let count = || string(operand).parse().unwrap_or(u64::MAX);
    let number = || Number(string(operand));
    let strings = || Strings(List::at(operand));
    let schemas = || Schemas(List::at(operand));
    let properties = || Properties(List::at(operand));
    let constants = || Constants(List::at(operand));
    match tag {
        Tag::False => Keyword::False,
        Tag::Type => Keyword::Type(Types(operand)),
        Tag::Enum => Keyword::Enum(constants()),
        Tag::EnumCaseInsensitive => Keyword::EnumCaseInsensitive(constants()),
        Tag::Const => Keyword::Const(Constant::decode(operand)),
        Tag::Pattern => Keyword::Pattern(string(operand)),
        Tag::Format => Keyword::Format(string(operand)),
        Tag::MinLength => Keyword::MinLength(count()),
        Tag::MaxLength => Keyword::MaxLength(count()),
        Tag::Minimum => Keyword::Minimum(number()),
        Tag::Maximum => Keyword::Maximum(number()),
        Tag::ExclusiveMinimum => Keyword::ExclusiveMinimum(number()),
        Tag::ExclusiveMaximum => Keyword::ExclusiveMaximum(number()),
        Tag::MultipleOf => Keyword::MultipleOf(number()),
        Tag::MinItems => Keyword::MinItems(count()),
        Tag::MaxItems => Keyword::MaxItems(count()),
        Tag::MinProperties => Keyword::MinProperties(count()),
        Tag::MaxProperties => Keyword::MaxProperties(count()),
        Tag::MaxUniqueItems => Keyword::MaxUniqueItems(count()),
        Tag::UniqueItems => Keyword::UniqueItems,
        Tag::UniqueKeys => Keyword::UniqueKeys(strings()),
        Tag::Items => Keyword::Items(Schema(operand)),
        Tag::PrefixItems => Keyword::PrefixItems(schemas()),
        Tag::Properties => Keyword::Properties(properties()),
        Tag::PatternProperties => Keyword::PatternProperties(properties()),
        Tag::AdditionalProperties => Keyword::AdditionalProperties(Schema(operand)),
        Tag::Required => Keyword::Required(strings()),
        Tag::RequiredXor => Keyword::RequiredXor(strings()),
        Tag::RequiredOr => Keyword::RequiredOr(strings()),
        Tag::DependentRequired => Keyword::DependentRequired(StringLists(List::at(operand))),
        Tag::DependentExcluded => Keyword::DependentExcluded(StringLists(List::at(operand))),
        Tag::DependentSchemas => Keyword::DependentSchemas(properties()),
        Tag::AnyOf => Keyword::AnyOf(schemas()),
        Tag::OneOf => Keyword::OneOf(schemas()),
        Tag::AllOf => Keyword::AllOf(schemas()),
        Tag::Not => Keyword::Not(Schema(operand)),
        Tag::If => Keyword::If(Schema(word(operand)), Schema(word(operand + 1)), Schema(word(operand + 2))),
        Tag::Ref => Keyword::Ref(string(word(operand)), Schema(word(operand + 1))),
        Tag::RefSlot => Keyword::Ref(string(word(operand)), Schema(word(word(operand + 1)))),
        Tag::Default => Keyword::Default(Constant::decode(operand)),
        Tag::InsertionOrder => Keyword::InsertionOrder,
        Tag::Document => Keyword::Document(string(word(operand)), Schema(word(operand + 1))),
        Tag::Contains => Keyword::Contains(Schema(operand)),
        Tag::PropertyNames => Keyword::PropertyNames(Schema(operand)),
    }
}
