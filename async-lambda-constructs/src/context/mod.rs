//! Values from outside: which ones a program wants, by name, type and rule, and those that `--context` gives.
//!
//! A program declares its values before it makes a stack, so `--help` lists them and a wrong one is an error before anything is
//! made. They come from the command line and from nowhere else: the same arguments give the same templates.
//!
//! ```no_run
//! use async_lambda_constructs::{context, prelude::*};
//!
//! fn program(stage: &str, workers: u32) -> Program {
//!     let mut stack = Stack::new(format!("orders-{stage}"));
//!     let queue = ManagedQueue::new().visibility_timeout(i64::from(workers) * 60);
//!     stack.add("Jobs", queue);
//!     Program::new().stack(stack)
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     async_lambda_constructs::main_with(
//!         (
//!             context::value::<String>("stage", "the stage to deploy").one_of(["dev", "prod"]).default("dev"),
//!             context::value::<u32>("workers", "workers at once").range(1..=10).default(2_u32),
//!         ),
//!         |(stage, workers)| program(&stage, workers),
//!     )
//! }
//! ```
//!
//! `cargo run --bin synth -- --context stage=prod -c workers=5` gives them. Tests call `program("prod", 5)`.

mod kind;
mod problem;
mod read;
mod value;

pub(crate) use problem::Problem;
pub use problem::Problems;
pub use read::{Declarations, Given};
pub(crate) use read::{Used, check, read_all};
pub(crate) use value::Spec;
pub use value::{Optional, Wanted, value};

/// The values that a program wants: [one](value), an [optional](Wanted::optional) one, a tuple of up to twelve, or `()`. A tuple can
/// be in a tuple.
#[diagnostic::on_unimplemented(
    message = "`{Self}` declares no values of the program",
    label = "not `context::value(..)`, nor a tuple of them"
)]
pub trait Context {
    /// The values themselves, as the program gets them.
    type Values;

    /// Adds what it wants to a list, in the order of `--help`.
    fn declare(&self, declarations: &mut Declarations);

    /// The values, out of those that were given; `None` where one is wrong or missing, which is then a problem of `given`.
    fn read(self, given: &mut Given) -> Option<Self::Values>;
}

/// The values as a program gets them, where these texts were given: for tests of what is declared.
///
/// ```
/// use async_lambda_constructs::context;
///
/// let workers = || context::value::<u32>("workers", "workers at once").default(2_u32);
/// assert_eq!(context::read(workers(), [("workers", "5")]).unwrap(), 5);
/// assert_eq!(context::read(workers(), []).unwrap(), 2);
/// assert_eq!(
///     context::read(workers(), [("workers", "many")]).unwrap_err().to_string(),
///     "context `workers`: must be a whole number from 0 to 4294967295, got `many`"
/// );
/// ```
///
/// # Errors
///
/// Everything that is wrong with what is declared, or with what was given.
pub fn read<C: Context>(
    context: C,
    given: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> Result<C::Values, Problems> {
    let mut declarations = Declarations::default();
    context.declare(&mut declarations);
    let specs = declarations.into_specs();
    let wrong = check(&specs);
    if !wrong.is_empty() {
        return Err(Problems(wrong));
    }
    let given = given.into_iter().map(|(key, text)| (key.to_owned(), text.to_owned())).collect();
    read_all(context, &specs, given).map(|(values, _)| values).map_err(Problems)
}
