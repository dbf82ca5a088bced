//! The facts about a type and about a property.

use cfn_schema::{Constant, Keyword, ResourceType, Schema, Strings};

use super::shape::Shape;

/// What is known of a resource type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeFacts {
    /// Its name: `AWS::SQS::Queue`.
    pub name: &'static str,
    /// The page of the reference about it; empty for a type that a user brought along.
    pub documentation: String,
    /// The properties that can be set: required ones first, then by name.
    pub properties: Vec<Property>,
    /// Rules about several properties at once, each a short sentence.
    pub rules: Vec<String>,
    /// What `Fn::GetAtt` offers.
    pub attributes: Vec<Attribute>,
    /// The properties that together identify a resource.
    pub identifier: Vec<&'static str>,
    /// The property that holds the tags.
    pub tags: Option<&'static str>,
}

/// Something that `Fn::GetAtt` offers.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The name in the function: `Arn`, `Endpoint.Address`.
    pub name: &'static str,
    /// What kind of value it is.
    pub kind: String,
}

/// What a change of a property does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The resource stays.
    Update,
    /// The resource is replaced by a new one.
    Replace,
    /// Some changes replace the resource.
    MayReplace,
    /// Not known: SAM resources become others first.
    Unknown,
}

/// A fact about a property, such as `range` and `0..=900`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about: `range`, `length`, `pattern`, `one of`, `default`...
    pub label: &'static str,
    /// The values. For `one of` the members; otherwise what is said of each form of the property.
    pub values: Vec<String>,
}

/// What is known of a property.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Its place: `AWS::SQS::Queue.RedrivePolicy.maxReceiveCount`.
    pub path: String,
    /// Its name, the last part of the place.
    pub name: String,
    /// What kind of value it takes.
    pub kind: String,
    /// Whether it has to be there.
    pub required: bool,
    /// Whether only AWS sets it.
    pub read_only: bool,
    /// Whether AWS never shows it again.
    pub write_only: bool,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// What a change of it does.
    pub change: Change,
    /// Ranges, lengths, patterns, members and the like.
    pub facts: Vec<Fact>,
    /// Rules about several of its members at once.
    pub rules: Vec<String>,
    /// The names of its forms, where it takes several kinds of object. A path may go through them.
    pub forms: Vec<&'static str>,
    /// The properties below it, through lists and maps: required ones first, then by name.
    pub members: Vec<Property>,
    /// The page of the reference about it.
    pub documentation: String,
}

/// A place below a resource type.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The type; `None` for SAM's `Globals`.
    pub(super) resource: Option<ResourceType>,
    /// The names that lead here, as a user would write them.
    pub(super) names: Vec<String>,
    /// The same in the schema's way: with `*` for a member of a list or a map.
    pub(super) steps: Vec<String>,
    pub(super) schemas: Vec<Schema>,
    pub(super) required: bool,
}

