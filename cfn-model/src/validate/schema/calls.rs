//! Functions in the place of a value: whether their result can have the type that is wanted.

use cfn_schema::{Keyword, Schema, Types};

use super::{At, Checker, Env, Mode, Verdict, conditional, finding};
use crate::{
    Function, Node,
    validate::{
        Finding, Rule, formats,
        functions::{self, Kind},
        place::Place,
        rules, text,
    },
};

/// How many wrong results of one call are reported.
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
        if let Some(arguments) = conditional::if_arguments(node) {
            return self.if_branches(schema, arguments, at, env);
        }
        if schema.is_false() {
            // Whatever it gives, nothing may stand here; `AWS::NoValue` is nothing.
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
            Function::FindInMap if !types.contains(Types::ARRAY) => (Kind::Scalar, functions::rule(function)),
            _ => (functions::result(self.context, function, argument), functions::rule(function)),
        };
        if kind.fits(types) {
            self.results(schema, node, function, at, env);
            return self.link(schema, (function, argument), at, env);
        }
        self.fail(env, || mismatch(rule, at.place, types, node))
    }

    /// Checks what the call can give, where the template says so.
    fn results(&mut self, schema: Schema, node: &Node, function: Function, at: At<'_>, env: Env<'_>) {
        let Some(rule) = functions::rule_of_result(function).filter(|_| is_constrained(schema, 0)) else { return };
        let place = at.place.key(function.name());
        let outside = std::mem::take(&mut self.findings);
        let mut found = Vec::new();
        for known in functions::values(self.context, node, &env.facts.all()) {
            let at = At::new(&place);
            let wanted = |keyword: &Keyword| !conditional::is_about_the_whole(keyword);
            self.keywords(schema, &known.node, at, env.with_mode(Mode::Causes), wanted);
            let wrong = std::mem::take(&mut self.findings);
            if wrong.is_empty() && known.chosen.is_empty() {
                // What does not depend on anybody's choice is right: the rest is for other regions or accounts.
                found.clear();
                break;
            }
            found.extend(wrong.into_iter().map(|wrong| Finding {
                rule,
                path: place.to_path(),
                message: format!("{}, when `{}` gives {}", wrong.message, function.name(), text::shown(&known.node)),
                help: chosen(&known.chosen).or(wrong.help),
                causes: Vec::new(),
                ..wrong
            }));
            if found.len() >= MOST_RESULTS {
                break;
            }
        }
        self.findings = outside;
        self.findings.append(&mut found);
    }

    fn check_get_att(&mut self, schema: Schema, node: &Node, argument: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        // A definition of its own says more than its type; what a plain type says is comparable.
        let link = (Function::GetAtt, argument);
        let Some(types) = schema.types() else { return self.link(schema, link, at, env) };
        let given = functions::get_att(self.context, argument)
            .and_then(|(kind, attribute)| self.context.resource_type(kind)?.attribute(attribute))
            .and_then(types_of);
        let Some(given) = given else { return self.link(schema, link, at, env) };
        let lenient = |types: Types| {
            [Types::STRING, Types::INTEGER, Types::NUMBER, Types::BOOLEAN].into_iter().any(|one| types.contains(one))
        };
        let same = [Types::ARRAY, Types::OBJECT].into_iter().any(|one| types.contains(one) && given.contains(one));
        if same || (lenient(types) && lenient(given)) {
            return self.link(schema, link, at, env);
        }
        let place = at.place.key(Function::GetAtt.name());
        self.fail(env, || mismatch(&rules::E1010, &place, types, node))
    }

    /// Whether what another resource gives has the format that is wanted.
    fn link(&mut self, schema: Schema, call: (Function, &Node), at: At<'_>, env: Env<'_>) -> Verdict {
        let (function, argument) = call;
        // A name of several words is a check of our own data, and no format: see `Checker::format`.
        let wanted = schema.resolve().format().filter(|name| !name.contains(' '));
        let Some(wanted) = wanted else { return Verdict::Unknown };
        if function == Function::Ref && (env.mode != Mode::Report || types_of(schema).is_none()) {
            // Where an alternative is chosen, a name may stand for something else than the identifier.
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

/// Which values of parameters lead to a result.
fn chosen(parameters: &[(String, String)]) -> Option<String> {
    let each: Vec<String> =
        parameters.iter().map(|(name, value)| format!("`{name}` is `{}`", text::shortened(value))).collect();
    (!each.is_empty()).then(|| format!("it does when {}", each.join(" and ")))
}

/// Whether a schema says more of a value than its type.
pub(in crate::validate) fn is_constrained(schema: Schema, depth: usize) -> bool {
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
