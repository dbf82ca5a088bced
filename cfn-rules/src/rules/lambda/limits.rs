//! Memory, storage and timeouts outside of Lambda's limits.

use crate::{
    facts::flow::{graph::Flow, model::Resource},
    rules::definition::{On, Reporter},
};

rule! {
    /// A function has 128 to 10240 MB of memory, 512 to 10240 MB of storage and 1 to 900 seconds. Lambda refuses
    /// anything else. Functions on instances of a capacity provider may have up to 32768 MB of memory. Where the
    /// schema finds the same, it is said once, here.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 7200
    ///       RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/worker.zip
    ///       Timeout: 1200
    ///       Events:
    ///         Jobs:
    ///           Type: SQS
    ///           Properties:
    ///             Queue: !GetAtt Jobs.Arn
    ///             FunctionResponseTypes: [ReportBatchItemFailures]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 5400
    ///       RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/worker.zip
    ///       Timeout: 900
    ///       Events:
    ///         Jobs:
    ///           Type: SQS
    ///           Properties:
    ///             Queue: !GetAtt Jobs.Arn
    ///             FunctionResponseTypes: [ReportBatchItemFailures]
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint takes the limit of memory from the resource's schema, 32768 MB, for every function. It says `E3034`,
    /// `W1030` or `W1034` by where the value comes from; one mistake is one finding, so none of these is given beside
    /// this one.
    AL1026: error "memory, storage or timeout outside of Lambda's limits",
    on: On::Flow(check),
    supersedes: ["E3034", "E3717", "W1030", "W1034"],
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.model.functions.iter().for_each(|number| ranges(flow, &flow.model.resources[*number], report));
}

fn ranges(flow: &Flow<'_>, function: &Resource<'_>, report: &mut Reporter<'_>) {
    // Functions on instances of a capacity provider may have more.
    let (timeout, memory) = match function.properties.get("CapacityProviderConfig") {
        Some(_) => (5_400, 32_768),
        None => (900, 10_240),
    };
    let limits: [(&[&str], &str, i64, i64, &str); 3] = [
        (&["Timeout"], "timeout", 1, timeout, "s"),
        (&["MemorySize"], "memory", 128, memory, "MB"),
        (&["EphemeralStorage", "Size"], "storage", 512, 10_240, "MB"),
    ];
    for (keys, what, least, most, unit) in limits {
        for (facts, value) in function.ints(flow.model.context, keys, None) {
            if (least..=most).contains(&value) || !flow.model.together(&[&function.facts, &facts]) {
                continue;
            }
            let message =
                format!("function `{}`: the {what} must be {least} to {most} {unit}, got {value} {unit}", function.id);
            let help = match what {
                "timeout" if value > most => "split the work into messages, or let a state machine wait",
                _ => "choose a value in the range",
            };
            report
                .at(function.path(keys), message)
                .help(help)
                .expected(format!("{least} to {most}"))
                .actual(value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{all, either, function, written};

    #[test]
    fn cases() {
        let template = |properties: &str| {
            format!("Resources:\n  Work: {{Type: AWS::Lambda::Function, Properties: {{{properties}}}}}\n")
        };
        let message = "function `Work`: the timeout must be 1 to 900 s, got 901 s";
        check(&RULE, &template("Timeout: 901"), &[("Resources/Work/Properties/Timeout", message)]);
        let message = "function `Work`: the memory must be 128 to 10240 MB, got 64 MB";
        check(&RULE, &template("MemorySize: 64"), &[("Resources/Work/Properties/MemorySize", message)]);
        check(&RULE, &template("Timeout: 900, MemorySize: 128"), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("limits.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        either(
            &RULE,
            &all([
                function("Timeout: 901,"),
                function("Timeout: 0,"),
                function("MemorySize: 127,"),
                function("MemorySize: 10241,"),
                function("EphemeralStorage: {Size: 511},"),
                function("Timeout: !If [Prod, 901, 3],"),
            ]),
            &all([
                function("Timeout: 900,"),
                function("MemorySize: 10240,"),
                function("MemorySize: !Ref Count,"),
                function("Timeout: !Ref Count,"),
                function("MemorySize: 20000, CapacityProviderConfig: {},"),
            ]),
        );
    }
}
