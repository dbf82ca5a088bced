//! Certificates.

use async_lambda_constructs::{constructs::Certificate, prelude::*};
use pretty_assertions::assert_eq;

use super::{findings, properties};

const ZONE: &str = "Z0123456789ABCDEFGHIJ";

#[test]
fn a_certificate_of_several_names() {
    let mut stack = Stack::new("shop");
    let certificate = Certificate::new("shop.example.com", ZONE)
        .name("*.shop.example.com")
        .customize_certificate(|certificate| certificate.key_algorithm("EC_prime256v1"));
    let certificate = stack.add("Certificate", certificate);
    let expected = json!({
        "DomainName": "shop.example.com",
        "DomainValidationOptions": [
            {"DomainName": "shop.example.com", "HostedZoneId": ZONE},
            {"DomainName": "*.shop.example.com", "HostedZoneId": ZONE},
        ],
        "KeyAlgorithm": "EC_prime256v1",
        "SubjectAlternativeNames": ["*.shop.example.com"],
        "ValidationMethod": "DNS",
    });
    assert_eq!(properties(&stack, "Certificate"), expected);
    assert_eq!(certificate.arn().into_node(), json!({"Ref": "Certificate"}));
}

#[test]
fn one_name_has_no_alternatives() {
    let mut stack = Stack::new("shop");
    let zone = stack.parameter("Zone", Parameter::new("AWS::Route53::HostedZone::Id"));
    stack.add("Certificate", Certificate::new("shop.example.com", zone.value::<String>()));
    assert_eq!(properties(&stack, "Certificate").get("SubjectAlternativeNames"), None);
}

#[test]
fn names_that_no_certificate_has() {
    let mut stack = Stack::new("shop");
    stack.add("A", Certificate::new("https://shop.example.com", "example.com"));
    stack.add("B", Certificate::new("a.example.com", ZONE).name("a.example.com").name("*.*.example.com"));
    stack.add("C", Certificate::new(format!("{}.example.com", "x".repeat(60)), ZONE));
    insta::assert_debug_snapshot!(findings(&stack));
}
