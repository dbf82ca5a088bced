//! What a synth program is about.

#[cfg(feature = "app")]
mod application;

use std::error::Error;

use crate::Stack;
#[cfg(feature = "app")]
use crate::program::Program;

#[cfg(feature = "app")]
pub use application::{AppWithResources, Resources};

/// What a synth program is about: stacks that were put together, or an application that becomes one.
#[derive(Debug)]
#[non_exhaustive]
#[cfg_attr(feature = "app", expect(clippy::large_enum_variant, reason = "a program has one of it"))]
pub enum Project {
    /// Stacks, in the order in which they are written.
    Stacks(Vec<Stack>),
    /// An application, or everything that is wrong with it. Stage and settings are given on the command line.
    #[cfg(feature = "app")]
    Application {
        /// The application.
        model: Result<async_lambda_model::AppModel, Vec<async_lambda_model::Problem>>,
        /// What is added to its stack.
        resources: Resources,
        /// The stacks beside it, and what is done to all of them.
        program: Box<Program>,
    },
}

/// What [`main`](crate::main) takes: a stack, several, an application, or the error that kept them from being made.
///
/// `Kind` tells the compiler which of these it is; it is always inferred.
#[diagnostic::on_unimplemented(
    message = "`main` cannot synthesize `{Self}`",
    label = "neither stacks nor an application",
    note = "`main` takes a `Stack`, a `Vec<Stack>`, an `App`, an `App` with resources (`app().with_resources(..)`), or a \
            `Result` of one of them",
    note = "an `App` needs the feature `app` of `async-lambda-constructs`, which is on by default"
)]
pub trait IntoStacks<Kind = kind::Stacks> {
    /// What the program is about.
    ///
    /// # Errors
    ///
    /// The error that kept the stacks from being made.
    fn into_project(self) -> Result<Project, Box<dyn Error>>;
}

/// The kinds of [`IntoStacks`].
pub mod kind {
    use std::marker::PhantomData;

    /// Stacks.
    #[derive(Debug)]
    pub enum Stacks {}
    /// An [`Application`](async_lambda_model::Application).
    #[cfg(feature = "app")]
    #[derive(Debug)]
    pub enum Application {}
    /// An [`Application`](async_lambda_model::Application) with [resources](crate::WithResources) of its own.
    #[cfg(feature = "app")]
    #[derive(Debug)]
    pub enum WithResources {}
    /// A `Result` of another kind.
    #[derive(Debug)]
    pub struct Fallible<Kind>(PhantomData<Kind>);
}

impl IntoStacks for Stack {
    fn into_project(self) -> Result<Project, Box<dyn Error>> {
        Ok(Project::Stacks(vec![self]))
    }
}

impl IntoStacks for Vec<Stack> {
    fn into_project(self) -> Result<Project, Box<dyn Error>> {
        Ok(Project::Stacks(self))
    }
}

impl<T: IntoStacks<K>, K, E: Into<Box<dyn Error>>> IntoStacks<kind::Fallible<K>> for Result<T, E> {
    fn into_project(self) -> Result<Project, Box<dyn Error>> {
        self.map_err(Into::into)?.into_project()
    }
}
