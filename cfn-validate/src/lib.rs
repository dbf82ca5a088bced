//! What validation of CloudFormation and SAM templates finds, said in the forms that people and programs read.
//!
//! The rules themselves are `cfn_rules`. This crate adds where in a file a finding is ([`Source`],
//! [`Place`]), a renderer a format ([`render`]), and a page about each rule ([`pages`]). It prints nothing and touches
//! no file; that is for the program `cfn-validate`, which is the module `cli` behind the feature of that name.
//!
//! ```
//! use cfn_rules::{Options, validate_document};
//! use cfn_validate::{Source, Style, diagnostics, render};
//!
//! let source = Source::parse("jobs.yaml", "Resources: {Jobs: {Type: AWS::SQS::Quee}}\n".to_owned())?;
//! let report = validate_document(&source.document, &Options::default());
//! let text: String = diagnostics(&source, &report).iter().map(|found| render::human(found, Style::plain())).collect();
//! assert_eq!(text, "\
//! error[E3006]: `AWS::SQS::Quee` is not a resource type
//!  --> jobs.yaml:1:26
//!   |
//! 1 | Resources: {Jobs: {Type: AWS::SQS::Quee}}
//!   |                          ^^^^^^^^^^^^^^
//!   = at: Resources/Jobs/Type
//!   = help: did you mean `AWS::SQS::Queue`?
//!
//! ");
//! # Ok::<(), Box<cfn_validate::Diagnostic>>(())
//! ```

#[cfg(feature = "cli")]
pub mod cli;
mod counts;
mod diagnostic;
pub mod limits;
pub mod pages;
mod place;
mod process;
pub mod render;
mod source;
mod stream;
mod style;

pub use counts::{Counts, plural};
pub use diagnostic::{Diagnostic, Silence, diagnostics, heard_and_silenced};
pub use place::{Excerpt, Place, nth_line};
pub use process::{Streams, Surroundings};
pub use source::{Source, display, node_at, parse_node, read_text, written_path};
pub use stream::{Stream, plain};
pub use style::Style;