impl Place {
    fn root(&self) -> &'static str {
        self.resource.map_or("Globals", ResourceType::name)
    }

    pub(super) fn path(&self) -> String {
        std::iter::once(self.root()).chain(self.names.iter().map(String::as_str)).collect::<Vec<_>>().join(".")
    }

    /// The place of the values, where this is a list or a map of something with names in it.
    pub(super) fn inside(&self) -> Place {
        let mut place = self.clone();
        // Deeper than a map of lists of maps there is nothing in any schema.
        for _ in 0..4 {
            let shape = Shape::of(&place.schemas);
            if !shape.properties().is_empty() {
                break;
            }
            let mut inner = shape.items();
            if inner.is_empty() {
                inner = shape.values();
            }
            if inner.is_empty() {
                break;
            }
            place.schemas = inner;
            place.steps.push("*".to_owned());
        }
        place
    }

    pub(super) fn child(&self, name: &str, schemas: Vec<Schema>, required: bool) -> Place {
        let with = |list: &[String]| list.iter().cloned().chain([name.to_owned()]).collect();
        Place { resource: self.resource, names: with(&self.names), steps: with(&self.steps), schemas, required }
    }

    /// The places right below this one: required ones first.
    pub(super) fn children(&self) -> Vec<Place> {
        let inside = self.inside();
        let shape = Shape::of(&inside.schemas);
        let properties = shape.properties().into_iter();
        let children = properties.map(|(name, schemas)| inside.child(name, schemas, shape.requires(name)));
        let (mut children, optional): (Vec<Place>, Vec<Place>) = children.partition(|child| child.required);
        children.extend(optional);
        children
    }

    /// Whether one of these paths is this place or one above it.
    fn is_within(&self, paths: impl FnOnce(ResourceType) -> Strings) -> bool {
        self.resource.is_some_and(|resource| {
            paths(resource).any(|path| {
                let mut steps = self.steps.iter();
                path.split('/').all(|wanted| steps.next().is_some_and(|step| step == wanted))
            })
        })
    }

    fn change(&self) -> Change {
        match self.resource {
            None => Change::Unknown,
            Some(resource) if resource.is_serverless() => Change::Unknown,
            Some(_) if self.is_within(ResourceType::create_only) => Change::Replace,
            Some(_) if self.is_within(ResourceType::conditional_create_only) => Change::MayReplace,
            Some(_) => Change::Update,
        }
    }

    pub(super) fn is_read_only(&self) -> bool {
        self.is_within(ResourceType::read_only)
    }

    fn documentation(&self) -> String {
        let Some(resource) = self.resource else {
            return "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html".to_owned();
        };
        let url = resource.documentation_url();
        let Some(property) = self.names.first().filter(|_| !url.is_empty()) else { return url };
        let mut parts = resource.name().split("::").skip(1).map(str::to_ascii_lowercase);
        let service = parts.next().unwrap_or_default();
        let kind = parts.collect::<Vec<_>>().join("-");
        let property = property.to_ascii_lowercase();
        if resource.is_serverless() {
            format!("{url}#sam-{kind}-{property}")
        } else {
            format!("{url}#cfn-{service}-{kind}-{property}")
        }
    }

    /// The facts about the property here, and with `members` those about the properties below it.
    pub(super) fn describe(&self, members: bool) -> Property {
        let shape = Shape::of(&self.schemas);
        let inside = Shape::of(&self.inside().schemas);
        let mut forms: Vec<&str> = inside.forms.iter().filter_map(|form| form.shape.name).collect();
        forms.dedup();
        Property {
            path: self.path(),
            name: self.names.last().cloned().unwrap_or_default(),
            kind: shape.kind(),
            required: self.required,
            read_only: self.is_read_only(),
            write_only: self.is_within(ResourceType::write_only),
            deprecated: self.is_within(ResourceType::deprecated),
            change: self.change(),
            facts: facts(&shape),
            rules: rules(&inside),
            forms,
            members: if members {
                self.children().iter().map(|child| child.describe(false)).collect()
            } else {
                Vec::new()
            },
            documentation: self.documentation(),
        }
    }
}

impl TypeFacts {
    pub(super) fn of(resource: ResourceType) -> TypeFacts {
        let place = Place {
            resource: Some(resource),
            names: Vec::new(),
            steps: Vec::new(),
            schemas: vec![resource.schema()],
            required: true,
        };
        TypeFacts {
            name: resource.name(),
            documentation: resource.documentation_url(),
            properties: place
                .children()
                .iter()
                .filter(|child| !child.is_read_only())
                .map(|child| child.describe(false))
                .collect(),
            rules: rules(&Shape::of(&place.schemas)),
            attributes: resource
                .attributes()
                .map(|(name, schema)| Attribute { name, kind: Shape::of(&[schema]).kind() })
                .collect(),
            identifier: resource.primary_identifier().collect(),
            tags: resource.tag_property(),
        }
    }
}

fn push(facts: &mut Vec<Fact>, label: &'static str, value: String) {
    match facts.iter_mut().find(|fact| fact.label == label) {
        Some(fact) if fact.values.contains(&value) => {}
        Some(fact) => fact.values.push(value),
        None => facts.push(Fact { label, values: vec![value] }),
    }
}

/// What a schema says of its value. What is said of a list's members carries `each` in its label.
fn facts(shape: &Shape) -> Vec<Fact> {
    let mut facts = Vec::new();
    for schema in shape.everything() {
        schema_facts(schema, &mut facts);
    }
    let mut members = Vec::new();
    for item in shape.items() {
        for schema in Shape::of(&[item]).everything() {
            schema_facts(schema, &mut members);
        }
    }
    for member in members {
        let label = match member.label {
            "one of" => "each one of",
            "pattern" => "each pattern",
            "range" => "each range",
            "length" => "each length",
            "format" => "each format",
            _ => continue,
        };
        facts.push(Fact { label, values: member.values });
    }
    facts
}

