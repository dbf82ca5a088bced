//! The lengths of names and keys of mappings.

use crate::{
    facts::{
        context::is_replaced,
        names::{is_first_key, is_name},
    },
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// The name of a mapping and the keys in it have at most 255 characters, a quota of CloudFormation.
    ///
    /// ## Mistake
    ///
    /// A mapping whose name has 256 characters.
    ///
    /// ## Fix
    ///
    /// A shorter name.
    E7002: error "key of a mapping is too long",
    on: On::Section("Mappings", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    if is_replaced(entry.name) {
        return;
    }
    report.at_most_characters(&entry.place, 255, entry.name);
    for (key, node) in entry.object().into_iter().flatten().filter(|(key, _)| is_first_key(key) && !is_replaced(key)) {
        let place = entry.place.key(key);
        for key in node.as_object().into_iter().flat_map(|values| values.keys()).filter(|key| is_name(key)) {
            report.at_most_characters(&place.key(key), 255, key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template =
            |name: &str, key: &str| format!("Mappings:\n  ? {name}\n  : {{a: {{? {key} : 1}}}}\nResources: {{}}\n");
        let long = "x".repeat(256);
        let message = format!("`{}...` must have at most 255 characters, got 256", "x".repeat(60));
        check(&RULE, &template(&long[1..], &long[1..]), &[]);
        check(&RULE, &template(&long, "b"), &[(&format!("Mappings/{long}"), &message)]);
        check(&RULE, &template("M", &long), &[(&format!("Mappings/M/a/{long}"), &message)]);
    }
}
