//! Networks.

use async_lambda_constructs::{constructs::Network, prelude::*};
use cfn_model::Path;
use pretty_assertions::assert_eq;
use serde_json::Value as Json;

use super::{findings, properties};

/// The blocks of all subnets, by logical id.
fn blocks(network: Network) -> Vec<(String, String)> {
    let mut stack = Stack::new("shop");
    stack.add("Net", network);
    assert_eq!(findings(&stack), [""; 0]);
    let template = serde_json::to_value(stack.template().document().clone().into_node()).unwrap();
    let subnets = template["Resources"].as_object().unwrap().iter().filter(|(_, it)| it["Type"] == "AWS::EC2::Subnet");
    subnets.map(|(id, it)| (id.clone(), it["Properties"]["CidrBlock"].as_str().unwrap().to_owned())).collect()
}

fn problems(network: Network) -> Vec<String> {
    let mut stack = Stack::new("shop");
    stack.add("Net", network);
    let findings = findings(&stack);
    findings
        .into_iter()
        .filter_map(|finding| Some(finding.strip_prefix("AL0007 network `Net`: ")?.to_owned()))
        .collect()
}

fn ids(stack: &Stack) -> Vec<String> {
    let template = serde_json::to_value(stack.template().document().clone().into_node()).unwrap();
    template["Resources"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn a_network_as_it_comes() {
    let mut stack = Stack::new("shop");
    let network = stack.add("Net", Network::new());
    let expected = [
        "Net",
        "NetIsolatedRoutes",
        "NetIsolated1",
        "NetIsolated1RoutesAssociation",
        "NetIsolated2",
        "NetIsolated2RoutesAssociation",
        "NetFunctions",
        "NetS3Endpoint",
        "NetDynamoDbEndpoint",
    ];
    assert_eq!(ids(&stack), expected);
    let subnet = properties(&stack, "NetIsolated2");
    assert_eq!(subnet["AvailabilityZone"], json!({"Fn::Select": ["1", {"Fn::GetAZs": ""}]}));
    assert_eq!(properties(&stack, "NetS3Endpoint")["RouteTableIds"], json!([{"Ref": "NetIsolatedRoutes"}]));
    assert_eq!(network.subnets(), network.isolated_subnets());
    assert_eq!(network.security_group().into_node(), json!({"Fn::GetAtt": ["NetFunctions", "GroupId"]}));
    assert!(network.metrics_nat_port_errors().is_empty());
}

#[test]
fn no_block_moves_when_something_is_added() {
    let all = blocks(Network::new().zones(6).nat_gateways(2));
    assert_eq!(all.len(), 18);
    for zones in 1..=6 {
        for network in [Network::new(), Network::new().public_subnets(), Network::new().nat_gateways(1)] {
            for subnet in blocks(network.zones(zones)) {
                assert!(all.contains(&subnet), "{subnet:?}");
            }
        }
    }
    assert_eq!(all[0], ("NetPublic1".to_owned(), "10.0.0.0/21".to_owned()));
    assert_eq!(
        blocks(Network::new().cidr("192.168.2.0/23"))[1],
        ("NetIsolated2".to_owned(), "192.168.3.16/28".to_owned())
    );
}

#[test]
fn everything_that_a_network_can_have() {
    let mut stack = Stack::new("shop");
    let network = Network::new()
        .cidr("172.16.0.0/16")
        .zone_names(["eu-central-1a", "eu-central-1b", "eu-central-1c"])
        .nat_gateways(2)
        .interface_endpoint("sqs")
        .interface_endpoint("ecr.api")
        .interface_endpoint("com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0")
        .flow_logs(30)
        .customize_vpc(|vpc| {
            vpc.insert("InstanceTenancy".to_owned(), "dedicated".into_node());
        });
    let network = stack.add("Net", network);
    let code = sam::Function::new()
        .handler("index.handler")
        .runtime("python3.13")
        .inline_code("def handler(event, context): return event");
    stack.add("Work", code.vpc_config(network.vpc_config()));
    properties(&stack, "Net");
    let template: Json = serde_json::to_value(stack.template().document().clone().into_node()).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&template["Resources"]).unwrap());
    assert_eq!(network.metrics_nat_bytes_out().len(), 2);
    assert_eq!(network.subnets(), network.private_subnets());
}

#[test]
fn functions_of_lambda_itself() {
    let mut stack = Stack::new("shop");
    let network = stack.add("Net", Network::new().without_gateway_endpoints());
    assert!(stack.resource("NetS3Endpoint").is_none());
    let expected = json!({
        "SecurityGroupIds": [{"Fn::GetAtt": ["NetFunctions", "GroupId"]}],
        "SubnetIds": [{"Ref": "NetIsolated1"}, {"Ref": "NetIsolated2"}],
    });
    assert_eq!(network.lambda_vpc_config().into_node(), expected.clone().into_node());
    assert_eq!(network.vpc_config().into_node(), expected.into_node());
    let policy = serde_json::to_value(network.grant_join()).unwrap();
    assert!(policy["Statement"][0]["Action"].as_array().unwrap().contains(&json!("ec2:CreateNetworkInterface")));
}

#[test]
fn values_that_do_not_fit() {
    insta::assert_debug_snapshot!([
        problems(Network::new().cidr("10.0.0.0/24")),
        problems(Network::new().cidr("10.0.0.0/8")),
        problems(Network::new().cidr("10.0.8.0/16")),
        problems(Network::new().cidr("11.0.0.0/16")),
        problems(Network::new().cidr("ten")),
        problems(Network::new().zones(0)),
        problems(Network::new().zones(7)),
        problems(Network::new().zone_names(["eu-central-1a", "eu-central-1a"])),
        problems(Network::new().nat_gateways(3)),
        problems(
            Network::new()
                .interface_endpoint("sqs")
                .interface_endpoint("sqs")
                .interface_endpoint("s3")
                .interface_endpoint("")
        ),
    ]);
}

#[test]
fn findings_about_any_of_its_resources_have_the_line_of_the_user() {
    let mut stack = Stack::new("shop");
    stack.add("Net", Network::new().nat_gateways(1).interface_endpoint("sqs").flow_logs(30));
    let line = line!() - 1;
    for id in ids(&stack) {
        let origin = stack.origin(&Path(vec!["Resources".into(), id.as_str().into()])).unwrap();
        assert_eq!((origin.line, origin.file.ends_with("network.rs")), (line, true), "{id}");
    }
}
