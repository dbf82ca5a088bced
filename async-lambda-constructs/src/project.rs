//! What a synth program is about.

use std::error::Error;

use async_lambda_model::{AppModel, Application, Problem};

use crate::Stack;

/// What a synth program is about: stacks that were put together, or an application that becomes one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Project {
    /// Stacks, in the order in which they are written.
    Stacks(Vec<Stack>),
    /// An application, or everything that is wrong with it. Stage and settings are given on the command line.
    Application(Result<AppModel, Vec<Problem>>),
}

/// What [`main`](crate::main) takes: a stack, several, an application, or the error that kept them from being made.
///
/// `Kind` tells the compiler which of these it is; it is always inferred.
pub trait IntoStacks<Kind = kind::Stacks> {
    /// What the program is about.
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
        Ok(Project::Application(self.model()))
    }
}

impl<T: IntoStacks<K>, K, E: Into<Box<dyn Error>>> IntoStacks<kind::Fallible<K>> for Result<T, E> {
    fn into_project(self) -> Result<Project, Box<dyn Error>> {
        self.map_err(Into::into)?.into_project()
    }
}
