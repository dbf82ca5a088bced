//! Attributes that only the SAM transform reads.

use crate::rules::definition::{Entry, On, Reporter};

rule! {
    /// `Connectors` and `IgnoreGlobals` of a resource are read by the SAM transform. Without it they have no effect
    /// or are refused.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     IgnoreGlobals: "*"
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    E3066: error "SAM attribute without the SAM transform",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let Some(resource) = entry.object().filter(|_| !entry.context.transforms.serverless) else { return };
    for name in ["Connectors", "IgnoreGlobals"] {
        if resource.contains_key(name) {
            let message = format!("`{name}` needs the transform `AWS::Serverless-2016-10-31`");
            let help = "add `Transform: AWS::Serverless-2016-10-31`";
            report.at(entry.place.key(name).to_path(), message).help(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let queue = "Resources: {Q: {Type: AWS::SQS::Queue, Connectors: {C: {Properties: {}}}}}\n";
        let message = "`Connectors` needs the transform `AWS::Serverless-2016-10-31`";
        check(&RULE, queue, &[("Resources/Q/Connectors", message)]);
        check(&RULE, &format!("Transform: AWS::Serverless-2016-10-31\n{queue}"), &[]);
    }
}
