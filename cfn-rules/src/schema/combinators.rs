//! `anyOf`, `oneOf`, `not`, `if` and `dependentSchemas`.

use cfn_model::{Finding, Node, Object, Rule};
use cfn_schema::{Constant, Keyword, Properties, Schema, Schemas};

use super::{At, Checker, Env, Mode, Verdict, finding};
use crate::{
    codes as rules,
    facts::text::{listed, shortened, shown},
};

impl Checker<'_> {
    pub(super) fn any_of(&mut self, all: Schemas, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        let (mut unknown, is_out) = (false, |schema: &Schema| is_out_of_question(*schema, node));
        for schema in { all }.filter(|schema| !is_out(schema)) {
            match self.check(schema, node, At::new(at.place), env.probe()) {
                Verdict::Valid => return Verdict::Valid,
                Verdict::Unknown => unknown = true,
                Verdict::Invalid => {}
            }
        }
        // What is out of the question does not fit, but a function in it can make even that unknown.
        let mut others = { all }.filter(is_out);
        unknown = unknown
            || others.any(|schema| self.check(schema, node, At::new(at.place), env.probe()) == Verdict::Unknown);
        if unknown { Verdict::Unknown } else { self.no_alternative(&rules::E3017, all, node, at, env) }
    }

    pub(super) fn one_of(&mut self, all: Schemas, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        let mut seen = [0_usize; 3];
        for schema in all {
            seen[self.check(schema, node, At::new(at.place), env.probe()) as usize] += 1;
            if seen[Verdict::Valid as usize] > 1 {
                return self.fail(env, || finding(&rules::E3018, at.place, "fits more than one alternative", node));
            }
        }
        match seen {
            [0, _, 0] => self.no_alternative(&rules::E3018, all, node, at, env),
            [1, _, 0] => Verdict::Valid,
            _ => Verdict::Unknown,
        }
    }

    /// Reports that nothing fits, and why.
    fn no_alternative(&mut self, rule: &'static Rule, all: Schemas, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        if env.mode == Mode::Probe {
            return Verdict::Invalid;
        }
        let outside = std::mem::take(&mut self.findings);
        let mut reasons: Vec<Vec<Finding>> = Vec::with_capacity(all.len());
        for schema in all {
            self.check(schema, node, At::new(at.place), env.with_mode(Mode::Causes));
            reasons.push(std::mem::take(&mut self.findings).into_kept());
        }
        self.findings = outside;
        // An alternative fits better when its mistakes are few and deep inside, or a slip of the finger away.
        let fit = |findings: &Vec<Finding>| {
            let shallowest = findings.iter().map(|finding| finding.path.0.len()).min().unwrap_or(usize::MAX);
            (std::cmp::Reverse(shallowest), findings.len(), !findings.iter().any(is_misspelling))
        };
        let reasons = cfn_model::sorted(reasons, &|left, right| fit(left).cmp(&fit(right)));
        if let Some((name, given, known)) = unknown_kind(all, node) {
            let help = self.context.did_you_mean(given, known.iter().copied());
            return self.fail(env, || {
                let expected = listed(known.iter().copied(), "or");
                let message = format!("`{name}` must be {expected}, got `{}`", shortened(given));
                let finding = Finding::new(rule, at.place.key(name).to_path(), message).expected(known.join(", "));
                let causes = reasons.into_iter().flatten().collect();
                Finding { causes, ..finding.actual(given).help(help) }
            });
        }
        let closest = reasons.first().and_then(|findings| findings.first());
        let help = closest.map(|closest| match &closest.help {
            Some(help) => format!("for the closest alternative: {}; {help}", closest.message),
            None => format!("for the closest alternative: {}", closest.message),
        });
        self.fail(env, || Finding {
            causes: reasons.into_iter().flatten().collect(),
            help,
            ..finding(rule, at.place, "must fit one of its alternatives", node)
        })
    }

    pub(super) fn not(&mut self, inner: Schema, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        match self.check(inner, node, At::new(at.place), env.probe()) {
            // What must not be there is what is wrong.
            Verdict::Valid if env.rule.is_some() && inner.required().len() == 1 => {
                let name = inner.required().next().unwrap_or_default();
                let place = at.place.key(name);
                self.fail(env, || finding(&rules::E3002, &place, "is not allowed here", node))
            }
            Verdict::Valid => self.fail(env, || {
                let mut finding = finding(&rules::E3002, at.place, "must not be like this", node);
                let forbidden: Vec<_> = inner.required().collect();
                if !forbidden.is_empty() {
                    finding.help = Some(format!("leave out {}", listed(forbidden, "or")));
                }
                finding
            }),
            Verdict::Invalid => Verdict::Valid,
            Verdict::Unknown => Verdict::Unknown,
        }
    }

    pub(super) fn if_then_else(&mut self, schemas: [Schema; 3], node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        let [condition, then, otherwise] = schemas;
        if env.mode == Mode::Report && otherwise.is_true() && is_out_of_question(condition, node) {
            return Verdict::Valid;
        }
        match self.check(condition, node, At::new(at.place), env.probe()) {
            Verdict::Valid if then.is_false() && env.rule.is_some() => self.excluded(condition, node, at, env),
            Verdict::Valid => self.check(then, node, At::new(at.place), env),
            Verdict::Invalid => self.check(otherwise, node, At::new(at.place), env),
            Verdict::Unknown => Verdict::Unknown,
        }
    }

    /// Reports values that are not allowed together: those of the properties of a schema.
    fn excluded(&mut self, condition: Schema, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        let given = |(name, _)| Some((name, self.resolve(node.get(name)?, env)?));
        let mut given: Vec<(&str, &Node)> =
            condition.resolve().properties().into_iter().flatten().filter_map(given).collect();
        let Some((name, value)) = given.pop() else {
            return self.fail(env, || finding(&rules::E3002, at.place, "is not allowed here", node));
        };
        self.fail(env, || {
            let others: Vec<String> = given.iter().map(|(name, value)| format!("`{name}` {}", shown(value))).collect();
            let mut message = format!("`{name}` must not be {}", shown(value));
            if !others.is_empty() {
                message.push_str(&format!(" with {}", others.join(" and ")));
            }
            Finding::new(&rules::E3002, at.place.key(name).to_path(), message).actual(shown(value))
        })
    }

    pub(super) fn dependent(
        &mut self,
        map: Properties,
        object: &Object,
        node: &Node,
        at: At<'_>,
        env: Env<'_>,
    ) -> Verdict {
        let mut verdict = Verdict::Valid;
        for (name, schema) in map {
            if self.present(object, name, env) {
                verdict = verdict.and(self.check(schema, node, At::new(at.place), env));
            }
        }
        verdict
    }
}

