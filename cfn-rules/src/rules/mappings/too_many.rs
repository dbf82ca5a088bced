//! The number of mappings and of their keys.

use crate::{
    facts::{
        context::{Context, is_replaced},
        names::{is_first_key, is_name},
        place::Place,
    },
    rules::{
        definition::{On, Reporter},
        expect::entries,
    },
};

rule! {
    /// A template has at most 200 mappings, and a mapping at most 200 keys: quotas of CloudFormation.
    ///
    /// ## Mistake
    ///
    /// A mapping with 201 keys.
    ///
    /// ## Fix
    ///
    /// Two mappings, or a parameter for what differs from stack to stack.
    E7010: error "too many mappings or keys of a mapping",
    on: On::Document(check),
}

const MOST: usize = 200;

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let section = Place::Root.key("Mappings");
    if let Some(mappings) = context.section("Mappings") {
        report.at_most(&section, "mappings", MOST, mappings.len());
    }
    for (name, node) in entries(context, "Mappings").filter(|(name, _)| is_name(name)) {
        let Some(mapping) = node.as_object() else { continue };
        let place = section.key(name);
        report.at_most(&place, "keys", MOST, mapping.len());
        for (key, node) in mapping.iter().filter(|(key, _)| is_first_key(key) && !is_replaced(key)) {
            let count = node.as_object().map_or(0, |values| values.len());
            report.at_most(&place.key(key), "keys", MOST, count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let many = |count: usize, value: &str| -> String {
            let entries: Vec<String> = (0..count).map(|number| format!("N{number}: {value}")).collect();
            format!("{{{}}}", entries.join(", "))
        };
        let template = |mappings: &str| format!("Mappings: {mappings}\nResources: {{}}\n");
        check(&RULE, &template(&many(200, "{a: {b: 1}}")), &[]);
        let message = "`Mappings` must have at most 200 mappings, got 201";
        check(&RULE, &template(&many(201, "{a: {b: 1}}")), &[("Mappings", message)]);
        let keys = many(201, "{b: 1}");
        let message = "`M` must have at most 200 keys, got 201";
        check(&RULE, &template(&format!("{{M: {keys}}}")), &[("Mappings/M", message)]);
        let values = many(201, "1");
        let message = "`a` must have at most 200 keys, got 201";
        check(&RULE, &template(&format!("{{M: {{a: {values}}}}}")), &[("Mappings/M/a", message)]);
    }
}
