//! Tags, in the form that a resource's type wants.

use cfn_model::{IntoNode, Node, Object, Path};

use crate::Stack;

/// The property of SAM's resources that hands their tags on to the resources that SAM makes of them.
const PROPAGATE: &str = "PropagateTags";

/// The form of a type's tags.
enum Form {
    /// `[{"Key": .., "Value": ..}]`
    List,
    /// `{key: value}`
    Map,
}

/// Gives tags to a resource. Tags that it has already stay. Returns the position of each tag that was added, with the places in the
/// template that come from it; `None` for a resource that takes no tags.
#[track_caller]
pub(crate) fn add(stack: &mut Stack, id: &str, tags: &[(&str, Node)]) -> Option<Vec<(usize, Vec<Path>)>> {
    let resource = stack.resource(id)?;
    let (name, form) = resource["Type"].as_str().and_then(taggable)?;
    if tags.is_empty() {
        return Some(Vec::new());
    }
    let at = Path(vec!["Resources".into(), id.into(), "Properties".into(), name.into()]);
    let existing = &resource["Properties"][name];
    let mut added = Vec::new();
    let value = match form {
        Form::List => {
            let mut list = existing.as_array().map(<[Node]>::to_vec).unwrap_or_default();
            for (position, (key, value)) in tags.iter().enumerate() {
                if list.iter().any(|tag| tag["Key"].as_str() == Some(key)) {
                    continue;
                }
                added.push((position, ["Key", "Value"].map(|part| at.join(list.len()).join(part)).to_vec()));
                let tag = [("Key".to_owned(), key.into_node()), ("Value".to_owned(), value.clone())];
                list.push(Object::from_iter(tag).into_node());
            }
            list.into_node()
        }
        Form::Map => {
            let mut map = existing.as_object().cloned().unwrap_or_default();
            for (position, (key, value)) in tags.iter().enumerate().filter(|(_, (key, _))| existing.get(key).is_none())
            {
                added.push((position, vec![at.join(*key)]));
                map.insert((*key).to_owned(), value.clone());
            }
            map.into_node()
        }
    };
    let hands_on = resource["Type"].as_str().is_some_and(|name| has_property(name, PROPAGATE));
    stack.override_property(id, [name], value);
    if hands_on {
        stack.override_property(id, [PROPAGATE], true);
    }
    Some(added)
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
