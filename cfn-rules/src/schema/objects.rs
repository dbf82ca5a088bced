//! The keywords of objects.

use cfn_model::{Finding, Node, Object, Rule};
use cfn_schema::{Keyword, Properties, Schema, Strings};

use super::{At, Checker, Env, Mode, Verdict};
use crate::{
    codes as rules,
    facts::{
        context::{self, Context},
        place::Place,
        text,
    },
};

impl Checker<'_> {
    pub(super) fn object(
        &mut self,
        schema: Schema,
        keyword: &Keyword,
        object: &Object,
        at: At<'_>,
        env: Env<'_>,
    ) -> Verdict {
        match keyword {
            Keyword::Properties(map) => self.properties(*map, object, at, env),
            Keyword::PatternProperties(map) => self.pattern_properties(*map, object, at, env),
            Keyword::AdditionalProperties(rest) => self.additional_properties(schema, *rest, object, at, env),
            Keyword::MinProperties(least) => {
                self.property_count(object, at, env, |count| (count < *least).then(|| format!("at least {least}")))
            }
            Keyword::MaxProperties(most) => {
                self.property_count(object, at, env, |count| (count > *most).then(|| format!("at most {most}")))
            }
            Keyword::Required(names) => self.required(*names, object, at, env),
            Keyword::RequiredXor(names) => self.required_xor(*names, object, at, env),
            Keyword::RequiredOr(names) => {
                let mut names = *names;
                match names.any(|name| self.present(object, name, env)) {
                    true => Verdict::Valid,
                    false => self.missing(&rules::E3058, object, at, env, || {
                        format!("needs {}", text::listed(required_or_names(keyword), "or"))
                    }),
                }
            }
            Keyword::DependentRequired(map) => map.fold(Verdict::Valid, |verdict, (name, others)| {
                verdict.and(self.dependent_required(name, others, object, at, env))
            }),
            Keyword::DependentExcluded(map) => map.fold(Verdict::Valid, |verdict, (name, others)| {
                verdict.and(self.dependent_excluded(name, others, object, at, env))
            }),
            _ => Verdict::Valid,
        }
    }

    pub(super) fn property_names(&mut self, inner: Schema, object: &Object, at: At<'_>, env: Env<'_>) -> Verdict {
        object.keys().fold(Verdict::Valid, |verdict, name| {
            let place = at.place.key(name);
            verdict.and(self.check(inner, &Node::String(name.clone()), At::new(&place), env))
        })
    }

    /// Whether a property is there when the facts hold.
    pub(super) fn present(&self, object: &Object, name: &str, env: Env<'_>) -> bool {
        object.get(name).is_some_and(|value| self.resolve(value, env).is_some())
    }

    fn properties(&mut self, map: Properties, object: &Object, at: At<'_>, env: Env<'_>) -> Verdict {
        let mut verdict = Verdict::Valid;
        if env.mode == Mode::Probe && map.len() < object.len() {
            // Only the verdict counts, so the order does not matter.
            for (name, schema) in map {
                verdict = verdict
                    .and(object.get(name).map_or(Verdict::Valid, |value| self.property(schema, name, value, at, env)));
            }
            return verdict;
        }
        for (name, value) in object {
            if let Some(schema) = map.get(name) {
                verdict = verdict.and(self.property(schema, name, value, at, env));
            }
        }
        verdict
    }

    fn property(&mut self, schema: Schema, name: &str, value: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        // Where nothing is reported, what is not there says nothing of the alternative.
        if env.mode != Mode::Report && !matches!(value, Node::Null) && self.resolve(value, env).is_none() {
            return Verdict::Valid;
        }
        let place = at.place.key(name);
        self.check(schema, value, At::new(&place), env)
    }

    fn pattern_properties(&mut self, map: Properties, object: &Object, at: At<'_>, env: Env<'_>) -> Verdict {
        let mut verdict = Verdict::Valid;
        for (name, value) in object {
            for (pattern, schema) in map {
                if self.is_match(pattern, name) {
                    let place = at.place.key(name);
                    verdict = verdict.and(self.check(schema, value, At::new(&place), env));
                }
            }
        }
        verdict
    }

    fn additional_properties(
        &mut self,
        schema: Schema,
        rest: Schema,
        object: &Object,
        at: At<'_>,
        env: Env<'_>,
    ) -> Verdict {
        if rest.is_true() {
            return Verdict::Valid;
        }
        let properties = schema.properties();
        let patterns = schema.keywords().find_map(|keyword| match keyword {
            Keyword::PatternProperties(map) => Some(map),
            _ => None,
        });
        let context = self.context;
        let mut verdict = Verdict::Valid;
        for (name, value) in object {
            let known = properties.is_some_and(|properties| properties.get(name).is_some())
                || patterns.is_some_and(|mut map| map.any(|(pattern, _)| self.is_match(pattern, name)));
            if known || context::is_replaced(name) {
                continue;
            }
            let place = at.place.key(name);
            verdict = verdict.and(match rest.is_false() {
                false => self.check(rest, value, At::new(&place), env),
                true => self.fail(env, || unknown_property(context, name, properties, patterns, &place, env)),
            });
        }
        verdict
    }

    fn property_count(
        &mut self,
        object: &Object,
        at: At<'_>,
        env: Env<'_>,
        wrong: impl FnOnce(u64) -> Option<String>,
    ) -> Verdict {
        let count = object.values().filter(|value| self.resolve(value, env).is_some()).count() as u64;
        match wrong(count) {
            None => Verdict::Valid,
            Some(_) if context::has_unknown_entries(object) => Verdict::Unknown,
            Some(expected) => self.fail(env, || {
                let message = format!("`{}` must have {expected} properties, got {count}", at.whole.name());
                Finding::new(&rules::E3002, at.whole.to_path(), message).expected(expected).actual(count.to_string())
            }),
        }
    }

    fn required(&mut self, names: Strings, object: &Object, at: At<'_>, env: Env<'_>) -> Verdict {
        let mut verdict = Verdict::Valid;
        for name in names {
            if !self.present(object, name, env) {
                verdict = verdict
                    .and(self.missing(&rules::E3003, object, at, env, || format!("needs the property `{name}`")));
            }
        }
        verdict
    }

    fn required_xor(&mut self, names: Strings, object: &Object, at: At<'_>, env: Env<'_>) -> Verdict {
        let present: Vec<&str> = names.filter(|name| self.present(object, name, env)).collect();
        match present.as_slice() {
            [_] => Verdict::Valid,
            [] => self.missing(&rules::E3014, object, at, env, || {
                format!("needs exactly one of {}", text::listed(names, "and"))
            }),
            several => {
                // In a document, which has one rule for all, it is one mistake; cfn-lint names each of the properties.
                let named = if env.embedded.is_some() { &several[1..] } else { several };
                for name in named {
                    let place = at.whole.key(name);
                    self.fail(env, || {
                        let others = text::listed(several.iter().copied().filter(|other| other != name), "and");
                        let message = format!("`{name}` must not be together with {others}");
                        Finding::new(&rules::E3014, place.to_path(), message)
                            .expected(format!("exactly one of {}", text::listed(names, "and")))
                            .help(format!("leave out `{name}` or {others}"))
                    });
                }
                Verdict::Invalid
            }
        }
    }

    fn dependent_required(
        &mut self,
        name: &str,
        others: Strings,
        object: &Object,
        at: At<'_>,
        env: Env<'_>,
    ) -> Verdict {
        let mut verdict = Verdict::Valid;
        if self.present(object, name, env) {
            for other in others {
                if !self.present(object, other, env) {
                    let says = || format!("has `{name}`, which needs `{other}` too");
                    verdict = verdict.and(self.missing(&rules::E3021, object, at, env, says));
                }
            }
        }
        verdict
    }

    fn dependent_excluded(
        &mut self,
        name: &str,
        others: Strings,
        object: &Object,
        at: At<'_>,
        env: Env<'_>,
    ) -> Verdict {
        let mut verdict = Verdict::Valid;
        if self.present(object, name, env) {
            for other in others.filter(|other| *other != name) {
                if self.present(object, other, env) {
                    let place = at.whole.key(other);
                    verdict = verdict.and(self.fail(env, || {
                        let message = format!("`{other}` must not be together with `{name}`");
                        Finding::new(&rules::E3020, place.to_path(), message)
                            .help(format!("leave out `{other}` or `{name}`"))
                    }));
                }
            }
        }
        verdict
    }

    /// Something is not there, unless a macro or a loop brings it.
    fn missing(
        &mut self,
        rule: &'static Rule,
        object: &Object,
        at: At<'_>,
        env: Env<'_>,
        says: impl FnOnce() -> String,
    ) -> Verdict {
        if context::has_unknown_entries(object) {
            return Verdict::Unknown;
        }
        self.fail(env, || {
            let says = says();
            let wanted = says.split_once('`').map(|(_, rest)| format!("add `{rest}"));
            let owner = match at.whole.keys().as_slice() {
                ["Resources", _, "Properties"] if !env.kind.is_empty() => env.kind.to_owned(),
                _ => format!("`{}`", at.whole.name()),
            };
            Finding::new(rule, at.whole.to_path(), format!("{owner} {says}"))
                .help(wanted.filter(|_| std::ptr::eq(rule, &rules::E3003)))
        })
    }
}

