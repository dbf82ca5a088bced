//! Reports of values that are not what they have to be, in the same words everywhere.

use cfn_model::{Function, Node, Object, Path};

use super::definition::{Attribute, Entry, Reported, Reporter};
use crate::{
    facts::{
        context::{self, Context},
        names::is_name,
        nulls::Part,
        place::Place,
        text,
    },
    found::Findings,
};

/// The entries of a section that no loop or macro replaces.
pub(crate) fn entries<'c>(context: &Context<'c>, section: &str) -> impl Iterator<Item = (&'c str, &'c Node)> {
    let all = context.section(section).into_iter().flatten();
    all.filter(|(name, _)| !context::is_replaced(name)).map(|(name, node)| (name.as_str(), node))
}

impl Reporter<'_> {
    /// Reports a value that is not what it has to be.
    pub(crate) fn must_be(&mut self, place: &Place<'_>, expected: &str, node: &Node) -> Reported<'_> {
        let actual = text::shown(node);
        let message = format!("`{}` must be {expected}, got {actual}", place.name());
        self.at(place.to_path(), message).expected(expected).actual(actual)
    }

    /// The value as an object; reports any other, except null, which has a rule of its own.
    pub(crate) fn object<'n>(&mut self, place: &Place<'_>, node: &'n Node) -> Option<&'n Object> {
        let object = node.as_object();
        if object.is_none() && !matches!(node, Node::Null) {
            self.must_be(place, "an object", node);
        }
        object
    }

    /// The section as an object, if the template has it; reports any other value.
    pub(crate) fn section(&mut self, context: &Context<'_>, name: &str) {
        if let Some(node) = context.document.get(name) {
            self.object(&Place::Root.key(name), node);
        }
    }

    /// Reports the nulls in a part of the template.
    pub(crate) fn nulls(&mut self, context: &Context<'_>, part: Part) {
        for null in context.nulls(part) {
            let message = format!("`{}` must have a value, got null", text::shortened(&null.name));
            self.at(null.path.clone(), message).actual("null").help("remove it, or use `{\"Ref\": \"AWS::NoValue\"}`");
        }
    }

    /// Reports more than so many members.
    pub(crate) fn at_most(&mut self, place: &Place<'_>, what: &str, most: usize, count: usize) {
        if count > most {
            let message = format!("`{}` must have at most {most} {what}, got {count}", place.name());
            self.at(place.to_path(), message).expected(format!("at most {most} {what}")).actual(count.to_string());
        }
    }

    /// Reports a string of more than so many characters.
    pub(crate) fn at_most_characters(&mut self, place: &Place<'_>, most: usize, given: &str) {
        let count = given.chars().count();
        if count > most {
            let name = place.name();
            let message = format!("`{}` must have at most {most} characters, got {count}", text::shortened(&name));
            self.at(place.to_path(), message).expected(format!("at most {most} characters"));
        }
    }

    /// Reports a name that does not consist of letters and digits. What has such a name is not checked any further.
    pub(crate) fn name(&mut self, place: &Place<'_>, name: &str) {
        if is_name(name) {
            return;
        }
        let message = format!("`{}` must consist of letters and digits", text::shortened(name));
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let example = Some(format!("for example `{letters}`")).filter(|_| !letters.is_empty());
        self.at(place.to_path(), message).expected("letters and digits").actual(name).help_if(example);
    }

    /// Reports a loop in a section, where it is a name without `AWS::LanguageExtensions`.
    pub(crate) fn loops(&mut self, context: &Context<'_>, section: &str) {
        if context.transforms.language_extensions {
            return;
        }
        let entries = context.section(section).into_iter().flatten();
        for (name, _) in entries.filter(|(name, _)| name.starts_with("Fn::ForEach")) {
            let path = Path::default().join(section).join(name.as_str());
            let message = format!("`{}` must consist of letters and digits", text::shortened(name));
            self.at(path, message).help("add `AWS::LanguageExtensions` to `Transform`");
        }
    }

    /// Reports a resource or an output whose condition contradicts itself.
    pub(crate) fn never(&mut self, context: &Context<'_>, entry: &Object, place: &Place<'_>) {
        if let Some(condition) = context.impossible_condition(entry) {
            let message = format!("`{}` never exists: condition `{condition}` is always false", place.name());
            self.at(place.to_path(), message).help(format!("correct condition `{condition}`"));
        }
    }

    /// Reports an entry that nothing uses, unless a loop or a macro replaces it.
    pub(crate) fn unused(&mut self, entry: &Entry<'_>, kind: &str) {
        if !context::is_replaced(entry.name) {
            let message = format!("{kind} `{}` is not used", text::shortened(entry.name));
            self.at(entry.place.to_path(), message).help(format!("remove it, or use `{}`", entry.name));
        }
    }

    /// Reports `Fn::Select` as a policy: without the language extensions CloudFormation requires the object.
    pub(crate) fn selects(&mut self, policy: &Attribute<'_>) -> bool {
        let is_select = matches!(Function::call(policy.node), Some((Function::Select, _)));
        let is_wrong = is_select && !policy.context.transforms.language_extensions;
        if is_wrong {
            self.must_be(&policy.place, "an object", policy.node);
        }
        is_wrong
    }

    /// Takes over findings of the same rule.
    pub(crate) fn absorb(&mut self, findings: Findings) {
        self.findings.absorb(findings);
    }
}

impl Reported<'_> {
    /// How to fix it, if that is known.
    pub(crate) fn help_if(self, help: Option<String>) -> Self {
        self.0.help = help;
        self
    }
}
