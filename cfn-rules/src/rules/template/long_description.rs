//! The length of the description.

use cfn_model::Node;

use crate::{
    facts::{context::Context, place::Place},
    rules::definition::{On, Reporter},
};

rule! {
    /// The description of a template has at most 1,024 characters, a quota of CloudFormation.
    ///
    /// ## Mistake
    ///
    /// A `Description` of 1,025 characters.
    ///
    /// ## Fix
    ///
    /// A shorter `Description`, with the rest as comments or in `Metadata`.
    E1003: error "description is too long",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    if let Some(Node::String(description)) = context.document.get("Description") {
        report.at_most_characters(&Place::Root.key("Description"), 1024, description);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |length: usize| format!("Description: {}\nResources: {{}}\n", "d".repeat(length));
        check(&RULE, &template(1024), &[]);
        check(&RULE, &template(1025), &[("Description", "`Description` must have at most 1024 characters, got 1025")]);
    }
}