fn required_or_names(keyword: &Keyword) -> Vec<&'static str> {
    match keyword {
        Keyword::RequiredOr(names) => names.collect(),
        _ => Vec::new(),
    }
}

fn unknown_property(
    context: &Context<'_>,
    name: &str,
    properties: Option<Properties>,
    patterns: Option<Properties>,
    place: &Place<'_>,
    env: Env<'_>,
) -> Finding {
    let known: Vec<&str> = properties.into_iter().flatten().map(|(name, _)| name).collect();
    let owner = match place.keys().as_slice() {
        [_, _, "Properties", _] if !env.kind.is_empty() => env.kind.to_owned(),
        [.., owner, _] => format!("`{}`", text::shortened(owner)),
        _ => "this object".to_owned(),
    };
    let wanted: Vec<&str> = patterns.into_iter().flatten().map(|(pattern, _)| pattern).collect();
    if known.is_empty() && !wanted.is_empty() {
        let wanted = text::listed(wanted.iter().copied(), "or");
        let message = format!("the names in {owner} must match {wanted}, got `{}`", text::shortened(name));
        return Finding::new(&rules::E3002, place.to_path(), message).actual(name).expected(wanted);
    }
    let message = format!("`{}` is not a property of {owner}", text::shortened(name));
    let help = context.did_you_mean(name, known.iter().copied());
    let help = help.or_else(|| Some(format!("known are {}", text::listed(known.iter().copied(), "and"))));
    Finding::new(&rules::E3002, place.to_path(), message).actual(name).help(help.filter(|_| !known.is_empty()))
}
