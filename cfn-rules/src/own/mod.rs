//! Resource types that a user brings along: private ones, and those of third parties.

#[cfg_attr(not(feature = "schemas"), path = "no_read.rs")]
mod read;

use std::{collections::HashMap, fmt};

use cfn_model::{Finding, KeyHash, Node, OwnSchema, Path, text};
use cfn_schema::ResourceType;

use crate::codes;

/// What is read of the schema of a type: the largest of AWS has half a megabyte.
pub const SCHEMA_LIMITS: text::Limits = text::Limits { bytes: 4_000_000, depth: 128, nodes: 200_000 };

/// Resource types that a user brings along: validation takes their schemas as it takes those of AWS, which they may replace.
///
/// ```
/// use cfn_model::Template;
/// use cfn_rules::{Options, OwnTypes, validate};
///
/// let mut types = OwnTypes::default();
/// types.add(r#"{
///     "typeName": "My::Org::Mailbox",
///     "properties": {"Size": {"type": "integer", "maximum": 10}, "Address": {"type": "string"}},
///     "required": ["Size"],
///     "readOnlyProperties": ["/properties/Address"],
///     "additionalProperties": false
/// }"#)?;
/// let template = Template::parse("Resources: {Box: {Type: My::Org::Mailbox, Properties: {Size: 11}}}")?;
/// let report = validate(&template, &Options { types: Some(&types), ..Options::default() });
/// assert_eq!(report.findings[0].message, "`Size` must be at most 10, got 11");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct OwnTypes {
    types: HashMap<&'static str, ResourceType, KeyHash>,
}

/// Why a document is not the schema of a resource type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// Where in the document.
    pub path: Path,
    /// Rule and actual value.
    pub message: String,
    /// The fix, where it is known.
    pub help: Option<String>,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.0.is_empty() {
            true => f.write_str(&self.message),
            false => write!(f, "`{}`: {}", self.path, self.message),
        }
    }
}

impl std::error::Error for SchemaError {}

impl OwnTypes {
    /// Adds a type by the JSON text of its schema, as the registry of CloudFormation has it: the name is its `typeName`. What was
    /// learned of a schema stays in memory until the process ends.
    ///
    /// # Errors
    ///
    /// The text is no JSON, or no schema of a resource type, or the type has another schema already.
    pub fn add(&mut self, text: &str) -> Result<ResourceType, SchemaError> {
        self.add_document(None, &parsed(text)?)
    }

    /// The same, for a schema that was read already; with a name its `typeName`, where there is one, must be that.
    ///
    /// # Errors
    ///
    /// The document is no schema of a resource type, or the type has another schema already.
    pub fn add_document(&mut self, name: Option<&str>, schema: &Node) -> Result<ResourceType, SchemaError> {
        let stated = schema.get("typeName");
        let fail = |message: String, help: &str| SchemaError {
            path: Path::default().join("typeName"),
            message,
            help: Some(help.to_owned()),
        };
        let name = match (name, stated.map(|node| (node, node.as_str()))) {
            (_, Some((other, None))) => {
                return Err(fail(format!("must be a string, got {}", other.kind()), "name the type: `My::Org::Thing`"));
            }
            (Some(name), Some((_, Some(stated)))) if name != stated => {
                return Err(fail(
                    format!("must be `{name}`, got `{stated}`"),
                    "give the type the name that its schema has",
                ));
            }
            (Some(name), _) | (None, Some((_, Some(name)))) => name,
            (None, None) if schema.as_object().is_none() => {
                let message = format!("must be an object, got {}", schema.kind());
                return Err(SchemaError { path: Path::default(), message, help: None });
            }
            (None, None) => {
                return Err(SchemaError {
                    path: Path::default(),
                    message: "must have a `typeName`, as every schema of a resource type".to_owned(),
                    help: Some(
                        "is it the schema, and not a template? `aws cloudformation describe-type` prints it".to_owned(),
                    ),
                });
            }
        };
        if !is_type_name(name) {
            let help = "modules and custom resources have no schema: their properties are not checked";
            return Err(fail(format!("must be three names such as `My::Org::Thing`, got `{name}`"), help));
        }
        let kind = read::read(name, schema)?;
        // The same schema is the same type.
        if *self.types.entry(kind.name()).or_insert(kind) != kind {
            return Err(SchemaError {
                path: Path::default(),
                message: format!("must be the only one of `{name}`, another one was given before"),
                help: Some("remove one of the two".to_owned()),
            });
        }
        Ok(kind)
    }

    /// These types, and those of others that are not among them.
    #[must_use]
    pub fn or(mut self, others: OwnTypes) -> OwnTypes {
        for (name, kind) in others.types {
            self.types.entry(name).or_insert(kind);
        }
        self
    }

    /// The type with this name.
    pub fn get(&self, name: &str) -> Option<ResourceType> {
        self.types.get(name).copied()
    }

    /// Every type, sorted by name.
    pub fn all(&self) -> Vec<ResourceType> {
        cfn_model::sorted(self.types.values().copied().collect(), &|left, right| left.name().cmp(right.name()))
    }

    /// Whether it has no types.
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// Adds those that a template brings along, and gives back what is wrong with the schemas of the others.
    pub(crate) fn extend(&mut self, schemas: &[OwnSchema]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for own in schemas {
            let added = match &own.schema {
                Node::String(text) => parsed(text).and_then(|schema| self.add_document(Some(&own.type_name), &schema)),
                schema => self.add_document(Some(&own.type_name), schema),
            };
            if let Err(error) = added {
                let message = format!("schema of `{}`: {error}", own.type_name);
                let finding = Finding::new(&codes::AL0509, Path::default(), message).help(error.help);
                findings.push(Finding { origin: Some(own.origin), ..finding });
            }
        }
        findings
    }
}

/// Three names of letters and digits.
fn is_type_name(name: &str) -> bool {
    let is_part = |part: &str| (2..=64).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.split("::").count() == 3 && name.split("::").all(is_part) && !name.starts_with("Custom::")
}

fn parsed(text: &str) -> Result<Node, SchemaError> {
    text::parse(text, &SCHEMA_LIMITS).map(|document| document.node).map_err(|error| SchemaError {
        path: Path::default(),
        message: format!("must be JSON: {error}"),
        help: None,
    })
}
