//! How findings are said: one renderer a format.
//!
//! | function | for |
//! |---|---|
//! | [`human`] | people: the line of the file with a caret, as a compiler shows it |
//! | [`json`] | programs: an object a line |
//! | [`sarif`] | code scanning: [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/) |
//! | [`github`] | annotations of a pull request, from the log of a GitHub workflow |
//! | [`junit()`] | what shows test results |

mod github;
mod human;
mod json;
mod junit;
mod sarif;
mod visible;

pub use github::github;
pub use human::human;
pub use json::json;
pub use junit::{Suite, junit};
pub use sarif::sarif;
