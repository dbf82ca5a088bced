//! Code that is not where the template says.

use super::code;
use crate::{
    facts::flow::graph::Flow,
    rules::definition::{On, Reporter},
};

rule! {
    /// `sam build` and `aws cloudformation package` stop at a folder that is not there, and a function whose handler's
    /// file is not in its folder fails when it is invoked. Only a caller that can tell whether a file exists gets this
    /// warning; paths count from the template's folder.
    ///
    /// The handler is not looked for where it may come from somewhere else: a layer, a wrapper
    /// (`AWS_LAMBDA_EXEC_WRAPPER`), a build (`BuildMethod`).
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: not-there/
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: src/
    /// ```
    AL1042: warning "missing code of a function or layer",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    code::report_missing(flow, report, false, |missing| !missing.is_output);
}
