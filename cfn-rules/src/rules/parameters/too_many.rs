//! The number of parameters.

use crate::{
    facts::{context::Context, place::Place},
    rules::definition::{On, Reporter},
};

rule! {
    /// A template has at most 200 parameters, a quota of CloudFormation.
    ///
    /// ## Mistake
    ///
    /// A template with 201 parameters.
    ///
    /// ## Fix
    ///
    /// Put values that belong together into one parameter of the type `CommaDelimitedList`, or split the stack.
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint 1.58 has the rule, and its schema no longer has the limit.
    E2010: error "more than 200 parameters",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    if let Some(parameters) = context.section("Parameters") {
        report.at_most(&Place::Root.key("Parameters"), "parameters", 200, parameters.len());
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |count: usize| {
            let parameters: String = (0..count).map(|number| format!("  P{number}: {{Type: String}}\n")).collect();
            format!("Parameters:\n{parameters}Resources: {{}}\n")
        };
        check(&RULE, &template(200), &[]);
        let message = "`Parameters` must have at most 200 parameters, got 201";
        check(&RULE, &template(201), &[("Parameters", message)]);
    }
}
