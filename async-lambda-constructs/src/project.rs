//! What a synth program is about.

use std::{error::Error, fmt};

use async_lambda_model::{AppModel, Application, Problem};

use crate::{AppStack, Stack};

pub use crate::app::AppWithResources;

/// What a synth program is about: stacks that were put together, or an application that becomes one.
#[derive(Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "a program has one of it")]
pub enum Project {
    /// Stacks, in the order in which they are written.
    Stacks(Vec<Stack>),
    /// An application, or everything that is wrong with it. Stage and settings are given on the command line.
    Application {
        /// The application.
        model: Result<AppModel, Vec<Problem>>,
        /// What is added to its stack.
        resources: Resources,
    },
}

/// What is added to the stack of an application, besides its tasks: nothing, unless it was made
/// [`with_resources`](crate::WithResources::with_resources).
#[derive(Default)]
pub struct Resources(Option<Add>);

type Add = Box<dyn FnOnce(&mut AppStack)>;

impl Resources {
    /// Adds them.
    pub(crate) fn apply(self, stack: &mut AppStack) {
        if let Some(add) = self.0 {
            add(stack);
        }
    }
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Resources").field(&self.0.is_some()).finish()
    }
}

/// What [`main`](crate::main) takes: a stack, several, an application, or the error that kept them from being made.
///
/// `Kind` tells the compiler which of these it is; it is always inferred.
#[diagnostic::on_unimplemented(
    message = "`main` cannot synthesize `{Self}`",
    label = "neither stacks nor an application",
    note = "`main` takes a `Stack`, a `Vec<Stack>`, an `App`, an `App` with resources (`app().with_resources(..)`), or a \
            `Result` of one of them"
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
    #[derive(Debug)]
    pub enum Application {}
    /// An [`Application`](async_lambda_model::Application) with [resources](crate::WithResources) of its own.
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

impl<A: Application> IntoStacks<kind::Application> for A {
    fn into_project(self) -> Result<Project, Box<dyn Error>> {
        Ok(Project::Application { model: self.model(), resources: Resources::default() })
    }
}

impl<A: Application, F: FnOnce(&mut AppStack) + 'static> IntoStacks<kind::WithResources> for AppWithResources<A, F> {
    fn into_project(self) -> Result<Project, Box<dyn Error>> {
        Ok(Project::Application { model: self.app.model(), resources: Resources(Some(Box::new(self.add))) })
    }
}

impl<T: IntoStacks<K>, K, E: Into<Box<dyn Error>>> IntoStacks<kind::Fallible<K>> for Result<T, E> {
    fn into_project(self) -> Result<Project, Box<dyn Error>> {
        self.map_err(Into::into)?.into_project()
    }
}
