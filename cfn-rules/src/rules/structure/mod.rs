//! The sections of a template, one file each.

mod conditions;
mod globals;
mod init;
mod mappings;
mod outputs;
mod parameters;
mod policies;
mod resources;
mod rules_section;
mod sections;
mod shape;

use cfn_model::{Finding, Node, Object, Rule};

use super::functions::{Scope, Walker};
use crate::{
    codes as rules,
    facts::{conditions::Fact, context::Context, place::Place, text},
    found::Findings,
    rules::index::Index,
    schema::Checker,
};

/// What the checks of all sections share.
pub(crate) struct Sections<'c> {
    pub(crate) context: &'c Context<'c>,
    pub(crate) findings: Findings,
    pub(crate) walker: Walker<'c>,
    pub(crate) checker: Checker<'c>,
}

impl<'c> Sections<'c> {
    pub(crate) fn new(
        context: &'c Context<'c>,
        index: &'c Index,
        rule_of: fn(&str) -> Option<&'static Rule>,
    ) -> Sections<'c> {
        Sections {
            context,
            findings: Findings::default(),
            walker: Walker::new(context, index),
            checker: Checker::new(context, rule_of),
        }
    }

    /// Checks the whole template.
    pub(crate) fn check(&mut self) {
        self.sections();
        self.parameters();
        self.mappings();
        self.conditions();
        self.rules();
        self.globals();
        self.resources();
        self.outputs();
        self.findings.absorb(self.checker.take());
    }

    fn fail(&mut self, rule: &'static Rule, place: &Place<'_>, message: impl Into<String>) -> &mut Finding {
        self.findings.push(Finding::new(rule, place.to_path(), message))
    }

    /// Says that a value is not what it has to be.
    fn wrong(&mut self, rule: &'static Rule, place: &Place<'_>, expected: &str, node: &Node) {
        self.wrong_with_help(rule, place, expected, node, None);
    }

    /// [`Sections::wrong`], with what was meant.
    fn wrong_with_help(
        &mut self,
        rule: &'static Rule,
        place: &Place<'_>,
        expected: &str,
        node: &Node,
        help: Option<String>,
    ) {
        let actual = text::shown(node);
        let message = format!("`{}` must be {expected}, got {actual}", place.name());
        let finding = self.fail(rule, place, message);
        finding.expected = Some(expected.to_owned());
        finding.actual = Some(actual);
        finding.help = help;
    }

    /// The value as an object; reports anything else.
    fn object<'n>(&mut self, rule: &'static Rule, place: &Place<'_>, node: &'n Node) -> Option<&'n Object> {
        let object = node.as_object();
        if object.is_none() && !matches!(node, Node::Null) {
            self.wrong(rule, place, "an object", node);
        }
        object
    }

    /// Reports what is never there, because its condition contradicts itself.
    fn never(&mut self, rule: &'static Rule, fact: Option<&Fact<'_>>, place: &Place<'_>) -> bool {
        let Some(fact) = fact.filter(|fact| self.context.conditions.contradictory(fact)) else { return false };
        let Fact::Condition(id, _) = fact else { return false };
        let condition = self.context.conditions.name(*id);
        let message = format!("`{}` is never there: condition `{condition}` contradicts itself", place.name());
        self.fail(rule, place, message).help = Some(format!("mend condition `{condition}`"));
        true
    }

    /// Reports loops in a section whose names nobody unrolls.
    fn loops(&mut self, rule: &'static Rule, section: &Object, place: &Place<'_>) {
        if self.context.transforms.language_extensions {
            return;
        }
        for (name, node) in section.iter().filter(|(name, _)| name.starts_with("Fn::ForEach")) {
            let message = format!("`{}` is a name here, which letters and digits make", text::shortened(name));
            let help = "add `AWS::LanguageExtensions` to `Transform`".to_owned();
            self.fail(rule, &place.key(name), message).help = Some(help);
            if !std::ptr::eq(rule, &rules::E3001) {
                let outside = Object::from_iter([(name.clone(), node.clone())]);
                self.walker.walk(&Node::Object(outside), place, Scope::VALUE);
            }
        }
    }

    /// Reports too many members.
    fn at_most(&mut self, rule: &'static Rule, place: &Place<'_>, what: &str, most: usize, count: usize) {
        if count > most {
            let message = format!("`{}` must have at most {most} {what}, got {count}", place.name());
            let finding = self.fail(rule, place, message);
            finding.expected = Some(format!("at most {most} {what}"));
            finding.actual = Some(count.to_string());
        }
    }

    /// Reports a text that is too long; the limit counts characters.
    fn length(&mut self, rule: &'static Rule, place: &Place<'_>, most: usize, given: &str) {
        let count = given.chars().count();
        if count > most {
            let message =
                format!("`{}` must have at most {most} characters, got {count}", text::shortened(&place.name()));
            self.fail(rule, place, message).expected = Some(format!("at most {most} characters"));
        }
    }

    /// Reports a name that is not made of letters and digits. Nothing else is said of what has such a name.
    fn name(&mut self, rule: &'static Rule, place: &Place<'_>, name: &str) -> bool {
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return true;
        }
        let message = format!("`{}` must be made of letters and digits", text::shortened(name));
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let finding = self.fail(rule, place, message);
        finding.expected = Some("letters and digits".to_owned());
        finding.actual = Some(name.to_owned());
        finding.help = Some(format!("for example `{letters}`")).filter(|_| !letters.is_empty());
        false
    }
}
