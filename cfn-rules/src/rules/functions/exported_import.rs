//! Outputs whose value is what another stack exports.

use cfn_model::Function;

use crate::rules::definition::{Call, On, Reporter};

rule! {
    /// An output with the export of another stack makes a chain: neither stack can be changed without the other. Import
    /// the value from the stack that makes it.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// Outputs:
    ///   Vpc:
    ///     Value: !ImportValue network-vpc
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// Outputs:
    ///   Jobs:
    ///     Value: !GetAtt Jobs.Arn
    /// ```
    W6001: warning "output that exports an import",
    on: On::Call(&[Function::ImportValue], check),
}

fn check(call: &Call<'_>, report: &mut Reporter<'_>) {
    if let ["Outputs", _, "Value", ..] = call.place.keys().as_slice() {
        report
            .at(call.place.to_path(), "an output must not be what another stack exports")
            .help("import the value from that stack wherever it is needed");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let topic =
            |properties: &str| format!("Resources: {{T: {{Type: AWS::SNS::Topic, Properties: {{{properties}}}}}}}\n");
        let output = format!("{}Outputs: {{O: {{Value: !ImportValue x}}}}\n", topic(""));
        let message = "an output must not be what another stack exports";
        check(&RULE, &output, &[("Outputs/O/Value/Fn::ImportValue", message)]);
        check(&RULE, &topic("DisplayName: !ImportValue x"), &[]);
    }
}
