//! What is to be written: the facts of a resource type in Rust's terms.

/// A resource type.
#[derive(Clone, Debug)]
pub struct Resource {
    /// `AWS::SQS::Queue`.
    pub type_name: &'static str,
    /// Its page of the reference.
    pub url: String,
    /// The struct of its properties.
    pub properties: Struct,
    /// What its properties are made of.
    pub parts: Parts,
    /// What `Fn::GetAtt` offers.
    pub attributes: Vec<Attribute>,
}

/// What properties are made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The module that holds them: `queue`.
    pub module: String,
    /// The objects.
    pub structs: Vec<Struct>,
    /// The sets of strings.
    pub enums: Vec<Enum>,
}

/// An object with known properties.
#[derive(Clone, Debug)]
pub struct Struct {
    /// `SSESpecification`.
    pub name: String,
    /// A sentence about it.
    pub doc: String,
    /// Its properties, in the schema's order.
    pub fields: Vec<Field>,
    /// Whether a field of another struct holds it in a `Box`.
    pub boxed: bool,
    /// Whether it takes properties of any other name as well.
    pub open: bool,
}

/// A property.
#[derive(Clone, Debug)]
pub struct Field {
    /// `DelaySeconds`.
    pub property: &'static str,
    /// `delay_seconds`.
    pub name: String,
    /// What it holds.
    pub ty: Type,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it holds its struct in a `Box`.
    pub boxed: bool,
    /// The facts, as a line of Markdown.
    pub doc: String,
}

/// The type of a property.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// `String`
    String,
    /// `i64`
    Integer,
    /// `f64`
    Number,
    /// `bool`
    Boolean,
    /// Free-form JSON.
    Node,
    /// A type that is written by hand: its path.
    Named(&'static str),
    /// A list of a type.
    List(Box<Type>),
    /// An object with free keys.
    Map(Box<Type>),
    /// The struct with this number in [`Parts::structs`].
    Struct(usize),
    /// The enum with this number in [`Parts::enums`].
    Enum(usize),
}

impl Type {
    /// What its lists and maps hold.
    pub fn innermost(&self) -> &Type {
        match self {
            Type::List(inner) | Type::Map(inner) => inner.innermost(),
            other => other,
        }
    }
}

/// A known set of strings.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// `RedrivePermission`.
    pub name: String,
    /// Name and text of each variant but `Other`.
    pub variants: Vec<(String, &'static str)>,
    /// Whether upper and lower case are the same.
    pub ignores_case: bool,
}

/// An attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// `Endpoint.Address`, or `Outputs.*`.
    pub attribute: &'static str,
    /// `endpoint_address`.
    pub name: String,
    /// What it is: no struct, no enum.
    pub ty: Type,
}
