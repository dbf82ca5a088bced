//! The output of a build that has not run.

use super::code;
use crate::{
    facts::flow::graph::Flow,
    rules::definition::{On, Reporter},
};

rule! {
    /// Archives, and what is below `target/`, `build/` or `dist/`, are made by a build, and a fresh checkout does not have
    /// them. The template cannot be packaged until the build has run. Only a caller that can tell whether a file exists
    /// gets this information; paths count from the template's folder.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: java21
    ///       Handler: com.example.Worker::handle
    ///       CodeUri: target/worker-1.0.jar
    /// ```
    ///
    /// ## Fix
    ///
    /// Run the build before the template is packaged, or name code that is there:
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: java21
    ///       Handler: com.example.Worker::handle
    ///       CodeUri: s3://code/worker-1.0.jar
    /// ```
    AL1043: info "missing output of a build",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    code::report_missing(flow, report, false, |missing| missing.is_output);
}
