//! Functions in the place of a value: whether their result can have the type that is wanted.

use cfn_schema::{Schema, Types};

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
        let Some(types) = types_of(schema) else { return self.link(schema, (function, argument), at, env) };
        let (kind, rule) = match function {
            Function::GetAtt => return self.check_get_att(schema, node, argument, at, env),
            Function::FindInMap if !types.contains(Types::ARRAY) => (Kind::Scalar, functions::rule(function)),
            _ => (functions::result(self.context, function, argument), functions::rule(function)),
        };
        if kind.fits(types) {
            return self.link(schema, (function, argument), at, env);
        }
        self.fail(env, || mismatch(rule, at.place, types, node))
    }

    fn check_get_att(&mut self, schema: Schema, node: &Node, argument: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        // A definition of its own says more than its type; what a plain type says is comparable.
        let link = (Function::GetAtt, argument);
        let Some(types) = schema.types() else { return self.link(schema, link, at, env) };
        let given = functions::get_att(self.context, argument)
            .and_then(|(kind, attribute)| cfn_schema::resource_type(kind)?.attribute(attribute))
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
        let Some(wanted) = schema.resolve().format() else { return Verdict::Unknown };
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
