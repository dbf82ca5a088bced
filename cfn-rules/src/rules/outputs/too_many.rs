//! The number of outputs.

use crate::{
    facts::{context::Context, place::Place},
    rules::definition::{On, Reporter},
};

rule! {
    /// A template has at most 200 outputs, a quota of CloudFormation.
    ///
    /// ## Mistake
    ///
    /// A template with 201 outputs.
    ///
    /// ## Fix
    ///
    /// Leave out what nobody reads, or join values that belong together into one output.
    E6010: error "more than 200 outputs",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    if let Some(outputs) = context.section("Outputs") {
        report.at_most(&Place::Root.key("Outputs"), "outputs", 200, outputs.len());
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |count: usize| {
            let outputs: String = (0..count).map(|number| format!("  O{number}: {{Value: a}}\n")).collect();
            format!("Outputs:\n{outputs}Resources: {{}}\n")
        };
        check(&RULE, &template(200), &[]);
        check(&RULE, &template(201), &[("Outputs", "`Outputs` must have at most 200 outputs, got 201")]);
    }
}
