//! Endpoints of one service in one VPC that share its public name.

use cfn_model::{Function, Node};
use indexmap::IndexMap;

use crate::{
    facts::{
        conditions::Fact,
        context::Context,
        text,
        values::{Value, path},
    },
    rules::{
        definition::{On, Reporter},
        values::of_type,
    },
};

rule! {
    /// An interface endpoint with `PrivateDnsEnabled` answers to the public name of its service within the VPC. The
    /// second endpoint for a service in a VPC cannot be created, because the name is taken.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   First:
    ///     Type: AWS::EC2::VPCEndpoint
    ///     Properties:
    ///       VpcId: vpc-0123abcd
    ///       VpcEndpointType: Interface
    ///       ServiceName: com.amazonaws.eu-central-1.sqs
    ///       PrivateDnsEnabled: true
    ///   Second:
    ///     Type: AWS::EC2::VPCEndpoint
    ///     Properties:
    ///       VpcId: vpc-0123abcd
    ///       VpcEndpointType: Interface
    ///       ServiceName: com.amazonaws.eu-central-1.sqs
    ///       PrivateDnsEnabled: true
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   First:
    ///     Type: AWS::EC2::VPCEndpoint
    ///     Properties:
    ///       VpcId: vpc-0123abcd
    ///       VpcEndpointType: Interface
    ///       ServiceName: com.amazonaws.eu-central-1.sqs
    ///       PrivateDnsEnabled: true
    ///   Second:
    ///     Type: AWS::EC2::VPCEndpoint
    ///     Properties:
    ///       VpcId: vpc-0123abcd
    ///       VpcEndpointType: Interface
    ///       ServiceName: com.amazonaws.eu-central-1.sqs
    ///       PrivateDnsEnabled: false
    /// ```
    E3064: error "two endpoints of a service with private DNS in one VPC",
    on: On::Document(check),
}

fn check<'d>(context: &Context<'d>, report: &mut Reporter<'_>) {
    let mut seen: IndexMap<(String, String), Vec<Vec<Fact<'_>>>> = IndexMap::new();
    for (id, _, root) in of_type(context, "AWS::EC2::VPCEndpoint") {
        let at = |value: &Value<'d>, path| Value { facts: value.facts.clone(), ..root.clone() }.get(context, path);
        let kinds = at(&root, "VpcEndpointType").into_iter().filter(|kind| kind.text() == Some("Interface"));
        let named = kinds.flat_map(|kind| at(&kind, "PrivateDnsEnabled"));
        let named = named.filter(|named| named.node == Some(&Node::Bool(true)));
        for network in named.flat_map(|named| at(&named, "VpcId")) {
            for service in at(&network, "ServiceName") {
                let (Some(network), Some(name)) = (identity(&network), identity(&service)) else { continue };
                let others = seen.entry((network, name)).or_default();
                let meets = |other: &Vec<Fact<'_>>| {
                    context.conditions.satisfiable(&[service.facts.as_slice(), other.as_slice()].concat())
                };
                if others.iter().any(meets) {
                    let message = format!(
                        "`{id}` must not have `PrivateDnsEnabled`, which another endpoint of this service has in the same VPC"
                    );
                    let help = "use one endpoint, or turn `PrivateDnsEnabled` off in one of them";
                    report.at(path(id, &[]), message).help(help);
                }
                others.push(service.facts.clone());
            }
        }
    }
}

/// Equal for two values that are the same thing.
fn identity(value: &Value<'_>) -> Option<String> {
    let node = value.node?;
    match Function::call(node) {
        None => node.as_str().map(|text| format!("text {text}")),
        Some((Function::Ref, name)) => Some(format!("resource {}", text::canonical(name))),
        Some((Function::GetAtt, Node::Array(parts))) => {
            Some(format!("attribute of {}", text::canonical(parts.first()?)))
        }
        Some((Function::GetAtt, name)) => Some(format!("attribute {}", text::canonical(name))),
        Some((Function::Sub, Node::Array(parts))) => Some(format!("sub {}", text::canonical(parts.first()?))),
        Some((Function::Sub, text)) => Some(format!("sub {}", text.as_str()?)),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |second: &str| {
            let endpoint = |service: &str| {
                format!(
                    "{{Type: AWS::EC2::VPCEndpoint, Properties: {{VpcEndpointType: Interface, PrivateDnsEnabled: true, VpcId: !Ref V, ServiceName: {service}}}}}"
                )
            };
            format!("Resources:\n  A: {}\n  B: {}\n", endpoint("sqs"), endpoint(second))
        };
        let message =
            "`B` must not have `PrivateDnsEnabled`, which another endpoint of this service has in the same VPC";
        check(&RULE, &template("sqs"), &[("Resources/B/Properties", message)]);
        check(&RULE, &template("sns"), &[]);
    }
}
