//! Attributes of a table that are not those of its keys.

use std::collections::BTreeSet;

use crate::{
    facts::values::Value,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// `AttributeDefinitions` gives the types of the key attributes of the table and of its indexes. DynamoDB refuses a
    /// missing attribute, and one that is no key: it has no schema for the rest of an item.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::DynamoDB::Table
    ///     Properties:
    ///       AttributeDefinitions:
    ///         - AttributeName: id
    ///           AttributeType: S
    ///         - AttributeName: name
    ///           AttributeType: S
    ///       KeySchema:
    ///         - AttributeName: id
    ///           KeyType: HASH
    ///       BillingMode: PAY_PER_REQUEST
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::DynamoDB::Table
    ///     Properties:
    ///       AttributeDefinitions:
    ///         - AttributeName: id
    ///           AttributeType: S
    ///       KeySchema:
    ///         - AttributeName: id
    ///           KeyType: HASH
    ///       BillingMode: PAY_PER_REQUEST
    /// ```
    E3039: error "attribute definitions that do not match the keys of a table",
    on: On::Resource(&["AWS::DynamoDB::Table"], check),
}

const KEYS: [&str; 3] = [
    "KeySchema/*/AttributeName",
    "GlobalSecondaryIndexes/*/KeySchema/*/AttributeName",
    "LocalSecondaryIndexes/*/KeySchema/*/AttributeName",
];
const LISTS: [&str; 4] = ["AttributeDefinitions", "GlobalSecondaryIndexes", "KeySchema", "LocalSecondaryIndexes"];
const MEMBERS: [&str; 4] =
    ["AttributeDefinitions/*", "GlobalSecondaryIndexes/*", "KeySchema/*", "LocalSecondaryIndexes/*"];

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    if LISTS.into_iter().chain(MEMBERS).any(|list| look.has_call(&look.root, list)) {
        return;
    }
    for scenario in look.scenarios(&LISTS) {
        let from = Value { facts: scenario, ..look.root.clone() };
        let defined = look.below(&from, "AttributeDefinitions/*/AttributeName");
        let is_there = look.below(&from, LISTS[0]).iter().any(|list| list.node.is_some());
        if is_there && defined.iter().any(|name| name.text().is_none()) {
            continue;
        }
        let (mut names, mut keys) = (BTreeSet::new(), BTreeSet::new());
        names.extend(defined.iter().filter_map(Value::text));
        keys.extend(KEYS.into_iter().flat_map(|path| look.below(&from, path)).filter_map(|key| key.text()));
        if let Some(odd) = names.symmetric_difference(&keys).next() {
            let message = match names.contains(odd) {
                true => format!("`AttributeDefinitions` must have the attributes of keys only, got `{odd}`"),
                false => format!("`AttributeDefinitions` must have every attribute of a key, got none for `{odd}`"),
            };
            report.at(look.path(&[]), message);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let table = |attributes: &str, more: &str| {
            format!(
                "Parameters: {{P: {{Type: String}}}}\nResources: {{T: {{Type: AWS::DynamoDB::Table, Properties: {{BillingMode: PAY_PER_REQUEST, KeySchema: [{{AttributeName: id, KeyType: HASH}}{more}], AttributeDefinitions: [{attributes}]}}}}}}\n"
            )
        };
        let place = "Resources/T/Properties";
        let id = "{AttributeName: id, AttributeType: S}";
        let two = format!("{id}, {{AttributeName: age, AttributeType: N}}");
        check(&RULE, &table(id, ""), &[]);
        let message = "`AttributeDefinitions` must have the attributes of keys only, got `age`";
        check(&RULE, &table(&two, ""), &[(place, message)]);
        check(&RULE, &table(&two, ", {AttributeName: age, KeyType: RANGE}"), &[]);
        let message = "`AttributeDefinitions` must have every attribute of a key, got none for `age`";
        check(&RULE, &table(id, ", {AttributeName: age, KeyType: RANGE}"), &[(place, message)]);
        check(&RULE, &table("{AttributeName: !Ref P, AttributeType: S}", ""), &[]);
    }
}
