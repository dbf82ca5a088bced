//! From what a user writes to the facts.

use std::collections::BTreeMap;

use cfn_rules::{OwnTypes, is_third_party};
use cfn_schema::ResourceType;

use super::{
    Property, TypeFacts, closest,
    facts::Place,
    shape::{Form, Shape},
};

/// What was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Explanation {
    /// A resource type.
    Type(TypeFacts),
    /// A property, or SAM's `Globals`.
    Property(Property),
    /// Names of types: those of a service, or those with the same last part.
    Types {
        /// What they have in common: `AWS::SQS`, `Queue`.
        of: String,
        /// The names, sorted.
        names: Vec<&'static str>,
    },
    /// The services, with the number of their types.
    Services(Vec<(&'static str, usize)>),
}

/// Why there is nothing to explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFound {
    /// Subject, rule and actual value in one lower-case sentence.
    pub message: String,
    /// What could have been meant, ready to be asked for.
    pub suggestions: Vec<String>,
    /// Whether the name is that of a type beyond those of AWS, whose schema was not given.
    pub wants_schema: bool,
}

/// Explains a type (`AWS::SQS::Queue`), a property (`AWS::SQS::Queue.RedrivePolicy.maxReceiveCount`), a
/// service (`AWS::SQS`, `sqs`), types by their last part (`Queue`), or `Globals`.
///
/// Upper and lower case are the same. A path leads through lists and maps without saying so; `*` and
/// numbers may stand for their members. Nothing at all lists the services.
///
/// # Errors
///
/// A name that does not exist, with those that are like it.
pub fn explain(query: &str) -> Result<Explanation, NotFound> {
    explain_with(query, &OwnTypes::default())
}

/// The same, where there are types beyond those of AWS.
///
/// # Errors
///
/// As [`explain`].
pub fn explain_with(query: &str, types: &OwnTypes) -> Result<Explanation, NotFound> {
    let query = query.trim();
    let query = query.strip_suffix("::").or(query.strip_suffix('.')).unwrap_or(query);
    if query.is_empty() {
        return Ok(Explanation::Services(services()));
    }
    let (head, path) = query.split_once(['.', '/']).unwrap_or((query, ""));
    let steps: Vec<&str> = path.split(['.', '/', '[', ']']).filter(|step| !step.is_empty()).collect();
    if head.eq_ignore_ascii_case("Globals") {
        return walk(globals(), &steps);
    }
    if let Some(resource) = find_own(types, head).or_else(|| find_type(head)) {
        if steps.is_empty() {
            return Ok(Explanation::Type(TypeFacts::of(resource)));
        }
        return walk(type_place(resource), &steps);
    }
    let names = type_group(head);
    match names.as_slice() {
        [] => Err(NotFound { wants_schema: is_third_party(head), ..no_such_type(head, path) }),
        [only] if !steps.is_empty() => walk(type_place(only_type(only)?), &steps),
        _ if steps.is_empty() => Ok(Explanation::Types { of: group_name(head, &names), names }),
        several => Err(NotFound {
            message: format!("`{head}`: must name one type, and there are {}", several.len()),
            suggestions: several.iter().map(|name| format!("{name}.{path}")).collect(),
            wants_schema: false,
        }),
    }
}

fn only_type(name: &str) -> Result<ResourceType, NotFound> {
    cfn_schema::resource_type(name).ok_or_else(|| no_such_type(name, ""))
}

fn type_place(resource: ResourceType) -> Place {
    Place {
        resource: Some(resource),
        names: Vec::new(),
        steps: Vec::new(),
        schemas: vec![resource.schema()],
        required: true,
    }
}

fn globals() -> Place {
    Place {
        resource: None,
        names: Vec::new(),
        steps: Vec::new(),
        schemas: vec![cfn_schema::globals()],
        required: false,
    }
}

/// A type that a user brought along, by its name in any case.
fn find_own(types: &OwnTypes, name: &str) -> Option<ResourceType> {
    types.all().into_iter().find(|resource| resource.name().eq_ignore_ascii_case(name))
}

/// A type by its name in any case, with or without its vendor.
fn find_type(name: &str) -> Option<ResourceType> {
    cfn_schema::resource_type(name).or_else(|| {
        cfn_schema::resource_types().find(|resource| {
            let known = resource.name();
            known.eq_ignore_ascii_case(name)
                || known.strip_prefix("AWS::").is_some_and(|rest| rest.eq_ignore_ascii_case(name))
        })
    })
}

/// The types of a service, or those whose last part is the name.
fn type_group(name: &str) -> Vec<&'static str> {
    let all = || cfn_schema::resource_types().map(ResourceType::name);
    let with_separator = format!("{}::", name.to_ascii_lowercase());
    let starts = |text: &str| text.to_ascii_lowercase().starts_with(&with_separator);
    let of_service: Vec<_> =
        all().filter(|known| starts(known) || known.split_once("::").is_some_and(|(_, rest)| starts(rest))).collect();
    if !of_service.is_empty() {
        return of_service;
    }
    all().filter(|known| known.rsplit("::").next().is_some_and(|kind| kind.eq_ignore_ascii_case(name))).collect()
}

