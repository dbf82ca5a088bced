//! CloudFormation's intrinsic functions: their names, their typed form and their JSON form.

mod build;
mod function;
mod typed;
mod value;

pub use build::*;
pub use function::Function;
pub use typed::{Condition, ForEach, Intrinsic, StackOutput};
pub use value::{List, Map, StringEnum, Value};
