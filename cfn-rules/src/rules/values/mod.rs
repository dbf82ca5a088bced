//! What a rule sees of one resource: every way in which its properties can turn out.

use cfn_model::{Node, Object, Path};

use super::index::Index;
use crate::{
    facts::{
        conditions::Fact,
        context::Context,
        text,
        values::{self, Step, Value},
    },
    found::Findings,
};

/// How many combinations of conditions one check looks at.
const MOST_SCENARIOS: usize = 64;

/// One resource under the checks of its type.
pub(crate) struct Look<'c, 'd> {
    pub(crate) context: &'c Context<'d>,
    pub(crate) id: &'d str,
    pub(crate) kind: &'d str,
    /// The whole resource.
    pub(crate) resource: &'d Node,
    /// The properties.
    pub(crate) root: Value<'d>,
}

impl<'d> Look<'_, 'd> {
    /// Every way in which a property can turn out.
    pub(crate) fn get(&self, path: &'d str) -> Vec<Value<'d>> {
        self.root.get(self.context, path)
    }

    /// Every string that a property can turn out to be, without those that CloudFormation fills in later.
    pub(crate) fn strings(&self, path: &'d str) -> impl Iterator<Item = (Value<'d>, &'d str)> {
        self.get(path).into_iter().filter_map(|value| {
            let text = value.text().filter(|text| !text.contains("{{"))?;
            Some((value, text))
        })
    }

    /// Every way in which conditions decide what these properties are.
    pub(crate) fn scenarios(&self, paths: &[&'d str]) -> Vec<Vec<Fact<'d>>> {
        let mut all = vec![self.root.facts.clone()];
        for path in paths {
            let longer =
                all.iter().flat_map(|facts| self.root_under(facts).get(self.context, path)).map(|value| value.facts);
            all = longer.take(MOST_SCENARIOS).collect();
        }
        all
    }

    /// Every way in which something below a value can turn out.
    pub(crate) fn below(&self, value: &Value<'d>, path: &'d str) -> Vec<Value<'d>> {
        value.get(self.context, path)
    }

    /// Every way in which another property can turn out where a value is what it is.
    pub(crate) fn under(&self, value: &Value<'d>, path: &'d str) -> Vec<Value<'d>> {
        self.root_under(&value.facts).get(self.context, path)
    }

    /// The first way in which another property can turn out where a value is what it is.
    pub(crate) fn beside(&self, value: &Value<'d>, path: &'d str) -> Value<'d> {
        self.root_under(&value.facts).first(self.context, path)
    }

    /// The properties, where these facts hold.
    fn root_under(&self, facts: &[Fact<'d>]) -> Value<'d> {
        Value { facts: facts.to_vec(), ..self.root.clone() }
    }

    /// Whether a function decides what there is at a path.
    pub(crate) fn has_call(&self, from: &Value<'d>, path: &'d str) -> bool {
        self.below(from, path).iter().any(Value::is_call)
    }

    /// Whether all facts of two values can hold at once.
    pub(crate) fn together(&self, one: &[Fact<'_>], other: &[Fact<'_>]) -> bool {
        self.context.conditions.satisfiable(&[one, other].concat())
    }

    /// The properties of another resource, if it is of this type, under the facts of the reference to it.
    pub(crate) fn target(&self, reference: &Value<'d>, kind: &str) -> Option<(&'d str, Value<'d>)> {
        let id = reference.resource()?;
        let resource = self.context.section("Resources")?.get(id)?;
        let is_kind = resource.get("Type").and_then(Node::as_str) == Some(kind);
        let root = Value { node: resource.get("Properties"), steps: Vec::new(), facts: reference.facts.clone() };
        is_kind.then_some((id, root))
    }

    /// The place of something below the properties of this resource.
    pub(crate) fn path(&self, steps: &[Step<'_>]) -> Path {
        values::path(self.id, steps)
    }
}

/// A property of an object that is there in some way.
pub(crate) fn property<'d>(object: &Value<'d>, name: &str) -> Option<&'d Node> {
    object.node?.as_object()?.get(name)
}

/// The steps to a property of a value.
pub(crate) fn with<'d>(value: &Value<'d>, name: &'d str) -> Vec<Step<'d>> {
    [&value.steps[..], &[Step::Key(name)]].concat()
}

/// Whether two values are written in the same way. `None` where one is missing.
pub(crate) fn same(one: &Value<'_>, other: &Value<'_>) -> Option<bool> {
    Some(text::canonical(one.node?) == text::canonical(other.node?))
}

/// The facts that hold where a resource is created.
pub(crate) fn facts(context: &Context<'_>, resource: &Node) -> Vec<Fact<'static>> {
    let condition = resource.get("Condition").and_then(Node::as_str);
    condition.and_then(|name| context.conditions.id(name)).map(|id| Fact::Condition(id, true)).into_iter().collect()
}

/// The resources of a type, with their properties under the condition of the resource.
pub(crate) fn of_type<'d>(
    context: &Context<'d>,
    wanted: &'static str,
) -> impl Iterator<Item = (&'d str, &'d Node, Value<'d>)> {
    let resources = context.section("Resources").into_iter().flatten();
    resources.filter(move |(_, resource)| resource.get("Type").and_then(Node::as_str) == Some(wanted)).map(
        move |(id, resource)| {
            let facts = facts(context, resource);
            (id.as_str(), resource, Value { node: resource.get("Properties"), steps: Vec::new(), facts })
        },
    )
}

/// Shows every resource that can be created to the rules of its type.
pub(crate) fn values(context: &Context<'_>, index: &Index) -> Findings {
    let mut findings = Findings::default();
    let Some(resources) = context.section("Resources") else { return findings };
    let empty = Node::Object(Object::default());
    for (id, resource) in resources {
        let Some(kind) = resource.get("Type").and_then(Node::as_str).filter(|kind| index.has_type(kind)) else {
            continue;
        };
        let facts = facts(context, resource);
        if context.conditions.satisfiable(&facts) {
            let node = Some(resource.get("Properties").unwrap_or(&empty));
            let root = Value { node, steps: Vec::new(), facts };
            index.resource(&Look { context, id, kind, resource, root }, &mut findings);
        }
    }
    findings
}
