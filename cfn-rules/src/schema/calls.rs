//! Calls in the place of a value: whether their results can have the type of the property.

use cfn_model::{Finding, Function, Node, Rule};
use cfn_schema::{Keyword, Schema, Types};

use super::{At, Checker, Env, Mode, Verdict, conditional, finding};
use crate::{
    codes as rules,
    facts::{
        kinds::{self, Kind},
        place::Place,
        text,
        values::{Choice, is_no_value, is_replaced_later, results},
    },
    schema::formats,
};

/// How many wrong results of one call a finding names.
const MOST_RESULTS: usize = 16;

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        schema: Schema,
        node: &Node,
        function: Function,
        argument: &Node,
        at: At<'_>,
        env: Env<'_>,
    ) -> Verdict {
        if let Choice::Either(id, branches) = Choice::of(self.context, node) {
            return self.if_branches(schema, (id, branches), at, env);
        }
        self.lacks_all(schema, node, at, env);
        let needs_transform = matches!(function, Function::Length | Function::ToJsonString);
        if function == Function::If || (needs_transform && !self.context.transforms.language_extensions) {
            return self.broken(function, at, env);
        }
        if schema.is_false() {
            // No value is allowed here; `AWS::NoValue` is not a value.
            return match self.resolve(node, env) {
                Some(_) => self.fail(env, || finding(&rules::E3002, at.place, "is not allowed here", node)),
                None => Verdict::Valid,
            };
        }
        if env.mode != Mode::Report || env.rule.is_some() {
            return self.link(schema, (function, argument), at, env);
        }
        let Some(types) = types_of(schema) else {
            self.results(schema, node, function, at, env);
            return self.link(schema, (function, argument), at, env);
        };
        let (kind, rule) = match function {
            Function::GetAtt => return self.check_get_att(schema, node, argument, at, env),
            Function::FindInMap if !types.contains(Types::ARRAY) => (Kind::Scalar, rules::of_function(function)),
            _ => (kinds::result(self.context, function, argument), rules::of_function(function)),
        };
        let fits = kind.fits(types);
        if fits || function == Function::Ref {
            self.results(schema, node, function, at, env);
        }
        if fits {
            return self.link(schema, (function, argument), at, env);
        }
        self.fail(env, || mismatch(rule, at.place, types, node))
    }

    /// Where a schema itself, and no definition that it names, wants properties, a call has none of them.
    fn lacks_all(&mut self, schema: Schema, node: &Node, at: At<'_>, env: Env<'_>) {
        if env.mode == Mode::Report && env.rule.is_none() && !is_no_value(node) {
            let is_wanting = |keyword: &Keyword| {
                matches!(keyword, Keyword::Required(_) | Keyword::RequiredXor(_) | Keyword::RequiredOr(_))
            };
            self.keywords(schema, node, at, env, is_wanting);
        }
    }

    /// A call without a result. The walk over all functions reports it; an alternative with it does not match.
    pub(super) fn broken(&mut self, function: Function, at: At<'_>, env: Env<'_>) -> Verdict {
        if env.mode == Mode::Report {
            return Verdict::Unknown;
        }
        let call = at.place.key(function.name());
        let argument = call.index(0);
        let place = if function == Function::If { &argument } else { at.place };
        self.fail(env, || {
            let message = format!("`{}` has no result here", function.name());
            Finding::new(rules::of_function(function), place.to_path(), message)
        })
    }

    /// Checks the results of the call, as far as they are known.
    pub(super) fn results(&mut self, schema: Schema, node: &Node, function: Function, at: At<'_>, env: Env<'_>) {
        let Some(rule) = rules::of_result(function).filter(|_| is_constrained(schema, 0)) else { return };
        // For cfn-lint, a document in a resource of SAM is any object.
        if env.embedded.is_some() && env.kind.starts_with("AWS::Serverless::") {
            return;
        }
        let place = at.place.key(function.name());
        let outside = std::mem::take(&mut self.findings);
        let mut found = Vec::new();
        for known in results(self.context, node, &env.facts.all()) {
            let at = At::new(&place);
            let wanted = |keyword: &Keyword| !conditional::is_about_the_whole(keyword);
            self.keywords(schema, &known.node, at, env.with_mode(Mode::Causes), wanted);
            let mut wrong = std::mem::take(&mut self.findings).into_kept();
            if known.node.as_str().is_some_and(is_replaced_later) {
                wrong.clear();
            }
            if wrong.is_empty() && !known.is_chosen() {
                // A value that nobody chooses is accepted: the others are for other regions or accounts.
                found.clear();
                break;
            }
            found.extend(wrong.into_iter().map(|wrong| Finding {
                rule,
                path: place.to_path(),
                message: format!("{}, when `{}` gives {}", wrong.message, function.name(), text::shown(&known.node)),
                help: known.choice().or(wrong.help),
                causes: Vec::new(),
                ..wrong
            }));
            if found.len() >= MOST_RESULTS {
                break;
            }
        }
        self.findings = outside;
        // However many of its results are wrong, and in how many ways: the call is one mistake.
        let mut found = found.into_iter();
        if let Some(first) = found.next() {
            self.findings.push(Finding { causes: found.collect(), ..first });
        }
    }

    fn check_get_att(&mut self, schema: Schema, node: &Node, argument: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        // A definition of its own says more than its type; what a plain type says is comparable.
        let link = (Function::GetAtt, argument);
        let Some(types) = schema.types() else { return self.link(schema, link, at, env) };
        let Some(given) = kinds::attribute_types(self.context, argument) else {
            return self.link(schema, link, at, env);
        };
        // Anything may be converted to a number or a boolean; a string is not converted.
        let is_made = [Types::INTEGER, Types::BOOLEAN].into_iter().any(|one| types.contains(one));
        let is_same = [Types::STRING, Types::NUMBER, Types::ARRAY, Types::OBJECT]
            .into_iter()
            .any(|one| types.contains(one) && given.contains(one));
        if is_made || is_same {
            return self.link(schema, link, at, env);
        }
        let place = at.place.key(Function::GetAtt.name());
        self.fail(env, || mismatch(&rules::E1010, &place, types, node))
    }

    /// Whether the result has the format of the property.
    fn link(&mut self, schema: Schema, call: (Function, &Node), at: At<'_>, env: Env<'_>) -> Verdict {
        let (function, argument) = call;
        // A name of several words is a check of our own data, and no format: see `Checker::format`.
        let wanted = schema.format().filter(|name| !name.contains(' '));
        let Some(wanted) = wanted else { return Verdict::Unknown };
        if function == Function::Ref && (env.mode != Mode::Report || types_of(schema).is_none()) {
            // Where an alternative is chosen, a reference may be something other than the identifier.
            return Verdict::Unknown;
        }
        let Some(formats::Mismatch { rule, given }) = formats::mismatch(self.context, wanted, function, argument)
        else {
            return Verdict::Unknown;
        };
        self.fail(env, || {
            let given = match given.as_slice() {
                [] => "something else".to_owned(),
                formats => text::listed(formats.iter().copied(), "or"),
            };
            let message = format!("`{}` must be `{wanted}`, got {given} from `{}`", at.place.name(), function.name());
            Finding::new(rule, at.place.to_path(), message).expected(wanted)
        })
    }
}

