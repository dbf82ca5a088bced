//! The lengths of names and descriptions of outputs.

use crate::{
    facts::{context::is_replaced, text},
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// The name of an output has at most 255 characters and its description 1,024: quotas of CloudFormation.
    ///
    /// ## Mistake
    ///
    /// An output whose name has 256 characters.
    ///
    /// ## Fix
    ///
    /// A shorter name.
    E6011: error "name or description of an output is too long",
    on: On::Section("Outputs", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    if is_replaced(entry.name) {
        return;
    }
    report.at_most_characters(&entry.place, 255, entry.name);
    let description = entry.object().and_then(|output| output.get("Description"));
    if let Some(given) = description.and_then(text::scalar) {
        report.at_most_characters(&entry.place.key("Description"), 1024, &given);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |name: &str, description: &str| {
            format!("Outputs:\n  ? {name}\n  : {{Value: a, Description: {description}}}\nResources: {{}}\n")
        };
        let long = |count: usize| "x".repeat(count);
        check(&RULE, &template(&long(255), &long(1024)), &[]);
        let message = format!("`{}...` must have at most 255 characters, got 256", long(60));
        check(&RULE, &template(&long(256), "d"), &[(&format!("Outputs/{}", long(256)), &message)]);
        check(
            &RULE,
            &template("O", &long(1025)),
            &[("Outputs/O/Description", "`Description` must have at most 1024 characters, got 1025")],
        );
    }
}
