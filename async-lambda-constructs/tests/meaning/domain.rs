//! Names of APIs and other targets.

use async_lambda_constructs::{
    constructs::{Certificate, CertificateHandle, Domain, HttpApi, HttpApiHandle, Route},
    prelude::*,
};
use pretty_assertions::assert_eq;

use super::{findings, properties};

const ZONE: &str = "Z0123456789ABCDEFGHIJ";

fn api(stack: &mut Stack) -> HttpApiHandle {
    let function = "arn:aws:lambda:eu-central-1:123456789012:function:shop";
    stack.add("Api", HttpApi::new().route(Route::get("/", function)).only_by_domain())
}

#[test]
fn a_name_of_an_http_api() {
    let mut stack = Stack::new("shop");
    let api = api(&mut stack);
    let certificate = stack.add("Certificate", Certificate::new("*.example.com", ZONE));
    let domain = stack.add("Domain", Domain::http_api("api.example.com", ZONE, &api, &certificate).path("v1"));
    let expected = json!({
        "DomainName": "api.example.com",
        "DomainNameConfigurations": [{
            "CertificateArn": {"Ref": "Certificate"}, "EndpointType": "REGIONAL", "IpAddressType": "dualstack",
            "SecurityPolicy": "TLS_1_2",
        }],
    });
    assert_eq!(properties(&stack, "Domain"), expected);
    let expected = json!({"ApiId": {"Ref": "Api"}, "ApiMappingKey": "v1", "DomainName": {"Ref": "Domain"}, "Stage": {"Ref": "ApiStage"}});
    assert_eq!(properties(&stack, "DomainMapping"), expected);
    for (id, kind) in [("DomainA", "A"), ("DomainAAAA", "AAAA")] {
        let expected = json!({
            "AliasTarget": {
                "DNSName": {"Fn::GetAtt": ["Domain", "RegionalDomainName"]},
                "HostedZoneId": {"Fn::GetAtt": ["Domain", "RegionalHostedZoneId"]},
            },
            "HostedZoneId": ZONE, "Name": "api.example.com", "Type": kind,
        });
        assert_eq!(properties(&stack, id), expected);
    }
    assert_eq!(domain.url().literal().map(String::as_str), Some("https://api.example.com"));
    assert_eq!(properties(&stack, "Api")["DisableExecuteApiEndpoint"], true);
}

#[test]
fn a_name_of_something_else() {
    let mut stack = Stack::new("shop");
    let domain = Domain::alias("www.example.com", ZONE, "d111111abcdef8.cloudfront.net", "Z2FDTNDATAQYW2");
    let domain = stack.add("Www", domain);
    let target = &properties(&stack, "WwwAAAA")["AliasTarget"];
    assert_eq!(*target, json!({"DNSName": "d111111abcdef8.cloudfront.net", "HostedZoneId": "Z2FDTNDATAQYW2"}));
    assert!(domain.resource().is_none() && stack.resource("Www").is_none());
}

#[test]
fn a_certificate_for_other_names() {
    let mut stack = Stack::new("shop");
    let api = api(&mut stack);
    let certificate = stack.add("Certificate", Certificate::new("example.com", ZONE).name("*.example.com"));
    stack.add("A", Domain::http_api("api.example.com", ZONE, &api, &certificate));
    stack.add("B", Domain::http_api("v1.api.example.com", ZONE, &api, &certificate));
    stack.add("C", Domain::http_api("example.org", ZONE, &api, &CertificateHandle::from_arn(certificate.arn())));
    stack.add("D", Domain::alias("https://example.com/", "/hostedzone/Z1", "d1.cloudfront.net", "Z2FDTNDATAQYW2"));
    insta::assert_debug_snapshot!(findings(&stack));
}
