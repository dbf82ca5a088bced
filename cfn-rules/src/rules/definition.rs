//! The form of a rule: one file with its code, severity, title, explanation, what it looks at, its check and its tests.

use cfn_model::{Finding, Function, Node, Object, Path, Rule};

use super::{functions::Walker, values::Look};
use crate::{
    facts::{
        conditions::Fact,
        context::{self, Context},
        flow::graph::Flow,
        names,
        place::Place,
    },
    found::Findings,
};

/// A rule with everything that belongs to it.
#[derive(Debug)]
pub(crate) struct Definition {
    /// What its findings name.
    pub(crate) rule: Rule,
    /// The lines of the explanation, as the doc comment of the rule has them: each begins with a space.
    pub(crate) page: &'static str,
    /// What it looks at, and how.
    pub(crate) on: On,
    /// The codes of rules that say less about the same mistake: at the same property, only this one is reported.
    pub(crate) supersedes: &'static [&'static str],
    /// As `supersedes`, anywhere in the same resource.
    pub(crate) supersedes_in_resource: &'static [&'static str],
}

/// What a rule looks at.
#[derive(Debug)]
pub(crate) enum On {
    /// The text that a template was read from, with its document. Only callers that have a text ask.
    Text(fn(&str, &Object, &mut Reporter<'_>)),
    /// The template as a whole.
    Document(fn(&Context<'_>, &mut Reporter<'_>)),
    /// The template as a whole, and its text where there is one.
    DocumentAndText(fn(&Context<'_>, &mut Reporter<'_>), fn(&str, &Object, &mut Reporter<'_>)),
    /// Each entry of a section.
    Section(&'static str, fn(&Entry<'_>, &mut Reporter<'_>)),
    /// Each resource of these types, or of any type where the list is empty.
    Resource(&'static [&'static str], fn(&Look<'_, '_>, &mut Reporter<'_>)),
    /// An attribute of each resource, such as `UpdatePolicy`. The check says which function calls in it are looked at.
    Attribute(&'static str, fn(&Attribute<'_>, &mut Walker<'_>, &mut Reporter<'_>)),
    /// Each call of these functions that is well-formed.
    Call(&'static [Function], fn(&Call<'_>, &mut Reporter<'_>)),
    /// Each string that is a value.
    Literal(fn(&Literal<'_>, &mut Reporter<'_>)),
    /// Each reference to a resource of the template.
    Reference(fn(&Reference<'_>, &mut Reporter<'_>)),
    /// The asynchronous flow: queues, functions, event source mappings, roles.
    Flow(fn(&Flow<'_>, &mut Reporter<'_>)),
    /// Properties for which `schema/extensions.json` has a schema with this rule's code: the schema is the check.
    Extension,
}

/// An entry of a section.
pub(crate) struct Entry<'c> {
    pub(crate) context: &'c Context<'c>,
    pub(crate) name: &'c str,
    pub(crate) node: &'c Node,
    pub(crate) place: Place<'c>,
}

impl<'c> Entry<'c> {
    /// The entry as an object, unless a loop or a macro replaces it or its name is wrong, which is reported instead.
    pub(crate) fn object(&self) -> Option<&'c Object> {
        let is_named = !context::is_replaced(self.name) && names::is_name(self.name);
        self.node.as_object().filter(|_| is_named)
    }
}

/// An attribute of a resource.
pub(crate) struct Attribute<'c> {
    pub(crate) context: &'c Context<'c>,
    /// The type of the resource, where it has one.
    pub(crate) kind: Option<&'c str>,
    pub(crate) node: &'c Node,
    pub(crate) place: Place<'c>,
}

/// A call of a function.
pub(crate) struct Call<'c> {
    pub(crate) context: &'c Context<'c>,
    pub(crate) function: Function,
    pub(crate) argument: &'c Node,
    /// The place of the argument.
    pub(crate) place: &'c Place<'c>,
    /// What holds where the call is.
    pub(crate) facts: &'c [Fact<'c>],
}

/// A string that is a value.
pub(crate) struct Literal<'c> {
    pub(crate) context: &'c Context<'c>,
    pub(crate) text: &'c str,
    pub(crate) place: &'c Place<'c>,
    /// Whether it is an argument of a function, which makes something else of it.
    pub(crate) is_argument: bool,
}

/// A reference to a resource of the template in a function.
pub(crate) struct Reference<'c> {
    pub(crate) context: &'c Context<'c>,
    /// The resource that is referred to.
    pub(crate) id: &'c str,
    pub(crate) resource: &'c Node,
    /// The place of the reference.
    pub(crate) place: &'c Place<'c>,
    /// What holds where the reference is.
    pub(crate) facts: &'c [Fact<'c>],
    /// The condition that the resource with the reference has, defined or not.
    pub(crate) own_condition: Option<&'c str>,
}

/// Reports findings of one rule.
pub(crate) struct Reporter<'r> {
    pub(super) rule: &'static Rule,
    pub(super) findings: &'r mut Findings,
}

/// A finding that was reported, to say more about it.
pub(crate) struct Reported<'r>(pub(super) &'r mut Finding);

impl Definition {
    /// Where the rule's findings go.
    pub(crate) fn reporter<'r>(&'static self, findings: &'r mut Findings) -> Reporter<'r> {
        Reporter { rule: &self.rule, findings }
    }
}

impl Reporter<'_> {
    /// Reports the same mistake under another rule, where what a call results in has rules of its own.
    pub(crate) fn under(&mut self, rule: &'static Rule) -> Reporter<'_> {
        Reporter { rule, findings: self.findings }
    }

    /// Reports findings that a function with callers outside of the crate has made.
    pub(crate) fn all(&mut self, findings: Vec<Finding>) {
        self.findings.extend(findings);
    }

    /// Reports a mistake: subject, rule and actual value in one lower-case sentence.
    pub(crate) fn at(&mut self, path: Path, message: impl Into<String>) -> Reported<'_> {
        Reported(self.findings.push(Finding::new(self.rule, path, message)))
    }
}

impl Reported<'_> {
    /// How to fix it.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// What another rule says about the same mistake.
    pub(crate) fn cause(self, cause: Finding) -> Self {
        self.0.causes.push(cause);
        self
    }

    /// The values that are allowed.
    pub(crate) fn expected(self, expected: impl Into<String>) -> Self {
        self.0.expected = Some(expected.into());
        self
    }

    /// The value that was found.
    pub(crate) fn actual(self, actual: impl Into<String>) -> Self {
        self.0.actual = Some(actual.into());
        self
    }
}