fn schema_facts(schema: Schema, facts: &mut Vec<Fact>) {
    let mut range = Range::default();
    let count = || Range { is_count: true, ..Range::default() };
    let (mut length, mut items, mut keys) = (count(), count(), count());
    for keyword in schema.keywords() {
        match keyword {
            Keyword::Minimum(bound) => range.low = Some(bound.as_str().to_owned()),
            Keyword::Maximum(bound) => range.high = Some(bound.as_str().to_owned()),
            Keyword::ExclusiveMinimum(bound) => push(facts, "above", bound.as_str().to_owned()),
            Keyword::ExclusiveMaximum(bound) => push(facts, "below", bound.as_str().to_owned()),
            Keyword::MultipleOf(bound) => push(facts, "multiple of", bound.as_str().to_owned()),
            Keyword::MinLength(count) => length.low = Some(count.to_string()),
            Keyword::MaxLength(count) => length.high = Some(count.to_string()),
            Keyword::MinItems(count) => items.low = Some(count.to_string()),
            Keyword::MaxItems(count) => items.high = Some(count.to_string()),
            Keyword::MinProperties(count) => keys.low = Some(count.to_string()),
            Keyword::MaxProperties(count) => keys.high = Some(count.to_string()),
            Keyword::MaxUniqueItems(count) => push(facts, "different members", format!("at most {count}")),
            Keyword::UniqueItems => push(facts, "members", "no two the same".to_owned()),
            Keyword::UniqueKeys(names) => {
                push(facts, "members", format!("no two with the same {}", names.collect::<Vec<_>>().join(" and ")));
            }
            Keyword::Pattern(pattern) => push(facts, "pattern", pattern.to_owned()),
            Keyword::Format(name) => push(facts, "format", name.to_owned()),
            Keyword::Default(value) => push(facts, "default", value.text().to_owned()),
            Keyword::Enum(values) | Keyword::EnumCaseInsensitive(values) => {
                values.map(Constant::text).for_each(|value| push(facts, "one of", value.to_owned()));
            }
            Keyword::Const(value) => push(facts, "one of", value.text().to_owned()),
            _ => {}
        }
    }
    for (label, range) in [("range", range), ("length", length), ("count", items), ("keys", keys)] {
        if let Some(text) = range.text() {
            push(facts, label, text);
        }
    }
}

#[derive(Default)]
struct Range {
    /// Whether it counts something, so that 0 is no bound.
    is_count: bool,
    low: Option<String>,
    high: Option<String>,
}

impl Range {
    fn text(self) -> Option<String> {
        match (self.low, self.high) {
            (Some(low), Some(high)) if low == high => Some(format!("exactly {low}")),
            (Some(low), None) if self.is_count && low == "0" => None,
            (Some(low), Some(high)) if self.is_count && low == "0" => Some(format!("at most {high}")),
            (Some(low), Some(high)) => Some(format!("{low}..={high}")),
            (Some(low), None) => Some(format!("at least {low}")),
            (None, Some(high)) => Some(format!("at most {high}")),
            (None, None) => None,
        }
    }
}

/// The rules about several properties at once.
fn rules(shape: &Shape) -> Vec<String> {
    let join = |names: Strings, word: &str| names.collect::<Vec<_>>().join(word);
    let mut rules = Vec::new();
    for schema in &shape.all {
        for keyword in schema.keywords() {
            match keyword {
                Keyword::RequiredXor(names) => rules.push(format!("exactly one of {}", join(names, ", "))),
                Keyword::RequiredOr(names) => rules.push(format!("at least one of {}", join(names, ", "))),
                Keyword::DependentRequired(lists) => {
                    rules.extend(lists.map(|(name, needed)| format!("{name} needs {}", join(needed, ", "))));
                }
                Keyword::DependentExcluded(lists) => {
                    rules.extend(lists.map(|(name, excluded)| format!("{name} excludes {}", join(excluded, ", "))));
                }
                Keyword::AnyOf(parts) | Keyword::OneOf(parts) => {
                    let choices: Vec<String> = parts
                        .filter(|part| part.types().is_none())
                        .map(|part| part.required().collect::<Vec<_>>().join(" and "))
                        .filter(|names| !names.is_empty())
                        .collect();
                    if choices.len() > 1 {
                        let word =
                            if matches!(keyword, Keyword::AnyOf(_)) { "at least one of" } else { "exactly one of" };
                        rules.push(format!("{word} {}", choices.join(", ")));
                    }
                }
                _ => {}
            }
        }
    }
    rules.sort();
    rules.dedup();
    rules
}
