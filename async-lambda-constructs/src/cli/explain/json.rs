//! Explanations for programs.

use serde_json::{Value, json};

use crate::explain::{Change, Explanation, Property, TypeFacts};

pub(super) fn render(explanation: &Explanation) -> Value {
    match explanation {
        Explanation::Type(facts) => resource_type(facts),
        Explanation::Property(facts) => {
            let mut value = json!({"kind": "property", "path": facts.path});
            merge(&mut value, property(facts));
            merge(&mut value, json!({"documentation": facts.documentation}));
            value
        }
        Explanation::Types { of, names } => json!({"kind": "types", "of": of, "names": names}),
        Explanation::Services(services) => {
            let services: serde_json::Map<String, Value> =
                services.iter().map(|(name, count)| ((*name).to_owned(), (*count).into())).collect();
            json!({"kind": "services", "types": services})
        }
    }
}

fn resource_type(facts: &TypeFacts) -> Value {
    let attributes: Vec<Value> =
        facts.attributes.iter().map(|attribute| json!({"name": attribute.name, "type": attribute.kind})).collect();
    json!({
        "kind": "type",
        "name": facts.name,
        "documentation": facts.documentation,
        "identifier": facts.identifier,
        "tags": facts.tags,
        "properties": facts.properties.iter().map(property).collect::<Vec<_>>(),
        "rules": facts.rules,
        "attributes": attributes,
    })
}

fn property(facts: &Property) -> Value {
    let constraints: serde_json::Map<String, Value> =
        facts.facts.iter().map(|fact| (fact.label.to_owned(), json!(fact.values))).collect();
    let mut value = json!({
        "name": facts.name,
        "type": facts.kind,
        "required": facts.required,
        "read_only": facts.read_only,
        "write_only": facts.write_only,
        "deprecated": facts.deprecated,
        "change": match facts.change {
            Change::Update => Some("update"),
            Change::Replace => Some("replace"),
            Change::MayReplace => Some("may-replace"),
            Change::Unknown => None,
        },
        "constraints": constraints,
    });
    if !facts.rules.is_empty() {
        merge(&mut value, json!({"rules": facts.rules}));
    }
    if !facts.forms.is_empty() {
        merge(&mut value, json!({"forms": facts.forms}));
    }
    if !facts.members.is_empty() {
        merge(&mut value, json!({"properties": facts.members.iter().map(property).collect::<Vec<_>>()}));
    }
    value
}

/// Adds the entries of one object to another.
fn merge(target: &mut Value, more: Value) {
    if let (Value::Object(target), Value::Object(more)) = (target, more) {
        target.extend(more);
    }
}