/// Whether an object cannot fit, as a glance at its own texts shows: the schema is about another `Type` or `Engine`.
pub(super) fn is_out_of_question(schema: Schema, node: &Node) -> bool {
    let (Some(mut properties), Node::Object(object)) = (schema.resolve().properties(), node) else { return false };
    properties
        .any(|(name, property)| object.get(name).and_then(Node::as_str).is_some_and(|text| property.excludes(text)))
}

/// The property that tells alternatives apart, where the string that is given for it is of none of them; with the values
/// of all.
fn unknown_kind(all: Schemas, node: &Node) -> Option<(&str, &str, Vec<&'static str>)> {
    node.as_object()?.iter().find_map(|(name, value)| {
        let given = value.as_str()?;
        let mut known = Vec::new();
        for schema in all {
            let before = known.len();
            for keyword in schema.resolve().property(name)?.resolve().keywords() {
                match keyword {
                    Keyword::Const(value) => known.push(value.text()),
                    Keyword::Enum(values) => known.extend(values.map(Constant::text)),
                    _ => {}
                }
            }
            // An alternative that takes any value is no other kind.
            if known.len() == before {
                return None;
            }
        }
        known.sort_unstable();
        known.dedup();
        (known.len() > 1 && !known.contains(&given)).then_some((name.as_str(), given, known))
    })
}

/// Whether a name that is there would do.
fn is_misspelling(finding: &Finding) -> bool {
    finding.help.as_deref().is_some_and(|help| help.starts_with("did you mean"))
}
