//! What a resource is called from outside of its template: made of its name, so that no template needs another one.

use cfn_model::{IntoNode, Node};

/// The value of `Ref`, or of an attribute, of a resource with a name of its own, as a text of `Fn::Sub`.
pub(super) fn text(resource: &Node, attribute: Option<&str>) -> Option<String> {
    let properties = &resource["Properties"];
    let arn = |service: &str, name: &str| {
        format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{name}")
    };
    match (resource["Type"].as_str()?, attribute) {
        ("AWS::SQS::Queue", attribute) => {
            let name = literal(&properties["QueueName"])?;
            match attribute {
                None | Some("QueueUrl") => {
                    Some(format!("https://sqs.${{AWS::Region}}.${{AWS::URLSuffix}}/${{AWS::AccountId}}/{name}"))
                }
                Some("Arn") => Some(arn("sqs", name)),
                Some("QueueName") => Some(name.to_owned()),
                Some(_) => None,
            }
        }
        ("AWS::Serverless::Function" | "AWS::Lambda::Function", attribute) => {
            let name = literal(&properties["FunctionName"])?;
            match attribute {
                None => Some(name.to_owned()),
                Some("Arn") => Some(arn("lambda", &format!("function:{name}"))),
                Some(_) => None,
            }
        }
        _ => None,
    }
}

/// The text as a value.
pub(super) fn value(text: String) -> Node {
    if text.contains("${") { cfn_model::intrinsic::sub(text).into_node() } else { text.into_node() }
}

/// A name that is known now, without anything that `Fn::Sub` would replace.
fn literal(name: &Node) -> Option<&str> {
    name.as_str().filter(|name| !name.contains("${") && !name.contains("{{"))
}
