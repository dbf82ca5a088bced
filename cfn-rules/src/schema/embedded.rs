//! Documents inside of properties: a policy, a state machine. One rule reports whatever is wrong with such a document.

use cfn_model::{
    Finding, Node, Object, Rule, Severity,
    text::{self, ErrorKind, Limits},
};
use cfn_schema::Schema;

use super::{At, Checker, Env, Mode, Verdict};
use crate::{
    codes as rules,
    facts::place::Place,
    schema::documents::{environment, policy, state_machine},
};

/// How many values all documents in texts may have together.
const MOST_EMBEDDED: usize = crate::limits::LIMITS.embedded;

/// The document that is checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Embedded<'a> {
    /// What reports its mistakes.
    pub(super) rule: &'static Rule,
    /// It is the content of a text, in which nothing is a function.
    pub(super) is_text: bool,
    /// What CloudFormation replaces in it, by name.
    substitutions: Option<&'a Object>,
}

/// The language of a document that is a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Json,
    /// JSON or YAML; any other text is a mistake.
    Any,
    /// The text is the value.
    Plain,
}

impl Env<'_> {
    /// Whether something else will stand in the place of the text, or of a part of it: `${Name}`, where the state
    /// machine has a substitution of that name. A name alone is taken for one as well, as cfn-lint does.
    pub(super) fn is_substituted(self, text: &str) -> bool {
        let substitutions = self.embedded.and_then(|embedded| embedded.substitutions);
        substitutions.is_some_and(|names| {
            let mut inside = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
            names.contains_key(text.trim()) || inside.any(|(name, _)| names.contains_key(name.trim()))
        })
    }

    /// Whether a number is no text here.
    pub(super) fn is_strict(self) -> bool {
        self.embedded.is_some_and(|embedded| std::ptr::eq(embedded.rule, &rules::E3051))
    }
}

impl Checker<'_> {
    /// Checks a value against what a rule of its own says.
    pub(super) fn document(&mut self, code: &str, schema: Schema, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        let is_read = env.mode == Mode::Report && !matches!(node, Node::Null);
        let Some(rule) = rules::of_documents(code).filter(|_| is_read) else { return Verdict::Valid };
        let before = self.findings.len();
        let is_machine = std::ptr::eq(rule, &rules::E3601);
        let mut embedded = Embedded { rule, is_text: false, substitutions: None };
        let left = MOST_EMBEDDED.saturating_sub(self.embedded);
        let limits = Limits { nodes: left.min(Limits::default().nodes), ..Limits::default() };
        let parsed = match (node, language(rule)) {
            (Node::String(_), Language::Json) if is_machine && self.context.transforms.serverless => {
                // The SAM transform fills the text in.
                return Verdict::Valid;
            }
            (Node::String(content), language @ (Language::Json | Language::Any)) => {
                embedded.is_text = true;
                let read = match language {
                    Language::Json => text::json::read(content, &limits),
                    _ => text::parse(content, &limits).map(|document| document.node),
                };
                // What aliases repeat is read before a mistake behind them is met.
                let repeated = if content.contains('&') { left / 8 } else { 0 };
                self.embedded += read.as_ref().map_or(content.len() / 8 + repeated, Node::size);
                match read {
                    Ok(parsed) => Some(parsed),
                    Err(error) if matches!(error.kind, ErrorKind::TooManyNodes { .. }) => {
                        let what = format!("the documents in texts have more than {MOST_EMBEDDED} values");
                        self.context.too_much(at.place.to_path(), what);
                        return Verdict::Unknown;
                    }
                    Err(_) if language == Language::Json => return Verdict::Valid,
                    Err(error) => {
                        let message = format!("`{}` must be a document in JSON or YAML: {error}", at.place.name());
                        return self.fail(env, || Finding::new(rule, at.place.to_path(), message));
                    }
                }
            }
            _ => None,
        };
        if is_machine {
            embedded.substitutions = self.substitutions(at.place);
        }
        let node = parsed.as_ref().unwrap_or(node);
        // A document stands by itself: below an `Fn::If`, what is wrong with it is said of its branch.
        let verdict = self.check(schema, node, At::new(at.place), Env { embedded: Some(embedded), ..env });
        if is_machine {
            state_machine::check(self.context, node, at.place, &mut self.findings);
        }
        if env.kind.starts_with("AWS::Serverless::") && !std::ptr::eq(rule, &rules::E3663) {
            let found = self.findings[before..].iter_mut();
            found
                .filter(|finding| finding.rule.severity == Severity::Error)
                .for_each(|finding| finding.rule = &rules::AL0303);
        }
        verdict
    }

    /// Checks what no keyword can say.
    pub(super) fn format(&mut self, name: &str, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        // What a function gives is asked for its format as well, where that is a question of its text alone.
        let is_asked = env.mode == Mode::Causes && name == "policy resource";
        if env.mode != Mode::Report && !is_asked {
            return Verdict::Valid;
        }
        let findings = &mut self.findings;
        match name {
            // The SAM transform adds statements; cfn-lint leaves all actions alone then.
            "policy action" if self.context.transforms.serverless => {}
            "policy action" => findings.extend(self.actions.check(node, at.place, env.kind)),
            "policy resource" => {
                let rule = env.embedded.map_or(&rules::E3510, |embedded| embedded.rule);
                findings.extend(policy::resource(rule, node, at.place));
            }
            "policy arn" => findings.extend(policy::arn(node, at.place, true)),
            "bucket policy arn" => findings.extend(policy::arn(node, at.place, false)),
            "policy version" => findings.extend(policy::version(node, at.place)),
            "role arn" => findings.extend(policy::role(node, at.place)),
            "environment names" => environment::names(node, at.place, findings),
            _ => {}
        }
        Verdict::Valid
    }
}

impl<'c> Checker<'c> {
    /// The property `DefinitionSubstitutions` beside a definition.
    fn substitutions(&self, place: &Place<'_>) -> Option<&'c Object> {
        let mut place = *place;
        let owner = loop {
            match place {
                Place::Root => return None,
                Place::Key(owner, "Definition" | "DefinitionString") => break owner,
                Place::Key(outer, _) | Place::Index(outer, _) => place = *outer,
            }
        };
        self.context.at(&owner.to_path())?.get("DefinitionSubstitutions")?.as_object()
    }
}

/// Lets a rule report what the schema of its document says; what is wrong with a function stays what it is. As in
/// cfn-lint, a `Ref` to something of another type is a mistake of the document itself unless that is a policy.
pub(super) fn adopt(finding: &mut Finding, rule: &'static Rule) {
    let is_policy = !matches!(rule.code, "E3051" | "E3601");
    if finding.rule.code.starts_with("E3") || (std::ptr::eq(finding.rule, &rules::E1020) && !is_policy) {
        finding.rule = rule;
    }
}

fn language(rule: &'static Rule) -> Language {
    match rule.code {
        "E3051" => Language::Any,
        "E3511" | "E3663" => Language::Plain,
        _ => Language::Json,
    }
}
