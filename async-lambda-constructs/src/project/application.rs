//! An application as what a synth program is about.

use std::{error::Error, fmt};

use async_lambda_model::Application;

use super::{IntoStacks, Project, kind};
use crate::AppStack;

pub use crate::app::AppWithResources;

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

impl<A: Application> IntoStacks<kind::Application> for A {
    fn into_project(self) -> Result<Project, Box<dyn Error>> {
        Ok(Project::Application { model: self.model(), resources: Resources::default(), program: Box::default() })
    }
}

impl<A: Application, F: FnOnce(&mut AppStack) + 'static> IntoStacks<kind::WithResources> for AppWithResources<A, F> {
    fn into_project(self) -> Result<Project, Box<dyn Error>> {
        let resources = Resources(Some(Box::new(self.add)));
        Ok(Project::Application { model: self.app.model(), resources, program: Box::default() })
    }
}
