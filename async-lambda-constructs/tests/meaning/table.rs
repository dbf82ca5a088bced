//! Tables.

use async_lambda_constructs::{
    constructs::{Index, Key, Projection, Table},
    prelude::*,
};
use pretty_assertions::assert_eq;

use super::{findings, properties};

#[test]
fn a_table_as_it_comes() {
    let mut stack = Stack::new("shop");
    let orders = stack.add("Orders", Table::new(Key::string("customer")));
    let expected = json!({
        "AttributeDefinitions": [{"AttributeName": "customer", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"}],
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true},
    });
    assert_eq!(properties(&stack, "Orders"), expected);
    assert_eq!(stack.resource("Orders").unwrap()["DeletionPolicy"], "Retain".into_node());
    assert_eq!(stack.resource("Orders").unwrap()["UpdateReplacePolicy"], "Retain".into_node());
    assert_eq!(orders.arn().into_node(), json!({"Fn::GetAtt": ["Orders", "Arn"]}));
}

#[test]
fn everything_that_a_table_can_have() {
    let key = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let mut stack = Stack::new("shop");
    let orders = Table::new(Key::string("customer"))
        .sort_key(Key::number("placed_at"))
        .index(Index::new("by-status", Key::string("status")).sort_key(Key::number("placed_at")).keys_only())
        .index(Index::new("by-hash", Key::binary("hash")).projection(Projection::Include(vec!["total".to_owned()])))
        .index(Index::new("by-day", Key::string("day")))
        .time_to_live("expires_at")
        .stream()
        .without_recovery()
        .encrypted_with(key)
        .deletion_protection()
        .customize_table(|table| table.table_class("STANDARD_INFREQUENT_ACCESS"));
    let orders = stack.add("Orders", orders);
    stack.output("Stream", Output::new(orders.stream_arn()));
    insta::assert_snapshot!(serde_json::to_string_pretty(&properties(&stack, "Orders")).unwrap());
    // The key comes with what is granted.
    let policy = serde_json::to_value(orders.grant_read()).unwrap();
    assert_eq!(policy["Statement"][1]["Resource"], key);
}

#[test]
fn indexes_that_no_table_has() {
    let mut stack = Stack::new("shop");
    let table = (0..21).fold(Table::new(Key::string("id")), |table, number| {
        table.index(Index::new(format!("by-{}", number % 20), Key::string("status")))
    });
    stack.add("Orders", table);
    let expected = [
        "AL0007 table `Orders`: must have at most 20 indexes, has 21",
        "AL0007 table `Orders`: each index must have a name of its own, two are `by-0`",
    ];
    assert_eq!(findings(&stack)[..2], expected);
}

#[test]
fn an_attribute_with_two_types() {
    let mut stack = Stack::new("shop");
    let orders = Table::new(Key::string("id")).index(Index::new("by-id", Key::number("id")));
    stack.add("Orders", orders);
    assert_eq!(
        findings(&stack),
        ["AL0007 table `Orders`: attribute `id` must have one type in all keys, has `S` and `N`"]
    );
    let finding = &stack.validate().findings[0];
    let file = finding.origin.map(|origin| origin.file);
    assert!(file.is_some_and(|file| file.ends_with("meaning/table.rs")), "{file:?}");
}
