//! The keywords of lists.

use std::collections::HashSet;

use cfn_model::{Finding, Node, Rule};
use cfn_schema::{Keyword, Schema, Strings};

use super::{At, Checker, Env, Verdict};
use crate::{codes as rules, facts::text};

impl Checker<'_> {
    pub(super) fn array(
        &mut self,
        schema: Schema,
        keyword: &Keyword,
        items: &[Node],
        at: At<'_>,
        env: Env<'_>,
    ) -> Verdict {
        match keyword {
            Keyword::Items(inner) => {
                let prefix = schema.keywords().find_map(|keyword| match keyword {
                    Keyword::PrefixItems(schemas) => Some(schemas.len()),
                    _ => None,
                });
                let members = items.iter().enumerate().skip(prefix.unwrap_or(0));
                self.members(members.map(|(index, item)| (index, item, *inner)), at, env)
            }
            Keyword::PrefixItems(schemas) => {
                let members = items.iter().enumerate().zip(*schemas);
                self.members(members.map(|((index, item), inner)| (index, item, inner)), at, env)
            }
            Keyword::MinItems(least) => {
                self.count(items, at, env, |count| (count < *least).then(|| format!("at least {least}")))
            }
            Keyword::MaxItems(most) => {
                self.count(items, at, env, |count| (count > *most).then(|| format!("at most {most}")))
            }
            Keyword::UniqueItems => self.unique_items(items, at, env),
            Keyword::MaxUniqueItems(most) => {
                let different: HashSet<String> = self.there(items, env).map(text::canonical).collect();
                match different.len() as u64 > *most {
                    false => Verdict::Valid,
                    true if has_calls(items) => Verdict::Unknown,
                    true => {
                        let message = format!("must have at most {most} different members, got {}", different.len());
                        self.fail(env, || whole(&rules::E3065, at, &message))
                    }
                }
            }
            Keyword::UniqueKeys(keys) => self.unique_keys(*keys, items, at, env),
            _ => Verdict::Valid,
        }
    }

    fn members<'n>(
        &mut self,
        members: impl Iterator<Item = (usize, &'n Node, Schema)>,
        at: At<'_>,
        env: Env<'_>,
    ) -> Verdict {
        let mut verdict = Verdict::Valid;
        for (index, item, schema) in members {
            let place = at.place.index(index);
            verdict = verdict.and(self.check(schema, item, At::new(&place), env));
        }
        verdict
    }

    /// The members that are there when the facts hold.
    fn there<'n>(&self, items: &'n [Node], env: Env<'_>) -> impl Iterator<Item = &'n Node> {
        items.iter().filter_map(move |item| self.resolve(item, env))
    }

    fn count(
        &mut self,
        items: &[Node],
        at: At<'_>,
        env: Env<'_>,
        wrong: impl FnOnce(u64) -> Option<String>,
    ) -> Verdict {
        let count = self.there(items, env).count() as u64;
        match wrong(count) {
            None => Verdict::Valid,
            Some(expected) => self.fail(env, || {
                let message = format!("must have {expected} items, got {count}");
                whole(&rules::E3032, at, &message).expected(format!("{expected} items")).actual(count.to_string())
            }),
        }
    }

    pub(super) fn contains(&mut self, inner: Schema, items: &[Node], at: At<'_>, env: Env<'_>) -> Verdict {
        let mut unknown = false;
        for (index, item) in items.iter().enumerate() {
            let place = at.place.index(index);
            match self.check(inner, item, At::new(&place), env.probe()) {
                Verdict::Valid => return Verdict::Valid,
                Verdict::Unknown => unknown = true,
                Verdict::Invalid => {}
            }
        }
        match unknown {
            true => Verdict::Unknown,
            false => self.fail(env, || whole(&rules::E3002, at, "needs another member")),
        }
    }

    fn unique_items(&mut self, items: &[Node], at: At<'_>, env: Env<'_>) -> Verdict {
        if items.len() < 2 {
            return Verdict::Valid;
        }
        let mut seen = HashSet::with_capacity(items.len());
        let twice = self.there(items, env).find(|item| !seen.insert(text::canonical(item)));
        match twice {
            None if has_calls(items) => Verdict::Unknown,
            None => Verdict::Valid,
            Some(item) => self.fail(env, || {
                let message = format!("must have different members, got {} twice", text::shown(item));
                whole(&rules::E3037, at, &message).actual(text::shown(item)).help("remove the repetition".to_owned())
            }),
        }
    }

    fn unique_keys(&mut self, keys: Strings, items: &[Node], at: At<'_>, env: Env<'_>) -> Verdict {
        let mut seen = HashSet::new();
        let mut values = self
            .there(items, env)
            .filter_map(|item| keys.map(|key| item.get(key).map(text::canonical)).collect::<Option<Vec<_>>>());
        let twice = values.find(|values| !seen.insert(values.clone()));
        drop(values);
        match twice {
            None => Verdict::Valid,
            Some(values) => self.fail(env, || {
                let keys = text::listed(keys, "and");
                whole(&rules::E3002, at, &format!("must have different {keys}, got {} twice", values.join(", ")))
            }),
        }
    }
}

/// Whether a function decides what some members are.
fn has_calls(items: &[Node]) -> bool {
    items.iter().any(|item| super::value_of_call(item).is_some())
}

fn whole(rule: &'static Rule, at: At<'_>, says: &str) -> Finding {
    Finding::new(rule, at.whole.to_path(), format!("`{}` {says}", at.whole.name()))
}
