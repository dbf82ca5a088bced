//! The binary form's vocabulary, shared by the reader here and the builder in `xtask`.
//!
//! Two files: `schemas.txt`, all strings one after the other, and `schemas.bin`, little-endian 32-bit
//! words. The first words are a [`Header`](HEADER_WORDS); all other references are word offsets.
//!
//! | thing | words |
//! |---|---|
//! | string table | for each string its byte offset in `schemas.txt`; one more for the end |
//! | schema node | count, then for each keyword `tag << 24 \| operand` |
//! | list | count, then the members |
//! | list of pairs | count, then key and value in turn |
//! | type record | [`RECORD_WORDS`] words: see the constants |

/// Which keyword an entry of a schema node is. The comment says what the operand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Tag {
    /// Nothing matches.
    False,
    /// A bit set, see [`TYPE_NAMES`].
    Type,
    /// Offset of a list of constants.
    Enum,
    /// Offset of a list of constants.
    EnumCaseInsensitive,
    /// A constant.
    Const,
    /// A string.
    Pattern,
    /// A string.
    Format,
    /// The text of a number, as all the following.
    MinLength,
    MaxLength,
    Minimum,
    Maximum,
    ExclusiveMinimum,
    ExclusiveMaximum,
    MultipleOf,
    MinItems,
    MaxItems,
    MinProperties,
    MaxProperties,
    MaxUniqueItems,
    /// Nothing.
    UniqueItems,
    /// Offset of a list of strings.
    UniqueKeys,
    /// Offset of a node.
    Items,
    /// Offset of a list of nodes.
    PrefixItems,
    /// Offset of pairs of string and node, sorted by string.
    Properties,
    PatternProperties,
    /// Offset of a node.
    AdditionalProperties,
    /// Offset of a list of strings.
    Required,
    RequiredXor,
    RequiredOr,
    /// Offset of pairs of string and list of strings.
    DependentRequired,
    DependentExcluded,
    /// Offset of pairs of string and node.
    DependentSchemas,
    /// Offset of a list of nodes.
    AnyOf,
    OneOf,
    AllOf,
    /// Offset of a node.
    Not,
    /// Offset of three nodes: if, then, else.
    If,
    /// Offset of a pair: the definition's name, a node.
    Ref,
    /// Offset of a pair: the definition's name, the offset of a word that holds a node. A definition that contains itself.
    RefSlot,
    /// A constant.
    Default,
    /// Nothing: the order of the members means something.
    InsertionOrder,
    /// Offset of a pair: the code of a rule, a node.
    Document,
    /// Offset of a node.
    Contains,
    PropertyNames,
}

impl Tag {
    /// Every tag, at the index that is its number.
    pub const ALL: &'static [Tag] = &[
        Tag::False,
        Tag::Type,
        Tag::Enum,
        Tag::EnumCaseInsensitive,
        Tag::Const,
        Tag::Pattern,
        Tag::Format,
        Tag::MinLength,
        Tag::MaxLength,
        Tag::Minimum,
        Tag::Maximum,
        Tag::ExclusiveMinimum,
        Tag::ExclusiveMaximum,
        Tag::MultipleOf,
        Tag::MinItems,
        Tag::MaxItems,
        Tag::MinProperties,
        Tag::MaxProperties,
        Tag::MaxUniqueItems,
        Tag::UniqueItems,
        Tag::UniqueKeys,
        Tag::Items,
        Tag::PrefixItems,
        Tag::Properties,
        Tag::PatternProperties,
        Tag::AdditionalProperties,
        Tag::Required,
        Tag::RequiredXor,
        Tag::RequiredOr,
        Tag::DependentRequired,
        Tag::DependentExcluded,
        Tag::DependentSchemas,
        Tag::AnyOf,
        Tag::OneOf,
        Tag::AllOf,
        Tag::Not,
        Tag::If,
        Tag::Ref,
        Tag::RefSlot,
        Tag::Default,
        Tag::InsertionOrder,
        Tag::Document,
        Tag::Contains,
        Tag::PropertyNames,
    ];
}

/// The names of the bits of [`Tag::Type`], lowest first.
pub const TYPE_NAMES: [&str; 7] = ["string", "integer", "number", "boolean", "array", "object", "null"];

/// A constant is a string number with this bit set when the string is JSON text and not the value itself.
pub const JSON_CONSTANT: u32 = 1 << 23;

/// Header: fingerprint (a string), offset of the string table, count of strings, offset of the list of type records, offset of
/// the node of `Globals`, offset of the extensions: pairs of type name and list of extension records, sorted by name;
/// offset of the list of region names, offset of the types that are not in the data because its region has them not: pairs
/// of name and set of regions.
pub const HEADER_WORDS: usize = 8;
/// A set of regions: a bit for each in the order of the list, lowest first.
pub const REGION_WORDS: usize = 2;
/// An extension record: the rule, a string; the path below the properties, a string; the schema, a node; 1 where every
/// mistake is reported, and not the first one only.
pub const EXTENSION_WORDS: usize = 4;
/// A type record: name, node, attributes, and the lists that follow.
pub const RECORD_WORDS: usize = 12;
/// Position in a type record: the name, a string.
pub const RECORD_NAME: usize = 0;
/// Position in a type record: the schema, a node.
pub const RECORD_NODE: usize = 1;
/// Position in a type record: pairs of attribute name and node.
pub const RECORD_ATTRIBUTES: usize = 2;
/// Position in a type record: property paths, as all the following up to the primary identifier.
pub const RECORD_READ_ONLY: usize = 3;
/// Position in a type record.
pub const RECORD_CREATE_ONLY: usize = 4;
/// Position in a type record.
pub const RECORD_CONDITIONAL_CREATE_ONLY: usize = 5;
/// Position in a type record.
pub const RECORD_WRITE_ONLY: usize = 6;
/// Position in a type record.
pub const RECORD_DEPRECATED: usize = 7;
/// Position in a type record.
pub const RECORD_PRIMARY_IDENTIFIER: usize = 8;
/// Position in a type record: the path of the property that holds the tags, or nothing.
pub const RECORD_TAGS: usize = 9;
/// Position in a type record: what becomes of the service and since when, `sunset 2026-09-30`, or nothing.
pub const RECORD_LIFECYCLE: usize = 10;
/// Position in a type record: the regions that have the type, a set; 0 where nobody knows, or for all.
pub const RECORD_REGIONS: usize = 11;

/// In `actions.txt`, the mark behind an action that knows no resource.
pub const OF_ACCOUNT: char = '*';

/// In `actions.txt`, the letter before an action that shares no beginning with the one before it; the letters that
/// follow it in the alphabet stand for one byte, two bytes and so on.
pub const SHARES_NOTHING: u8 = b'A';
/// The longest beginning that has a letter.
pub const MOST_SHARED: usize = 25;
