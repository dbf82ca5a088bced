//! The number of resources.

use crate::{
    facts::{context::Context, place::Place},
    rules::definition::{On, Reporter},
};

rule! {
    /// A template has at most 500 resources, a quota of CloudFormation.
    ///
    /// ## Mistake
    ///
    /// A template with 501 resources.
    ///
    /// ## Fix
    ///
    /// Move parts that change together into a nested stack: `AWS::CloudFormation::Stack`.
    E3010: error "more than 500 resources",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    if let Some(resources) = context.section("Resources") {
        report.at_most(&Place::Root.key("Resources"), "resources", 500, resources.len());
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |count: usize| {
            let queues: String = (0..count).map(|number| format!("  Q{number}: {{Type: AWS::SQS::Queue}}\n")).collect();
            format!("Resources:\n{queues}")
        };
        check(&RULE, &template(500), &[]);
        check(&RULE, &template(501), &[("Resources", "`Resources` must have at most 500 resources, got 501")]);
    }
}
