//! Functions that may run longer than their API waits.

use crate::{
    facts::{
        flow::{
            graph::Flow,
            integrations::{Front, fronts},
            wiring::timeouts,
        },
        text::listed,
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// A REST API and a WebSocket API wait 29 seconds for an integration unless a quota was raised and `TimeoutInMillis` says
    /// so, an HTTP API 30. Nobody gets the answer of a function that takes longer, and its run is paid all the same.
    ///
    /// A difference of one second is not reported. Integrations that call with `X-Amz-Invocation-Type` are left out, and
    /// so are those that stream their answer. For an API with `DefinitionBody` or `DefinitionUri` the integrations of the
    /// document count, and not the events of its functions.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Answer:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/answer.zip
    ///       Timeout: 60
    ///       Events:
    ///         Web: {Type: Api, Properties: {Path: /, Method: get}}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Answer:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/answer.zip
    ///       Timeout: 29
    ///       Events:
    ///         Web: {Type: Api, Properties: {Path: /, Method: get}}
    /// ```
    AL1019: warning "function may run longer than its API waits",
    on: On::Flow(check),
}

/// A difference that is not worth a finding, in milliseconds: many functions have 30 s behind a REST API.
const TOLERANCE: i64 = 1_000;

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    let mut of_functions: Vec<Vec<Front<'_>>> = flow.model.resources.iter().map(|_| Vec::new()).collect();
    for front in fronts(flow) {
        of_functions[front.function].push(front);
    }
    for (function, fronts) in flow.model.resources.iter().zip(&of_functions).filter(|(_, fronts)| !fronts.is_empty()) {
        let timeouts = timeouts(&flow.model, function);
        let slower = |front: &Front<'_>| {
            let is_slower = |(facts, timeout): &&(Vec<_>, i64)| {
                timeout.saturating_mul(1000) > front.wait.saturating_add(TOLERANCE)
                    && flow.model.together(&[&front.facts, &function.facts, facts])
            };
            timeouts.iter().find(is_slower).map(|(_, timeout)| *timeout)
        };
        let slow: Vec<(&Front<'_>, i64)> = fronts.iter().filter_map(|front| Some((front, slower(front)?))).collect();
        let Some((first, timeout)) = slow.iter().min_by_key(|(front, _)| front.wait) else { continue };
        let mut names: Vec<&str> = slow.iter().map(|(front, _)| front.name).collect();
        names.dedup();
        let message = format!(
            "function `{}`: the timeout must be at most the {} s that the {} waits ({}), got {timeout} s",
            function.id,
            first.wait as f64 / 1000.0,
            first.api.name(),
            listed(names, "and")
        );
        report
            .at(function.path(&["Timeout"]), message)
            .help("lower `Timeout`, or put the work into a queue and answer at once");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::written;

    const PLACE: &str = "Resources/F/Properties/Timeout";

    fn event(function: &str, kind: &str, more: &str) -> String {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nResources: {{F: {{Type: AWS::Serverless::Function, Properties: \
             {{Runtime: python3.13, Handler: a.b, InlineCode: x, {function} Events: {{E: {{Type: {kind}, Properties: \
             {{Path: /, Method: get{more}}}}}, Other: {{Type: {kind}, Properties: {{Path: /other, Method: get{more}}}}}}}}}}}}}\n"
        )
    }

    #[test]
    fn one_finding_a_function() {
        let message =
            "function `F`: the timeout must be at most the 29 s that the REST API waits (`E` and `Other`), got 60 s";
        check(&RULE, &event("Timeout: 60,", "Api", ""), &[(PLACE, message)]);
        let message =
            "function `F`: the timeout must be at most the 30 s that the HTTP API waits (`E` and `Other`), got 32 s";
        check(&RULE, &event("Timeout: 32,", "HttpApi", ""), &[(PLACE, message)]);
        let message =
            "function `F`: the timeout must be at most the 5 s that the REST API waits (`E` and `Other`), got 10 s";
        check(&RULE, &event("Timeout: 10,", "Api", ", TimeoutInMillis: 5000"), &[(PLACE, message)]);
        for right in [
            event("", "Api", ""),
            event("Timeout: 30,", "Api", ""),
            event("Timeout: 31,", "HttpApi", ""),
            event("Timeout: 60,", "Api", ", TimeoutInMillis: 60000"),
            event("Timeout: 60,", "Api", ", TimeoutInMillis: !Ref Wait"),
            event("Timeout: 60,", "Api", ", ResponseTransferMode: STREAM"),
        ] {
            check(&RULE, &right, &[]);
        }
    }

    #[test]
    fn integrations() {
        let function = |rest: &str| {
            format!("Resources:\n  F: {{Type: AWS::Lambda::Function, Properties: {{Timeout: 60}}}}\n{rest}\n")
        };
        let method = |kind: &str| {
            function(&format!(
                "  M: {{Type: AWS::ApiGateway::Method, Properties: {{Integration: {{Type: {kind}, Uri: !Sub \
                 'arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{F.Arn}}/invocations'}}}}}}"
            ))
        };
        let message = "function `F`: the timeout must be at most the 29 s that the REST API waits (`M`), got 60 s";
        check(&RULE, &method("AWS_PROXY"), &[(PLACE, message)]);
        check(&RULE, &method("HTTP"), &[]);
        let v2 = |protocol: &str| {
            function(&format!(
                "  A: {{Type: AWS::ApiGatewayV2::Api, Properties: {{ProtocolType: {protocol}}}}}\n  I: {{Type: \
                 AWS::ApiGatewayV2::Integration, Properties: {{ApiId: !Ref A, IntegrationType: AWS_PROXY, IntegrationUri: \
                 !GetAtt F.Arn}}}}"
            ))
        };
        let message = "function `F`: the timeout must be at most the 30 s that the HTTP API waits (`I`), got 60 s";
        check(&RULE, &v2("HTTP"), &[(PLACE, message)]);
        let message = "function `F`: the timeout must be at most the 29 s that the WebSocket API waits (`I`), got 60 s";
        check(&RULE, &v2("WEBSOCKET"), &[(PLACE, message)]);
    }

    #[test]
    fn documents() {
        let body = |more: &str| {
            format!(
                "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {{Type: AWS::Serverless::Function, Properties: \
                 {{Runtime: python3.13, Handler: a.b, InlineCode: x, Timeout: 60, Events: {{E: {{Type: Api, Properties: \
                 {{RestApiId: !Ref A, Path: /, Method: get}}}}}}}}}}\n  A: {{Type: AWS::Serverless::Api, Properties: \
                 {{StageName: s, DefinitionBody: {{paths: {{/: {{get: {{x-amazon-apigateway-integration: {{type: aws_proxy, \
                 uri: !GetAtt F.Arn{more}}}}}}}}}}}}}}}\n"
            )
        };
        let message = "function `F`: the timeout must be at most the 29 s that the REST API waits (`A`), got 60 s";
        check(&RULE, &body(""), &[(PLACE, message)]);
        check(&RULE, &body(", responseTransferMode: BUFFERED"), &[(PLACE, message)]);
        check(&RULE, &body(", responseTransferMode: STREAM"), &[]);
        check(&RULE, &body(", timeoutInMillis: 60000"), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("slow_function.yaml"));
    }
}
