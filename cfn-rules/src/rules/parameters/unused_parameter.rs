//! Parameters that nothing uses.

use crate::{
    facts::names::is_name,
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// A parameter that nothing refers to is asked for at every deployment and changes nothing. Often its name is misspelt where it was meant to be used.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Sub jobs-${Stage}
    /// ```
    W2001: warning "unused parameter",
    on: On::Section("Parameters", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    // A transform may use a parameter that nothing else names.
    if entry.context.document.contains_key("Transform") || entry.context.uses.names.contains(entry.name) {
        return;
    }
    // Nothing can use one whose name is wrong, which is reported itself.
    if is_name(entry.name) {
        report.unused(entry, "parameter");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |transform: &str, name: &str| {
            format!(
                "{transform}\nParameters: {{Name: {{Type: String}}}}\nResources:\n  Q: {{Type: AWS::SQS::Queue, \
                 Properties: {{QueueName: {name}}}}}\n"
            )
        };
        check(&RULE, &template("", "jobs"), &[("Parameters/Name", "parameter `Name` is not used")]);
        check(&RULE, &template("", "!Ref Name"), &[]);
        check(&RULE, &template("", "!Sub 'a-${Name}'"), &[]);
        check(&RULE, &template("Transform: AWS::Serverless-2016-10-31", "jobs"), &[]);
    }
}
