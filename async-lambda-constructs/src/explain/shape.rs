//! What a schema comes to once its references, alternatives and parts are put together.

use cfn_schema::{Keyword, Schema, Types};

/// Schemas of one place, taken apart: what always holds, and the forms of which one holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// The schemas that hold together: the schema itself, what it refers to, the members of `allOf`.
    pub(super) all: Vec<Schema>,
    /// The members of `anyOf` and `oneOf` that are a kind of value.
    pub(super) forms: Vec<Form>,
    /// The schemas that hold under a condition: `then`, `else`, members of `anyOf` without a type.
    pub(super) sometimes: Vec<Schema>,
    /// The definition's name, where the place is a reference.
    pub(super) name: Option<&'static str>,
}

/// One of several kinds of value.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) shape: Shape,
    pub(super) schema: Schema,
}

impl Shape {
    pub(super) fn of(schemas: &[Schema]) -> Shape {
        let mut shape = Shape::default();
        match schemas {
            [schema] => shape.add(*schema, 0),
            several => {
                shape.forms = several.iter().map(|schema| Form::of(*schema, 0)).collect();
            }
        }
        shape
    }

    fn add(&mut self, schema: Schema, depth: usize) {
        // Definitions may contain themselves; nobody reads alternatives of alternatives deeper than this.
        if depth > 6 || self.all.contains(&schema) {
            return;
        }
        self.all.push(schema);
        for keyword in schema.keywords() {
            match keyword {
                Keyword::Ref(name, target) => {
                    self.name.get_or_insert(short_name(name));
                    self.add(target, depth + 1);
                }
                Keyword::AllOf(parts) => parts.for_each(|part| self.add(part, depth + 1)),
                Keyword::AnyOf(parts) | Keyword::OneOf(parts) => {
                    for part in parts {
                        if says_what_it_is(part) {
                            self.forms.push(Form::of(part, depth + 1));
                        } else {
                            self.sometimes.push(part);
                        }
                    }
                }
                Keyword::If(_, then, otherwise) => self.sometimes.extend([then, otherwise]),
                _ => {}
            }
        }
    }

    /// What always holds, and the same of every form and condition: enough to find a name somewhere.
    pub(super) fn everything(&self) -> Vec<Schema> {
        let mut found = self.all.clone();
        for form in &self.forms {
            found.extend(form.shape.everything());
        }
        found.extend(&self.sometimes);
        found
    }

    /// The names of the properties with their schemas, in alphabetical order.
    pub(super) fn properties(&self) -> Vec<(&'static str, Vec<Schema>)> {
        let mut places = std::collections::BTreeMap::<&str, usize>::new();
        let mut found: Vec<Vec<Schema>> = Vec::new();
        for schema in self.everything() {
            for (name, inner) in schema.properties().into_iter().flatten() {
                let place = *places.entry(name).or_insert(found.len());
                if place == found.len() {
                    found.push(Vec::new());
                }
                let schemas = &mut found[place];
                // A condition that only says `true` of a property adds nothing to it.
                let adds = schemas.is_empty() || !inner.is_true();
                if adds && !schemas.contains(&inner) {
                    schemas.push(inner);
                }
            }
        }
        places.into_iter().map(|(name, place)| (name, std::mem::take(&mut found[place]))).collect()
    }

    /// The schemas of one property.
    pub(super) fn property(&self, name: &str) -> Option<Vec<Schema>> {
        self.properties().into_iter().find(|(known, _)| *known == name).map(|(_, schemas)| schemas)
    }

    /// The schemas of a list's members.
    pub(super) fn items(&self) -> Vec<Schema> {
        unique(self.everything().into_iter().filter_map(Schema::items))
    }

    /// The schemas of a map's values.
    pub(super) fn values(&self) -> Vec<Schema> {
        unique(self.everything().into_iter().flat_map(|schema| {
            schema.keywords().flat_map(|keyword| match keyword {
                Keyword::PatternProperties(map) => map.map(|(_, value)| value).collect(),
                Keyword::AdditionalProperties(value) => vec![value],
                _ => Vec::new(),
            })
        }))
        .into_iter()
        .filter(|value| !value.is_true() && !value.is_false())
        .collect()
    }

    /// Whether a property has to be there: said of all, or of every form that has it.
    pub(super) fn requires(&self, name: &str) -> bool {
        let mut having = self.forms.iter().filter(|form| form.shape.property(name).is_some()).peekable();
        self.all.iter().any(|schema| schema.required().any(|required| required == name))
            || (having.peek().is_some() && having.all(|form| form.shape.requires(name)))
    }

    /// What kind of value it is, in a few words: `string`, `list of Tag`, `object or string`.
    pub(super) fn kind(&self) -> String {
        self.kind_within(0)
    }

    fn kind_within(&self, depth: usize) -> String {
        let mut kinds: Vec<String> = Vec::new();
        let types = self.all.iter().find_map(|schema| schema.types());
        if self.forms.is_empty() || types.is_some() {
            kinds.extend(self.own_kinds(types, depth));
        } else {
            for form in &self.forms {
                kinds.push(form.shape.kind_within(depth + 1));
            }
        }
        let mut seen = Vec::new();
        kinds.retain(|kind| {
            let new = !seen.contains(kind);
            seen.push(kind.clone());
            new
        });
        match kinds.as_slice() {
            [] => "any value".to_owned(),
            few if few.len() <= 3 => few.join(" or "),
            many => format!("one of {} forms", many.len()),
        }
    }

    fn own_kinds(&self, types: Option<Types>, depth: usize) -> Vec<String> {
        let inner = |schemas: &[Schema]| {
            // A list of lists of itself has to end somewhere.
            if depth > 3 { "any value".to_owned() } else { Shape::of(schemas).kind_within(depth + 1) }
        };
        let object = || match self.name {
            Some(name) => name.to_owned(),
            None => match self.values().as_slice() {
                values if !values.is_empty() && self.properties().is_empty() => format!("map of {}", inner(values)),
                _ => "object".to_owned(),
            },
        };
        let Some(types) = types else {
            return if self.properties().is_empty() { Vec::new() } else { vec![object()] };
        };
        let mut kinds: Vec<String> = Vec::new();
        for name in types.names() {
            match name {
                "object" => kinds.insert(0, object()),
                "array" => kinds.push(match self.items().as_slice() {
                    [] => "list".to_owned(),
                    items => format!("list of {}", inner(items)),
                }),
                other => kinds.push(other.to_owned()),
            }
        }
        kinds
    }
}

impl Form {
    fn of(schema: Schema, depth: usize) -> Form {
        let mut shape = Shape::default();
        shape.add(schema, depth);
        Form { shape, schema }
    }
}

/// Whether a member of `anyOf` is a kind of value of its own, and not merely one more rule.
fn says_what_it_is(schema: Schema) -> bool {
    schema.keywords().any(|keyword| match keyword {
        Keyword::Type(_) | Keyword::Ref(..) | Keyword::Items(_) => true,
        Keyword::AllOf(parts) | Keyword::AnyOf(parts) | Keyword::OneOf(parts) => parts.into_iter().any(says_what_it_is),
        _ => false,
    })
}

/// Definitions of another type carry that type's name: `AWS::Lambda::Function.Environment`.
fn short_name(name: &'static str) -> &'static str {
    name.rsplit('.').next().unwrap_or(name)
}

fn unique(schemas: impl IntoIterator<Item = Schema>) -> Vec<Schema> {
    let mut found = Vec::new();
    for schema in schemas {
        if !found.contains(&schema) {
            found.push(schema);
        }
    }
    found
}
