//! A stack: a template with a name.

use std::ops::{Deref, DerefMut};

use cfn_model::Template;

use crate::Construct;

/// A template with a name: the unit that CloudFormation deploys.
///
/// It derefs to its [`Template`], so resources, parameters and outputs are added to the stack itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    name: String,
    template: Template,
}

impl Stack {
    /// An empty stack. The name goes into file names and messages.
    pub fn new(name: impl Into<String>) -> Stack {
        Stack { name: name.into(), template: Template::new() }
    }

    /// A stack on a template that already exists: one that was read from a file.
    pub fn from_template(name: impl Into<String>, template: Template) -> Stack {
        Stack { name: name.into(), template }
    }

    /// The stack's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The template.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Adds a construct; the same as [`Construct::add_to`], for those who like the stack first.
    #[track_caller]
    pub fn construct<C: Construct>(&mut self, construct: C) -> C::Handle {
        construct.add_to(self)
    }

    /// The template, without the name.
    pub fn into_template(self) -> Template {
        self.template
    }
}

impl Deref for Stack {
    type Target = Template;

    fn deref(&self) -> &Template {
        &self.template
    }
}

impl DerefMut for Stack {
    fn deref_mut(&mut self) -> &mut Template {
        &mut self.template
    }
}
