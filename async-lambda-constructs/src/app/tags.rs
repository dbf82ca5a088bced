//! Tags of the settings, on every resource that takes tags.

use cfn_model::{IntoNode, Node, Object, Path};
use indexmap::IndexMap;

use crate::{
    Stack,
    config::{Setting, tag_value},
};

/// The property of SAM's resources that hands their tags on to the resources that SAM makes of them.
const PROPAGATE: &str = "PropagateTags";

/// The form of a type's tags.
enum Form {
    /// `[{"Key": .., "Value": ..}]`
    List,
    /// `{key: value}`
    Map,
}

/// Gives tags to these resources, where they take tags, and says which part of the template comes from which part of the
/// config file. Tags that a resource has already stay.
#[track_caller]
pub(super) fn add(stack: &mut Stack, ids: &[String], tags: &IndexMap<String, Setting>) -> Vec<(Path, Path)> {
    let mut places = Vec::new();
    if tags.is_empty() {
        return places;
    }
    for id in ids {
        let Some(resource) = stack.resource(id) else { continue };
        let Some((name, form)) = resource["Type"].as_str().and_then(taggable) else { continue };
        let at = Path(vec!["Resources".into(), id.as_str().into(), "Properties".into(), name.into()]);
        let existing = &resource["Properties"][name];
        let value = match form {
            Form::List => {
                let mut list = existing.as_array().map(<[Node]>::to_vec).unwrap_or_default();
                for (key, setting) in tags {
                    if list.iter().any(|tag| tag["Key"].as_str() == Some(key)) {
                        continue;
                    }
                    places.extend(["Key", "Value"].map(|part| (at.join(list.len()).join(part), setting.path.clone())));
                    let tag = [("Key".to_owned(), key.as_str().into_node()), ("Value".to_owned(), tag_value(setting))];
                    list.push(Object::from_iter(tag).into_node());
                }
                list.into_node()
            }
            Form::Map => {
                let mut map = existing.as_object().cloned().unwrap_or_default();
                for (key, setting) in tags.iter().filter(|(key, _)| existing.get(key).is_none()) {
                    places.push((at.join(key.as_str()), setting.path.clone()));
                    map.insert(key.clone(), tag_value(setting));
                }
                map.into_node()
            }
        };
        let hands_on = resource["Type"].as_str().is_some_and(|name| has_property(name, PROPAGATE));
        stack.override_property(id, [name], value);
        if hands_on {
            stack.override_property(id, [PROPAGATE], true);
        }
    }
    places
}

/// The property with the tags of a type, and its form.
fn taggable(name: &str) -> Option<(&'static str, Form)> {
    let resource = cfn_schema::resource_type(name)?;
    let property = resource.tag_property().and_then(|path| path.rsplit('/').next()).unwrap_or("Tags");
    let schema = resource.schema().property(property)?.resolve();
    match schema.items() {
        Some(tag) => {
            ["Key", "Value"].iter().all(|part| tag.resolve().property(part).is_some()).then_some((property, Form::List))
        }
        None => Some((property, Form::Map)),
    }
}

fn has_property(name: &str, property: &str) -> bool {
    cfn_schema::resource_type(name).is_some_and(|resource| resource.schema().property(property).is_some())
}

#[cfg(test)]
mod tests {
    use super::{Form, taggable};

    #[test]
    fn forms() {
        let check = |name: &str, expected: Option<&str>| {
            let form = taggable(name).map(|(property, form)| match form {
                Form::List => format!("{property} list"),
                Form::Map => format!("{property} map"),
            });
            assert_eq!(form.as_deref(), expected, "{name}");
        };
        for name in [
            "AWS::SQS::Queue",
            "AWS::S3::Bucket",
            "AWS::Logs::LogGroup",
            "AWS::CloudWatch::Alarm",
            "AWS::CertificateManager::Certificate",
            "AWS::DynamoDB::Table",
            "AWS::Scheduler::ScheduleGroup",
            "AWS::IAM::Role",
            "AWS::KMS::Key",
        ] {
            check(name, Some("Tags list"));
        }
        check("AWS::Serverless::Function", Some("Tags map"));
        check("AWS::Serverless::Api", Some("Tags map"));
        check("AWS::Scheduler::Schedule", None);
        check("AWS::S3::BucketPolicy", None);
        check("AWS::Nowhere::Nothing", None);
    }
}
