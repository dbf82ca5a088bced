//! The lengths of names, descriptions and values of parameters.

use cfn_model::Node;

use crate::{
    facts::{context, place::Place},
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// The name of a parameter has at most 255 characters, its description 4,000 and each value 4,096: quotas of
    /// CloudFormation.
    ///
    /// ## Mistake
    ///
    /// A parameter whose name has 256 characters.
    ///
    /// ## Fix
    ///
    /// A shorter name.
    E2011: error "parameter with a name or value that is too long",
    on: On::Section("Parameters", check),
}

/// The most characters of a value.
const LONGEST_VALUE: usize = 4096;

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    if context::is_replaced(entry.name) {
        return;
    }
    report.at_most_characters(&entry.place, 255, entry.name);
    let Some(parameter) = entry.object() else { return };
    let mut text = |node: &Node, place: &Place<'_>, most: usize| {
        if let Node::String(text) = node {
            report.at_most_characters(place, most, text);
        }
    };
    for (key, most) in [("Default", LONGEST_VALUE), ("Description", 4000)] {
        parameter.get(key).into_iter().for_each(|node| text(node, &entry.place.key(key), most));
    }
    let place = entry.place.key("AllowedValues");
    let allowed = parameter.get("AllowedValues").and_then(Node::as_array).unwrap_or_default();
    for (index, node) in allowed.iter().enumerate() {
        text(node, &place.index(index), LONGEST_VALUE);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let parameter = |more: &str| format!("Parameters: {{P: {{Type: String{more}}}}}\nResources: {{}}\n");
        let long = |count: usize| "x".repeat(count);
        check(&RULE, &parameter(&format!(", Default: {}", long(4096))), &[]);
        check(
            &RULE,
            &parameter(&format!(", Default: {}", long(4097))),
            &[("Parameters/P/Default", "`Default` must have at most 4096 characters, got 4097")],
        );
        check(
            &RULE,
            &parameter(&format!(", AllowedValues: [a, {}]", long(4097))),
            &[("Parameters/P/AllowedValues/1", "`AllowedValues[1]` must have at most 4096 characters, got 4097")],
        );
        check(
            &RULE,
            &parameter(&format!(", Description: {}", long(4001))),
            &[("Parameters/P/Description", "`Description` must have at most 4000 characters, got 4001")],
        );
        let name = long(256);
        let message = format!("`{}...` must have at most 255 characters, got 256", long(60));
        check(
            &RULE,
            &format!("Parameters: {{? {name} : {{Type: String}}}}\nResources: {{}}\n"),
            &[(&format!("Parameters/{name}"), &message)],
        );
    }
}
