//! Forms of arguments.

use cfn_model::{Node, Number, Rule};
use cfn_schema::Types;

use super::{Function, Kind, REGIONS};
use crate::{codes as rules, facts::text};

/// The functions that an argument can be.
pub(super) type Allowed = &'static [Function];

/// A place for an argument.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(super) wanted: Wanted,
    /// The functions that are allowed here; any other is an object with one key.
    pub(super) functions: Allowed,
    pub(super) limit: Limit,
    /// What the members of a list have to be; without it, they can be anything.
    pub(super) members: Option<&'static Slot>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A string; numbers and booleans are strings too.
    Text,
    Integer,
    List,
    /// A list or an object, with something in it.
    Structure,
    Anything,
}

/// Restrictions of a value besides its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    None,
    /// A block of addresses: `10.0.0.0/16`.
    Block,
    /// A number from the first to the second.
    Range(i64, i64),
    /// A region, or nothing for the region of the stack.
    Region,
}

/// Whose argument it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    pub(crate) name: &'static str,
    /// The rule for a value that is not what is wanted.
    pub(crate) rule: &'static Rule,
}

impl Owner {
    pub(crate) const OUTPUT: Owner = Owner { name: "Value", rule: &rules::E6101 };
    pub(crate) const EXPORT: Owner = Owner { name: "Name", rule: &rules::E6102 };
}

impl Slot {
    /// A string, or one of these functions.
    pub(crate) const fn text(functions: Allowed) -> Slot {
        Slot { wanted: Wanted::Text, functions, limit: Limit::None, members: None }
    }

    pub(super) const fn list(functions: Allowed, members: Option<&'static Slot>) -> Slot {
        Slot { wanted: Wanted::List, functions, limit: Limit::None, members }
    }

    pub(super) const fn anything(functions: Allowed) -> Slot {
        Slot { wanted: Wanted::Anything, functions, limit: Limit::None, members: None }
    }

    pub(super) const fn integer(functions: Allowed, limit: Limit) -> Slot {
        Slot { wanted: Wanted::Integer, functions, limit, members: None }
    }

    pub(super) const fn limited(self, limit: Limit) -> Slot {
        Slot { limit, ..self }
    }

    /// What it takes, for a reader.
    pub(super) fn expected(self) -> String {
        match (self.limit, self.wanted) {
            (Limit::Block, _) => "a block of addresses such as `10.0.0.0/16`".to_owned(),
            (Limit::Range(0, i64::MAX), _) => "an index of 0 or more".to_owned(),
            (Limit::Range(0, most), _) => format!("an index from 0 to {most}"),
            (Limit::Range(least, most), _) => format!("a number from {least} to {most}"),
            (Limit::Region, _) => "a region, or an empty string for the region of the stack".to_owned(),
            (Limit::None, Wanted::Text) => "a string here".to_owned(),
            (Limit::None, Wanted::Integer) => "an integer here".to_owned(),
            (Limit::None, Wanted::List) => "a list here".to_owned(),
            (Limit::None, Wanted::Structure | Wanted::Anything) => "an object or a list that is not empty".to_owned(),
        }
    }

    /// Whether a value that is not a call is what is wanted, apart from its members.
    pub(super) fn takes(self, node: &Node) -> bool {
        let is_of_type = match (self.wanted, node) {
            (Wanted::Text, _) => text::scalar(node).is_some(),
            (Wanted::Integer, Node::String(text)) => text.trim().parse::<i64>().is_ok(),
            (Wanted::Integer, _) => matches!(node, Node::Number(_)),
            (Wanted::List, _) => matches!(node, Node::Array(_)),
            (Wanted::Structure, Node::Array(items)) => !items.is_empty(),
            (Wanted::Structure, Node::Object(object)) => !object.is_empty(),
            (Wanted::Structure, _) => false,
            (Wanted::Anything, _) => true,
        };
        is_of_type
            && match self.limit {
                Limit::None => true,
                Limit::Block => text::scalar(node).is_some_and(|text| is_block(&text)),
                Limit::Region => text::scalar(node).is_some_and(|text| text.is_empty() || REGIONS.contains(&&*text)),
                Limit::Range(least, most) => match node {
                    Node::Number(Number::Decimal(text)) => {
                        text.parse().is_ok_and(|number: f64| (least as f64..=most as f64).contains(&number))
                    }
                    _ => text::scalar(node)
                        .and_then(|text| text.trim().parse().ok())
                        .is_some_and(|number: i64| (least..=most).contains(&number)),
                },
            }
    }

    /// Whether the result of a function can be what is wanted.
    pub(super) fn takes_kind(self, kind: Kind) -> bool {
        match self.wanted {
            Wanted::Anything => true,
            Wanted::Text | Wanted::Integer => matches!(kind, Kind::Scalar | Kind::Any),
            Wanted::List | Wanted::Structure => matches!(kind, Kind::List | Kind::Any),
        }
    }

    /// Whether an attribute of these types can be what is wanted. CloudFormation converts only numbers and booleans here.
    pub(super) fn takes_types(self, types: Types) -> bool {
        match self.wanted {
            Wanted::Integer | Wanted::Anything => true,
            Wanted::Text => types.contains(Types::STRING),
            Wanted::List => types.contains(Types::ARRAY),
            Wanted::Structure => types.contains(Types::ARRAY) || types.contains(Types::OBJECT),
        }
    }
}

/// Whether a string is a block of IPv4 or IPv6 addresses: `10.0.0.0/16`.
fn is_block(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, size)| {
        let fits = |most: u8| size.len() <= 3 && size.parse::<u8>().is_ok_and(|size| size <= most);
        match address.parse::<std::net::IpAddr>() {
            Ok(std::net::IpAddr::V4(_)) => fits(32),
            Ok(std::net::IpAddr::V6(_)) => fits(128),
            Err(_) => false,
        }
    })
}

/// The functions of a property.
const VALUE: Allowed = &[
    Function::Base64,
    Function::Cidr,
    Function::FindInMap,
    Function::GetAtt,
    Function::GetAzs,
    Function::GetStackOutput,
    Function::If,
    Function::ImportValue,
    Function::Join,
    Function::Length,
    Function::Ref,
    Function::Select,
    Function::Split,
    Function::Sub,
    Function::ToJsonString,
    Function::Transform,
];

/// The value of an output.
pub(crate) const OUTPUT: Slot = Slot::text(VALUE);

/// The name of an export.
pub(crate) const EXPORT: Slot = Slot::text(&[
    Function::Base64,
    Function::Cidr,
    Function::FindInMap,
    Function::GetAtt,
    Function::GetAzs,
    Function::If,
    Function::ImportValue,
    Function::Join,
    Function::Length,
    Function::Ref,
    Function::Select,
    Function::Split,
    Function::Sub,
    Function::ToJsonString,
    Function::Transform,
]);
