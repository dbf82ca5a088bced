//! Which functions the schema of a resource leads to.
//!
//! A function in a property that does not exist is no mistake of its own: the property is. One inside of an
//! alternative (`anyOf`, `oneOf`) is looked at here and not by cfn-lint, which does not know the value and lets the
//! alternative be; what is wrong there has a code of its own.

use std::collections::{HashMap, HashSet};

use cfn_schema::{Keyword, Schema, Types};

use crate::{
    Function, Path, Segment,
    validate::{Finding, Rule, Severity, context::Context, pattern::Pattern, rules, schema::is_constrained},
};

/// How many schemas one place may have.
const MOST: usize = 256;

/// The schemas of a place.
#[derive(Default)]
struct Schemas {
    /// Those that hold in any case.
    certain: Vec<Schema>,
    /// Those of alternatives.
    possible: Vec<Schema>,
}

/// Tells which findings about functions count.
#[derive(Default)]
pub(in crate::validate) struct Reach {
    /// The patterns of names that were needed so far, by address: those of the schemas are static.
    patterns: HashMap<usize, Option<Pattern>>,
}

impl Reach {
    /// A finding about a function, unless it stands where no property is.
    pub(in crate::validate) fn keep(&mut self, context: &Context<'_>, finding: Finding) -> Option<Finding> {
        let is_about_the_graph = [&rules::W1001, &rules::W3005].into_iter().any(|rule| same(rule, finding.rule));
        let [Segment::Key(resources), Segment::Key(id), Segment::Key(properties), rest @ ..] =
            finding.path.0.as_slice()
        else {
            return Some(finding);
        };
        if is_about_the_graph || resources != "Resources" || properties != "Properties" {
            return Some(finding);
        }
        let kind = context.section("Resources").and_then(|all| all.get(id)?.get("Type")?.as_str());
        if kind.is_none_or(|kind| kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource") {
            return Some(finding);
        }
        // What a module or an unknown type takes is unknown; what is named in it has to exist all the same.
        let Some(known) = kind.and_then(cfn_schema::resource_type) else { return beyond(finding) };
        let mut schemas = Schemas::default();
        schemas.add(known.schema(), false);
        let mut steps = rest.iter();
        while let Some(step) = steps.next() {
            let next = match step {
                Segment::Key(key) if key == Function::If.name() => {
                    steps.next();
                    continue;
                }
                Segment::Key(key) if Function::from_name(key).is_some() => break,
                Segment::Key(key) => schemas.below(|schema| self.property(context, schema, key)),
                Segment::Index(index) => schemas.below(|schema| member(schema, *index)),
            };
            match next {
                Below::Anything { certain: true } => return Some(finding),
                Below::Anything { certain: false } => {
                    schemas.certain.clear();
                    break;
                }
                Below::Nothing => return None,
                Below::Schemas(next) => schemas = next,
            }
        }
        // A key that was looked up; what is wrong with the shape of a call says what was expected.
        let is_key = same(finding.rule, &rules::E1011) && finding.expected.is_none();
        let is_anything = is_key && !schemas.certain.iter().any(|schema| is_constrained(*schema, 0));
        match schemas.certain.is_empty() || is_anything {
            false => Some(finding),
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

/// A finding where nobody can say what the value is for: no advice then.
fn beyond(finding: Finding) -> Option<Finding> {
    (finding.rule.severity == Severity::Error).then(|| Finding { rule: &rules::AL0301, causes: Vec::new(), ..finding })
}

/// Leaves out the advice to write a text without `Fn::Sub` where the text is wrong.
pub(in crate::validate) fn without_second_thoughts(findings: &mut Vec<Finding>) {
    let wrong: HashSet<Path> = findings
        .iter()
        .filter(|finding| same(finding.rule, &rules::W1031))
        .map(|finding| finding.path.clone())
        .collect();
    if !wrong.is_empty() {
        findings.retain(|finding| !same(finding.rule, &rules::W1020) || !wrong.contains(&finding.path));
    }
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
    /// Adds a schema, and all that it stands for.
    fn add(&mut self, schema: Schema, possible: bool) {
        if self.certain.len() + self.possible.len() > MOST {
            return;
        }
        if possible { &mut self.possible } else { &mut self.certain }.push(schema);
        for keyword in schema.keywords() {
            match keyword {
                Keyword::Ref(_, target) | Keyword::Document(_, target) => self.add(target, possible),
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
        let mut next = Schemas::default();
        let mut anything = false;
        for (schemas, possible) in [(&self.certain, false), (&self.possible, true)] {
            for schema in schemas {
                match says(*schema) {
                    Says::Schema(inner) => next.add(inner, possible),
                    Says::Anything if !possible => return Below::Anything { certain: true },
                    Says::Anything => anything = true,
                    Says::Nothing => {}
                }
            }
        }
        match next.certain.is_empty() && next.possible.is_empty() {
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
