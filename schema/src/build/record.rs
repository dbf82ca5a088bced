//! The record of a resource type.

use std::collections::BTreeMap;

use super::{Document, Json, Offset, Problem, View, Words};
use crate::tag;

impl Words {
    /// The record of a type; `attributes` are the pairs of name and node that `Fn::GetAtt` offers, `regions` is the set of the
    /// regions that have it.
    ///
    /// # Errors
    ///
    /// The document is no schema of a resource type.
    pub fn record<'a, J: Json<'a>>(
        &mut self,
        document: &mut Document<'_, J>,
        name: &str,
        attributes: Offset,
        regions: Offset,
    ) -> Result<Offset, Problem> {
        let schema = document.root;
        let mut record = vec![0; tag::RECORD_WORDS];
        record[tag::RECORD_NAME] = self.string(name);
        record[tag::RECORD_NODE] = self.schema(document, schema)?;
        record[tag::RECORD_ATTRIBUTES] = attributes;
        record[tag::RECORD_REGIONS] = regions;
        for (position, keyword) in [
            (tag::RECORD_READ_ONLY, "readOnlyProperties"),
            (tag::RECORD_CREATE_ONLY, "createOnlyProperties"),
            (tag::RECORD_CONDITIONAL_CREATE_ONLY, "conditionalCreateOnlyProperties"),
            (tag::RECORD_WRITE_ONLY, "writeOnlyProperties"),
            (tag::RECORD_DEPRECATED, "deprecatedProperties"),
            (tag::RECORD_PRIMARY_IDENTIFIER, "primaryIdentifier"),
        ] {
            let mut paths = Vec::new();
            for path in property_paths(schema, keyword)? {
                paths.push(self.string(path));
            }
            paths.dedup();
            record[position] = self.list(&paths);
        }
        let within = |value: Option<J>, name: &str| value?.get(name)?.as_str();
        let tags = within(schema.get("tagging"), "tagProperty").unwrap_or_default();
        record[tag::RECORD_TAGS] = self.string(property_path(tags));
        let lifecycle = schema.get("lifecycle");
        let lifecycle = match (within(lifecycle, "status"), within(lifecycle, "date")) {
            (Some(status), Some(date)) => format!("{status} {date}"),
            (status, _) => status.unwrap_or_default().to_owned(),
        };
        record[tag::RECORD_LIFECYCLE] = self.string(&lifecycle);
        Ok(self.run(record))
    }

    /// What `Fn::GetAtt` offers of a type whose attributes are its read-only properties: pairs of name and node.
    ///
    /// # Errors
    ///
    /// As [`Words::record`].
    pub(crate) fn read_only_attributes<'a, J: Json<'a>>(
        &mut self,
        document: &mut Document<'_, J>,
    ) -> Result<Offset, Problem> {
        let root = document.root;
        let mut paths = property_paths(root, "readOnlyProperties")?;
        paths.sort_unstable();
        paths.dedup();
        let mut attributes = BTreeMap::new();
        for path in paths {
            let node = match at(root, path) {
                Some(schema) => self.part(document, schema)?,
                None => self.list(&[]),
            };
            attributes.insert(path.replace('/', "."), node);
        }
        let pairs: Vec<(u32, u32)> = attributes.into_iter().map(|(name, node)| (self.string(&name), node)).collect();
        Ok(self.pairs(&pairs))
    }
}

/// The schema at a path of property names; nothing where the path leads into something free.
fn at<'a, J: Json<'a>>(root: J, path: &str) -> Option<J> {
    path.split('/').try_fold(root, |schema, step| {
        let schema = resolve(root, schema);
        match step {
            "*" => schema.get("items").or_else(|| schema.get("additionalProperties")),
            name => schema.get("properties")?.get(name),
        }
    })
}

fn resolve<'a, J: Json<'a>>(root: J, schema: J) -> J {
    let mut schema = schema;
    // As long as a chain of references is for whoever reads the data.
    for _ in 0..16 {
        let target = schema.get("$ref").and_then(|to| root.pointer(to.as_str()?.strip_prefix('#')?));
        match target {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

/// The pointers of a list, as paths.
fn property_paths<'a, J: Json<'a>>(schema: J, keyword: &str) -> Result<Vec<&'a str>, Problem> {
    let Some(list) = schema.get(keyword) else { return Ok(Vec::new()) };
    let View::Array(members) = list.view() else {
        return Err(Problem::expected("a list of pointers to properties", list).below(keyword));
    };
    let text = |member: J| {
        member.as_str().ok_or_else(|| Problem::expected("a pointer such as `/properties/Name`", member).below(keyword))
    };
    members.into_iter().map(|member| text(member).map(property_path)).collect()
}

/// `/properties/A/B` as `A/B`.
fn property_path(pointer: &str) -> &str {
    pointer.strip_prefix("/properties/").unwrap_or(pointer)
}
