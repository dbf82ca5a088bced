//! The rules about values that no schema can say: one function a rule, found by the type of the resource.

use cfn_model::{Finding, Node, Path, Rule};

use super::{crowded, objects, pipelines, related, runtime, subnets, tags, texts};
use crate::{
    codes as rules,
    facts::{
        conditions::Fact,
        context::Context,
        value::{self, Step, Value},
    },
    found::Findings,
    rules::index::Index,
};

/// A check, and the type of the resources that it looks at.
pub(crate) type Check = (&'static str, fn(&mut Look<'_, '_>));

/// How many combinations of conditions one check looks at.
const MOST_SCENARIOS: usize = 64;

/// The tables of checks.
const TABLES: [&[Check]; 6] =
    [crowded::CHECKS, objects::CHECKS, pipelines::CHECKS, related::CHECKS, runtime::CHECKS, texts::CHECKS];

/// One resource under a check, and what was found so far.
pub(crate) struct Look<'c, 'd> {
    pub(crate) context: &'c Context<'d>,
    pub(crate) id: &'d str,
    pub(crate) kind: &'d str,
    /// The whole resource.
    pub(crate) resource: &'d Node,
    /// The properties.
    pub(crate) root: Value<'d>,
    pub(crate) findings: &'c mut Findings,
}

impl<'d> Look<'_, 'd> {
    /// Every way in which a property can turn out.
    pub(crate) fn get(&self, path: &'d str) -> Vec<Value<'d>> {
        self.root.get(self.context, path)
    }

    /// Every way in which conditions decide what these properties are.
    pub(crate) fn scenarios(&self, paths: &[&'d str]) -> Vec<Vec<Fact>> {
        let mut all = vec![self.root.facts.clone()];
        for path in paths {
            let longer = all.iter().flat_map(|facts| {
                let from = Value { facts: facts.clone(), ..self.root.clone() };
                from.get(self.context, path).into_iter().map(|value| value.facts)
            });
            all = longer.take(MOST_SCENARIOS).collect();
        }
        all
    }

    /// Every way in which something below a value can turn out.
    pub(crate) fn below(&self, value: &Value<'d>, path: &'d str) -> Vec<Value<'d>> {
        value.get(self.context, path)
    }

    /// The properties of another resource, if it is of this type, under the facts of what names it.
    pub(crate) fn target(&self, reference: &Value<'d>, kind: &str) -> Option<(&'d str, Value<'d>)> {
        let id = reference.resource()?;
        let resource = self.context.section("Resources")?.get(id)?;
        let is_kind = resource.get("Type").and_then(Node::as_str) == Some(kind);
        let root = Value { node: resource.get("Properties"), steps: Vec::new(), facts: reference.facts.clone() };
        is_kind.then_some((id, root))
    }

    /// The place of something below the properties of this resource.
    pub(crate) fn path(&self, steps: &[Step<'_>]) -> Path {
        value::path(self.id, steps)
    }

    /// Reports something of this resource.
    pub(crate) fn fail(&mut self, rule: &'static Rule, steps: &[Step<'_>], message: impl Into<String>) -> &mut Finding {
        self.fail_at(rule, self.id, steps, message)
    }

    /// Reports something of another resource.
    pub(crate) fn fail_at(
        &mut self,
        rule: &'static Rule,
        id: &str,
        steps: &[Step<'_>],
        message: impl Into<String>,
    ) -> &mut Finding {
        self.findings.push(Finding::new(rule, value::path(id, steps), message))
    }
}

/// Looks at every resource. `edges` are pairs of positions: what depends on what.
pub(crate) fn values(context: &Context<'_>, edges: &[(usize, usize)], index: &Index) -> Findings {
    let mut findings = Findings::default();
    let Some(resources) = context.section("Resources") else { return findings };
    let empty = Node::Object(cfn_model::Object::default());
    for (id, resource) in resources {
        let Some(kind) = resource.get("Type").and_then(Node::as_str) else { continue };
        findings.extend(lifecycle(context, id, kind));
        let has_tags = resource.get("Properties").is_some_and(|properties| properties.get("Tags").is_some());
        let tags: Option<fn(&mut Look<'_, '_>)> = (has_tags && tags::are_in(kind)).then_some(tags::check);
        let of_type = TABLES.iter().flat_map(|table| {
            let first = table.partition_point(|(known, _)| *known < kind);
            table[first..].iter().take_while(move |(known, _)| *known == kind)
        });
        let mut checks = of_type.map(|(_, check)| *check).chain(tags).peekable();
        if checks.peek().is_none() && !index.has_type(kind) {
            continue;
        }
        let facts = facts(context, resource);
        if !context.conditions.satisfiable(&facts) {
            // It is never made.
            continue;
        }
        let node = Some(resource.get("Properties").unwrap_or(&empty));
        let root = Value { node, steps: Vec::new(), facts };
        let mut look = Look { context, id, kind, resource, root, findings: &mut findings };
        checks.for_each(|check| check(&mut look));
        index.resource(&mut look);
    }
    findings.extend(subnets::outside(context, edges));
    findings.extend(subnets::overlapping(context));
    findings.extend(related::mixed_definitions(context, edges));
    findings.extend(related::associated_twice(context));
    findings.extend(crowded::findings(context));
    findings
}

/// What becomes of the service of a resource.
fn lifecycle(context: &Context<'_>, id: &str, kind: &str) -> Option<Finding> {
    let (status, date) = context.resource_type(kind)?.lifecycle()?;
    let (rule, says) = match status {
        "shutdown" => (&rules::E3710, "was shut down"),
        "sunset" => (&rules::W3696, "is shut down"),
        "maintenance" => (&rules::W3697, "gets no new features"),
        _ => return None,
    };
    let message = format!("the service of {kind} {says} from {date} on");
    Some(Finding::new(rule, value::path(id, &[]), message))
}

/// What holds where a resource is made.
pub(crate) fn facts(context: &Context<'_>, resource: &Node) -> Vec<Fact> {
    let condition = resource.get("Condition").and_then(Node::as_str);
    condition.and_then(|name| context.conditions.id(name)).map(|id| (id, true)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn tables_are_sorted_by_type() {
        super::TABLES.iter().for_each(|table| assert!(table.is_sorted_by_key(|(kind, _)| *kind)));
    }
}
