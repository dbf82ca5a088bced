//! The rules about values that go together, which are schemas beside that of the type.

use cfn_model::{Function, Node};
use cfn_schema::{Extension, ResourceType};

use super::{At, Checker, Env, Facts};
use crate::facts::{conditions::Fact, place::Place, values::Choice};

impl Checker<'_> {
    /// Checks the properties of a resource against the extensions of its type.
    pub(crate) fn extensions(
        &mut self,
        resource: ResourceType,
        properties: &Node,
        place: &Place<'_>,
        facts: &[Fact<'_>],
    ) {
        for extension in resource.extensions() {
            if let Some(rule) = (self.rule_of)(extension.rule()) {
                let env = Env { rule: Some(rule), ..Env::report(resource.name(), facts) };
                let path: Vec<&str> = extension.path().split('/').filter(|name| !name.is_empty()).collect();
                self.extension(extension, &path, properties, place, env);
                if let [name] = path.as_slice() {
                    self.extension_of_result(resource, extension, name, properties, place, env);
                }
            }
        }
    }

    /// Goes down the path, into both branches of an `Fn::If` too, and checks what is there.
    fn extension(&mut self, extension: Extension, path: &[&str], node: &Node, place: &Place<'_>, env: Env<'_>) {
        if let Choice::Either(id, branches) = Choice::of(self.context, node) {
            let known = env.facts.get(id);
            let function = place.key(Function::If.name());
            for (position, branch) in branches.into_iter().enumerate() {
                let holds = position == 0;
                if known != Some(!holds) {
                    let fact = [Fact::Condition(id, holds)];
                    let facts = Facts { outer: Some(&env.facts), inner: &fact };
                    self.extension(extension, path, branch, &function.index(position + 1), Env { facts, ..env });
                }
            }
            return;
        }
        match (path, node) {
            ([], _) => self.extension_at(extension, node, place, env),
            (["*", rest @ ..], Node::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.extension(extension, rest, item, &place.index(index), env);
                }
            }
            ([name, rest @ ..], Node::Object(object)) => {
                if let Some((_, key, value)) = object.get_full(*name) {
                    self.extension(extension, rest, value, &place.key(key), env);
                }
            }
            _ => {}
        }
    }

    /// Checks what a function gives for a property that is constrained by itself as well: elsewhere cfn-lint does not
    /// ask what functions give.
    fn extension_of_result(
        &mut self,
        resource: ResourceType,
        extension: Extension,
        name: &str,
        properties: &Node,
        place: &Place<'_>,
        env: Env<'_>,
    ) {
        let Some((_, key, node)) = properties.as_object().and_then(|object| object.get_full(name)) else { return };
        let Some((function, _)) = Function::call(node) else { return };
        if resource.schema().property(name).is_some_and(|schema| super::is_constrained(schema, 0)) {
            let place = place.key(key);
            self.results(extension.schema(), node, function, At::new(&place), env);
        }
    }

    fn extension_at(&mut self, extension: Extension, node: &Node, place: &Place<'_>, env: Env<'_>) {
        let before = self.findings.len();
        self.check(extension.schema(), node, At::new(place), env);
        if !extension.reports_all() && self.findings.len() > before {
            // The mistake that is nearest to the top says most.
            let nearest = (before..self.findings.len()).min_by_key(|index| self.findings[*index].path.0.len());
            self.findings.swap(before, nearest.unwrap_or(before));
            self.findings.truncate(before + 1);
            self.findings[before].rule = env.rule.unwrap_or(self.findings[before].rule);
        }
    }
}
