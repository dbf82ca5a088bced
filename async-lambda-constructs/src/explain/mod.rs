//! What the schema says of a type or a property, put together for a reader.
//!
//! Nothing here prints: an [`Explanation`] is data, and the command line renders it.

mod facts;
mod lookup;
mod shape;
pub(crate) mod suggest;

pub use facts::{Attribute, Change, Fact, Property, TypeFacts};
pub use lookup::{Explanation, NotFound, explain, explain_with};
pub use suggest::closest;
