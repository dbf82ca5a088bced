//! Names that a resource and a parameter share.

use crate::{
    facts::{context::is_replaced, text},
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// Resources and parameters share one namespace, because `Ref` names both.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Jobs:
    ///     Type: String
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref Jobs
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   JobsName:
    ///     Type: String
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref JobsName
    /// ```
    E3007: error "resource with the name of a parameter",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let parameters = entry.context.section("Parameters");
    if !is_replaced(entry.name) && parameters.is_some_and(|parameters| parameters.contains_key(entry.name)) {
        let message = format!("`{}` is also the name of a parameter", text::shortened(entry.name));
        report.at(entry.place.to_path(), message).help("rename one of the two");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |name: &str| {
            format!("Parameters: {{{name}: {{Type: String}}}}\nResources: {{Q: {{Type: AWS::SQS::Queue}}}}\n")
        };
        check(&RULE, &template("Q"), &[("Resources/Q", "`Q` is also the name of a parameter")]);
        check(&RULE, &template("P"), &[]);
    }
}