/// Whether a schema says more of a value than its type.
pub(crate) fn is_constrained(schema: Schema, depth: usize) -> bool {
    depth < 4
        && schema.keywords().any(|keyword| match keyword {
            Keyword::Ref(..)
            | Keyword::Enum(_)
            | Keyword::EnumCaseInsensitive(_)
            | Keyword::Const(_)
            | Keyword::Pattern(_)
            | Keyword::Format(_)
            | Keyword::MinLength(_)
            | Keyword::MaxLength(_)
            | Keyword::Minimum(_)
            | Keyword::Maximum(_)
            | Keyword::ExclusiveMinimum(_)
            | Keyword::ExclusiveMaximum(_)
            | Keyword::MultipleOf(_)
            | Keyword::AllOf(_)
            | Keyword::AnyOf(_)
            | Keyword::OneOf(_)
            | Keyword::Not(_) => true,
            Keyword::Items(inner) | Keyword::AdditionalProperties(inner) => is_constrained(inner, depth + 1),
            Keyword::Properties(map) | Keyword::PatternProperties(map) => {
                { map }.any(|(_, inner)| is_constrained(inner, depth + 1))
            }
            _ => false,
        })
}

/// The types that a schema, or the definition that it is, names.
fn types_of(schema: Schema) -> Option<Types> {
    schema.types().or_else(|| schema.resolve().types())
}

fn mismatch(rule: &'static Rule, place: &Place<'_>, types: Types, node: &Node) -> Finding {
    let expected = super::scalars::expected_types(types);
    let given = match Function::call(node) {
        Some((function, Node::String(argument))) => format!("`{}` of `{argument}`", function.name()),
        Some((function, _)) => format!("`{}`", function.name()),
        None => text::shown(node),
    };
    let mut found = finding(rule, place, &format!("must be {expected}"), node).expected(expected.clone());
    found.message = format!("`{}` must be {expected}, got the result of {given}", place.name());
    found
}
