//! Whether a mistake in a function call counts, by the schema of the property where the call is.
//!
//! A function in a property that does not exist is no mistake of its own: the property is. One inside of an
//! alternative (`anyOf`, `oneOf`) is looked at here and not by cfn-lint, which does not know the value and leaves the
//! alternative alone; a mistake there has the code AL0301.

use std::collections::HashMap;

use cfn_model::{Finding, Function, Node, Path, Rule, Segment, Severity};
use cfn_pattern::Pattern;
use cfn_schema::{Keyword, Schema, Types};

use crate::{
    codes as rules,
    facts::{context::Context, values::Choice},
    rules::references::conditional_resource,
    schema::is_constrained,
};

/// How many schemas one place may have.
const MOST: usize = 256;
/// How deep values are looked at.
const DEEPEST: usize = 64;

/// The schemas of a place.
#[derive(Default)]
struct Schemas {
    /// Those that hold in any case.
    certain: Vec<Schema>,
    /// Those of alternatives.
    possible: Vec<Schema>,
    /// Whether one that holds in any case takes anything here.
    open: bool,
    /// Whether they are those of a resource of SAM.
    serverless: bool,
}

/// Judges findings about functions.
#[derive(Default)]
pub(super) struct Standing {
    /// The patterns of names that were needed so far, by address: those of the schemas are static.
    patterns: HashMap<usize, Option<Pattern>>,
}

impl Standing {
    /// The finding as it counts where it is; nothing where there is no such property.
    pub(super) fn judge(&mut self, context: &Context<'_>, finding: Finding) -> Option<Finding> {
        let counts_anywhere =
            [&conditional_resource::RULE.rule, &rules::AL0304].into_iter().any(|rule| same(rule, finding.rule));
        let [Segment::Key(resources), Segment::Key(id), Segment::Key(properties), rest @ ..] =
            finding.path.0.as_slice()
        else {
            return Some(finding);
        };
        if counts_anywhere || resources != "Resources" || properties != "Properties" {
            return Some(finding);
        }
        let kind = context.section("Resources").and_then(|all| all.get(id)?.get("Type")?.as_str());
        if kind.is_none_or(|kind| kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource") {
            return if is_key(&finding) { beyond(finding) } else { Some(finding) };
        }
        // The properties of a module or an unknown type are unknown; references in them must exist all the same.
        let Some(known) = kind.and_then(|kind| context.resource_type(kind)) else { return beyond(finding) };
        // For cfn-lint, a document in a resource of SAM is any object.
        let serverless = known.name().starts_with("AWS::Serverless::");
        let mut schemas = Schemas { serverless, ..Schemas::default() };
        schemas.add(known.schema(), false);
        let mut steps = rest.iter();
        let mut alternative = None;
        while let Some(step) = steps.next() {
            let here = finding.path.0.len() - steps.len() - 1;
            let next = match step {
                Segment::Key(key) if key == Function::If.name() => {
                    steps.next();
                    continue;
                }
                // An object with more than one key is not a function call; here `Fn::X` is an unknown property.
                Segment::Key(key) if Function::from_name(key).is_some() && is_call(context, &finding, here) => break,
                Segment::Key(key) => schemas.below(|schema| self.property(context, schema, key)),
                Segment::Index(index) => schemas.below(|schema| member(schema, *index)),
            };
            match next {
                Below::Anything { certain: true } if is_key(&finding) => return beyond(finding),
                Below::Anything { certain: true } => return Some(finding),
                Below::Anything { certain: false } => {
                    alternative = alternative.or(Some(here));
                    schemas = Schemas::default();
                    break;
                }
                Below::Nothing => return None,
                Below::Schemas(next) => {
                    if next.certain.is_empty() && !next.open {
                        alternative = alternative.or(Some(here));
                    }
                    schemas = next;
                }
            }
        }
        // A call whose result has the wrong type: its keys do not matter.
        if is_key(&finding) && !schemas.certain.iter().all(|schema| takes_scalars_or_lists(*schema)) {
            return None;
        }
        let is_anything = is_key(&finding) && !schemas.certain.iter().any(|schema| is_constrained(*schema, 0));
        match (schemas.certain.is_empty() && !schemas.open) || is_anything {
            false => Some(finding),
            true if alternative.is_some_and(|end| is_wrong_everywhere(context, &finding, end)) => Some(finding),
            true => beyond(finding),
        }
    }

    fn property(&mut self, context: &Context<'_>, schema: Schema, key: &str) -> Says {
        if let Some(inner) = schema.property(key) {
            return Says::Schema(inner);
        }
        let mut says_nothing = true;
        for keyword in schema.keywords() {
            match keyword {
                Keyword::PatternProperties(map) => {
                    says_nothing = false;
                    for (pattern, inner) in map {
                        let compiled = self
                            .patterns
                            .entry(pattern.as_ptr() as usize)
                            .or_insert_with(|| Pattern::new(pattern).ok());
                        if compiled.as_ref().is_some_and(|compiled| context.matches(compiled, key) != Some(false)) {
                            return Says::Schema(inner);
                        }
                    }
                }
                Keyword::AdditionalProperties(inner) => {
                    return if inner.is_false() { Says::Nothing } else { Says::Schema(inner) };
                }
                Keyword::Properties(_) => says_nothing = false,
                _ => {}
            }
        }
        let is_object = schema.types().is_some_and(|types| types.contains(Types::OBJECT));
        if is_object && says_nothing { Says::Anything } else { Says::Nothing }
    }
}