/// What a group has in common, spelled as the types spell it.
fn group_name(wanted: &str, names: &[&str]) -> String {
    let first = names.first().copied().unwrap_or_default();
    let parts: Vec<&str> = first.split("::").collect();
    (1..parts.len())
        .map(|count| parts[..count].join("::"))
        .find(|prefix| {
            let prefix = prefix.as_str();
            prefix.eq_ignore_ascii_case(wanted)
                || prefix.split_once("::").is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(wanted))
        })
        .unwrap_or_else(|| parts.last().copied().unwrap_or(wanted).to_owned())
}

fn services() -> Vec<(&'static str, usize)> {
    let mut counts = BTreeMap::new();
    for resource in cfn_schema::resource_types() {
        let name = resource.name();
        let service = name.rfind("::").map_or(name, |_| {
            let mut ends = name.match_indices("::").map(|(at, _)| at);
            let (_, second) = (ends.next(), ends.next());
            second.map_or(name, |end| &name[..end])
        });
        *counts.entry(service).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

fn no_such_type(name: &str, path: &str) -> NotFound {
    let suffix = if path.is_empty() { String::new() } else { format!(".{path}") };
    let all = || cfn_schema::resource_types().map(ResourceType::name);
    let mut near = closest(name, all());
    let kind = name.rsplit("::").next().unwrap_or(name);
    if near.is_empty() && kind != name {
        // The kind is right and the service is not: `AWS::Queue`, `AWS::SNS::Queue`.
        near = all()
            .filter(|known| known.rsplit("::").next().is_some_and(|last| last.eq_ignore_ascii_case(kind)))
            .take(3)
            .collect();
    }
    if near.is_empty() {
        let services = services();
        let wanted = name.strip_prefix("AWS::").unwrap_or(name);
        near = closest(wanted, services.iter().filter_map(|(service, _)| service.split("::").nth(1)));
        return NotFound {
            message: format!("`{name}`: there is no such resource type or service"),
            suggestions: near.into_iter().map(str::to_owned).collect(),
            wants_schema: false,
        };
    }
    NotFound {
        message: format!("`{name}`: there is no such resource type"),
        suggestions: near.into_iter().map(|known| format!("{known}{suffix}")).collect(),
        wants_schema: false,
    }
}

/// Follows the steps.
fn walk(mut place: Place, steps: &[&str]) -> Result<Explanation, NotFound> {
    let start = place.clone();
    for (position, step) in steps.iter().enumerate() {
        match next(&place, step) {
            Some(inner) => place = inner,
            None => return missing(&start, &place, steps, position),
        }
    }
    Ok(Explanation::Property(place.describe(true)))
}

fn next(place: &Place, step: &str) -> Option<Place> {
    if step == "*" || step.bytes().all(|byte| byte.is_ascii_digit()) {
        // Members are gone into anyway; the star says so and changes nothing.
        return (place.inside().steps.len() > place.steps.len()).then(|| place.clone());
    }
    let inside = place.inside();
    let shape = Shape::of(&inside.schemas);
    let named = shape.properties().into_iter().find(|(name, _)| *name == step);
    let named = named.or_else(|| shape.properties().into_iter().find(|(name, _)| name.eq_ignore_ascii_case(step)));
    if let Some((name, mut schemas)) = named {
        // The schema of `Globals` says no more than that a property may be there; its type says the rest.
        if let ([kind], None) = (place.names.as_slice(), place.resource)
            && schemas.iter().all(|schema| schema.is_true())
            && let Some(resource) = cfn_schema::resource_type(&format!("AWS::Serverless::{kind}"))
            && let Some(schema) = resource.schema().property(name)
        {
            schemas = vec![schema];
        }
        return Some(inside.child(name, schemas, shape.requires(name)));
    }
    let form = find_form(&shape, step)?;
    let mut place = inside.child(form.shape.name.unwrap_or(step), vec![form.schema], place.required);
    // A form is no step of the template: it says which kind of value is meant.
    place.steps.pop();
    Some(place)
}

fn find_form<'a>(shape: &'a Shape, name: &str) -> Option<&'a Form> {
    shape.forms.iter().find(|form| form.shape.name.is_some_and(|known| known.eq_ignore_ascii_case(name)))
}

/// An attribute with dots in its name looks like a path; everything else is a mistake.
fn missing(start: &Place, place: &Place, steps: &[&str], position: usize) -> Result<Explanation, NotFound> {
    if let Some(resource) = start.resource
        && let Some(schema) = resource.attribute(&steps.join("."))
    {
        let mut found = start.child(&steps.join("."), vec![schema], false).describe(true);
        found.read_only = true;
        return Ok(Explanation::Property(found));
    }
    let step = steps[position];
    let inside = Shape::of(&place.inside().schemas);
    let properties = inside.properties();
    let names: Vec<&str> = properties
        .iter()
        .map(|(name, _)| *name)
        .chain(inside.forms.iter().filter_map(|form| form.shape.name))
        .collect();
    let path = place.path();
    let message = if names.is_empty() {
        format!("`{path}`: {} has no properties, got `{step}`", Shape::of(&place.schemas).kind())
    } else {
        format!("`{path}`: there is no property `{step}`")
    };
    let suggestions = closest(step, names).into_iter().map(|name| format!("{path}.{name}")).collect();
    Err(NotFound { message, suggestions, wants_schema: false })
}
