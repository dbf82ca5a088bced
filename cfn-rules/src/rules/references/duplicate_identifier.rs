//! Resources of one type with the same identifier.

use std::collections::{HashMap, HashSet};

use cfn_model::Node;
use cfn_schema::ResourceType;

use crate::{
    facts::{
        conditions::Fact,
        context::Context,
        place::Place,
        text,
        values::{self, Value},
    },
    rules::definition::{On, Reporter},
};

/// How many ways in which one identifier can turn out are compared.
const MOST_WAYS: usize = 16;

/// A resource, and when it has the identifier.
struct Known<'d> {
    id: &'d str,
    facts: Vec<Fact<'d>>,
}

rule! {
    /// An identifier, such as the name of a bucket, belongs to one resource. AWS refuses to create the second.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Photos:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       BucketName: example-photos
    ///   Videos:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       BucketName: example-photos
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Photos:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       BucketName: example-photos
    ///   Videos:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       BucketName: example-videos
    /// ```
    E3019: error "two resources with one identifier",
    on: On::Document(check),
}

/// Reports resources of one type with the same identifier, as far as both can be there at once.
fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let mut seen: HashMap<(&str, Vec<String>), Vec<Known<'_>>> = HashMap::new();
    let mut reported = HashSet::new();
    for (id, resource) in context.section("Resources").into_iter().flatten() {
        let kind = resource.get("Type").and_then(Node::as_str);
        let Some(known) = kind.and_then(|kind| context.resource_type(kind)) else { continue };
        let names = names(known);
        if names.is_empty() {
            continue;
        }
        let condition = resource.get("Condition").and_then(Node::as_str);
        let condition = condition.and_then(|name| Some(Fact::Condition(context.conditions.id(name)?, true)));
        // `Properties` can be an `Fn::If` as a whole.
        let forms = resource.get("Properties").map(|properties| forms_of(context, properties)).unwrap_or_default();
        let ways = forms.into_iter().flat_map(|properties| {
            let facts = [condition.as_slice(), &properties.facts].concat();
            let mut ways = vec![(Vec::new(), facts)];
            for name in &names {
                let node = properties.node.and_then(|properties| properties.get(name));
                let values = node.map(|node| forms_of(context, node)).unwrap_or_default();
                // Two functions give the same when they are the same.
                let texts: Vec<_> =
                    values.iter().filter_map(|value| Some((text::canonical(value.node?), &value.facts))).collect();
                let longer = ways.iter().flat_map(|(so_far, facts)| {
                    texts.iter().map(move |(text, more)| {
                        let so_far: &Vec<String> = so_far;
                        ([so_far.as_slice(), std::slice::from_ref(text)].concat(), [facts.as_slice(), more].concat())
                    })
                });
                ways = longer.take(MOST_WAYS).collect();
            }
            ways
        });
        let ways: Vec<_> = ways.take(MOST_WAYS).collect();
        for (value, facts) in ways {
            let same = seen.entry((known.name(), value)).or_default();
            for other in same.iter().filter(|other| other.id != id) {
                if context.conditions.satisfiable(&[other.facts.as_slice(), &facts].concat()) {
                    for (one, other) in [(other.id, id.as_str()), (id, other.id)] {
                        if reported.insert(one) {
                            twice(one, other, &names, report);
                        }
                    }
                }
            }
            // Those that come later are compared with the first ones; that is enough to find them.
            if same.len() < MOST_WAYS {
                same.push(Known { id, facts });
            }
        }
    }
}

/// The properties that identify a resource of this type, when the template sets all of them.
fn names(known: ResourceType) -> Vec<&'static str> {
    if known.name() == "AWS::CodeBuild::Project" {
        // Its schema says that the identifier is made by AWS; names are unique all the same.
        return vec!["Name"];
    }
    let set_by_aws = known.primary_identifier().any(|path| known.read_only().any(|other| other == path));
    let nested = known.primary_identifier().any(|path| path.contains('/'));
    if set_by_aws || nested { Vec::new() } else { known.primary_identifier().collect() }
}

/// The values that a property can have, and when, without `AWS::NoValue`; none where it is unknown.
fn forms_of<'d>(context: &Context<'_>, node: &'d Node) -> Vec<Value<'d>> {
    let found = values::branches(context, Value::new(Some(node), Vec::new()), &[], &Node::Null, MOST_WAYS);
    found.unwrap_or_default().into_iter().filter(|value| !matches!(value.node, None | Some(Node::Null))).collect()
}

fn twice(id: &str, other: &str, names: &[&str], report: &mut Reporter<'_>) {
    let section = Place::Root.key("Resources");
    let resource = section.key(id);
    let properties = resource.key("Properties");
    let name = text::listed(names.iter().copied(), "and");
    let message = format!("{name} must identify one resource, and `{}` has the same", text::shortened(other));
    let path = match names {
        [only] => properties.key(only).to_path(),
        _ => properties.to_path(),
    };
    report.at(path, message).help("give one of them another name");
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |first: &str, second: &str| {
            format!(
                "Parameters: {{Stage: {{Type: String}}}}\nConditions: {{Prod: !Equals [!Ref Stage, prod]}}\nResources:\n  A: \
                 {{Type: AWS::S3::Bucket, Properties: {first}}}\n  B: {{Type: AWS::S3::Bucket, Properties: \
                 {{BucketName: {second}}}}}\n"
            )
        };
        let found = [
            ("Resources/A/Properties/BucketName", "`BucketName` must identify one resource, and `B` has the same"),
            ("Resources/B/Properties/BucketName", "`BucketName` must identify one resource, and `A` has the same"),
        ];
        let either = "!If [Prod, {BucketName: aaa}, {BucketName: bbb}]";
        check(&RULE, &template(either, "bbb"), &found);
        check(&RULE, &template(either, "ccc"), &[]);
        check(&RULE, &template("{BucketName: !If [Prod, aaa, bbb]}", "!If [Prod, bbb, aaa]"), &[]);
        check(&RULE, &template("{BucketName: !If [Gone, aaa, bbb]}", "aaa"), &[]);
    }
}