/// Whether a function is called at so many steps of the path.
fn is_call(context: &Context<'_>, finding: &Finding, steps: usize) -> bool {
    let node = context.at(&Path(finding.path.0[..steps].to_vec()));
    node.is_none_or(|node| Function::call(node).is_some())
}

/// Whether a mistake rules every alternative out, as it does where the transform of a function, or the condition of an
/// `Fn::If`, is not there: unless another function leaves open which alternative is meant. The alternatives are those
/// of what stands at so many steps of the path.
fn is_wrong_everywhere(context: &Context<'_>, finding: &Finding, steps: usize) -> bool {
    let call = context.at(&finding.path).filter(|_| same(finding.rule, &rules::E1010));
    let is_wrong = [&rules::E1028, &rules::E1030, &rules::E1031].into_iter().any(|rule| same(rule, finding.rule))
        || call.is_some_and(is_no_attribute);
    is_wrong && !context.at(&Path(finding.path.0[..steps].to_vec())).is_some_and(|node| is_open(context, node, 0))
}

/// Whether the argument of `Fn::GetAtt` names no attribute.
fn is_no_attribute(argument: &Node) -> bool {
    match argument {
        Node::String(name) => !name.contains('.'),
        Node::Array(parts) => parts.len() < 2,
        _ => false,
    }
}

/// Whether a function in a value can result in anything.
fn is_open(context: &Context<'_>, node: &Node, depth: usize) -> bool {
    if depth > DEEPEST {
        return true;
    }
    let inside = |node: &Node| is_open(context, node, depth + 1);
    match Choice::of(context, node) {
        Choice::Either(_, branches) => return branches.into_iter().any(inside),
        Choice::Unknown => return false,
        Choice::Nothing | Choice::None => {}
    }
    match Function::call(node) {
        Some((Function::Length | Function::ToJsonString, _)) => return false,
        Some((Function::GetAtt, argument)) if is_no_attribute(argument) => return false,
        Some(_) => return true,
        None => {}
    }
    match node {
        Node::Object(object) => object.values().any(inside),
        Node::Array(items) => items.iter().any(inside),
        _ => false,
    }
}

/// Whether it is about a key that was looked up; a finding about the form of a call has an expected value.
fn is_key(finding: &Finding) -> bool {
    same(finding.rule, &rules::E1011) && finding.expected.is_none()
}

/// A finding where the use of the value is unknown: no advice then.
fn beyond(finding: Finding) -> Option<Finding> {
    (finding.rule.severity == Severity::Error).then(|| Finding { rule: &rules::AL0301, causes: Vec::new(), ..finding })
}

/// Whether a value that a mapping can hold has one of the types of the schema, if it has any.
fn takes_scalars_or_lists(schema: Schema) -> bool {
    let wanted = [Types::STRING, Types::INTEGER, Types::NUMBER, Types::BOOLEAN, Types::ARRAY];
    schema.types().is_none_or(|types| wanted.into_iter().any(|one| types.contains(one)))
}

fn same(left: &'static Rule, right: &'static Rule) -> bool {
    std::ptr::eq(left, right)
}

/// What is below a place.
enum Below {
    Schemas(Schemas),
    /// An object or a list that can hold anything.
    Anything {
        certain: bool,
    },
    Nothing,
}

/// What one schema says about a member.
enum Says {
    Schema(Schema),
    Anything,
    Nothing,
}

impl Schemas {
    /// Adds a schema, and those that it consists of.
    fn add(&mut self, schema: Schema, possible: bool) {
        if self.certain.len() + self.possible.len() > MOST {
            return;
        }
        if possible { &mut self.possible } else { &mut self.certain }.push(schema);
        for keyword in schema.keywords() {
            match keyword {
                Keyword::Ref(_, target) => self.add(target, possible),
                Keyword::Document(_, target) => self.add(target, possible || self.serverless),
                Keyword::AllOf(all) => all.for_each(|inner| self.add(inner, possible)),
                Keyword::AnyOf(all) | Keyword::OneOf(all) => all.for_each(|inner| self.add(inner, true)),
                Keyword::If(_, then, otherwise) => {
                    self.add(then, possible);
                    self.add(otherwise, possible);
                }
                Keyword::DependentSchemas(map) => map.for_each(|(_, inner)| self.add(inner, possible)),
                _ => {}
            }
        }
    }

    fn below(&self, mut says: impl FnMut(Schema) -> Says) -> Below {
        let mut next = Schemas { open: self.open, serverless: self.serverless, ..Schemas::default() };
        let mut anything = false;
        for (schemas, possible) in [(&self.certain, false), (&self.possible, true)] {
            for schema in schemas {
                match says(*schema) {
                    Says::Schema(inner) => next.add(inner, possible),
                    Says::Anything if !possible => next.open = true,
                    Says::Anything => anything = true,
                    Says::Nothing => {}
                }
            }
        }
        match next.certain.is_empty() && next.possible.is_empty() {
            true if next.open => Below::Anything { certain: true },
            true if anything => Below::Anything { certain: false },
            true => Below::Nothing,
            false => Below::Schemas(next),
        }
    }
}

fn member(schema: Schema, index: usize) -> Says {
    for keyword in schema.keywords() {
        match keyword {
            Keyword::PrefixItems(mut all) if index < all.len() => {
                return all.nth(index).map_or(Says::Nothing, Says::Schema);
            }
            Keyword::Items(inner) => return Says::Schema(inner),
            _ => {}
        }
    }
    match schema.types() {
        Some(types) if types.contains(Types::ARRAY) => Says::Anything,
        _ => Says::Nothing,
    }
}
