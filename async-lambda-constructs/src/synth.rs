//! From a stack to a validated template.

use cfn_model::{Object, Report, Template};
use cfn_rules::{NestedTemplates, Options, Validate as _};

use crate::Stack;

/// A stack whose template is finished, and what validation says of it.
#[derive(Clone, Debug)]
pub struct Synthesized {
    /// The stack's name.
    pub name: String,
    /// The template, extras included.
    pub template: Template,
    /// Every finding. A template with errors must not be written.
    pub report: Report,
}

/// Merges the extras into the stack's template, last, and validates the result.
pub fn synthesize(stack: Stack, extras: Option<&Object>) -> Synthesized {
    let name = stack.name().to_owned();
    let mut template = stack.into_template();
    if let Some(extras) = extras {
        template.merge(extras.clone());
    }
    let report = template.validate();
    Synthesized { name, template, report }
}

/// Validates the stack's template, which is finished, with the templates of the nested stacks beside it.
pub(crate) fn synthesize_beside(stack: Stack, nested: NestedTemplates<'_>) -> Synthesized {
    let (name, template) = (stack.name().to_owned(), stack.into_template());
    let report = cfn_rules::validate(&template, &Options { nested: Some(nested), ..Options::default() });
    Synthesized { name, template, report }
}
