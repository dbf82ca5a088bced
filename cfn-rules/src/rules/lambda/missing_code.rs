//! Code that is not where the template says, once it has been packaged.

use super::code;
use crate::{
    facts::flow::graph::Flow,
    rules::definition::{On, Reporter},
};

rule! {
    /// A template that is packaged refers to code that is there: a folder, an archive, the file of a handler. Deployment
    /// stops at one that is not, and a function whose handler's file is not in its folder fails when it is invoked.
    ///
    /// Only a caller that can tell whether a file exists, and says that the code has been packaged, gets this error.
    /// Before that, missing code is `AL1042`, and the missing output of a build `AL1043`. Paths count from the template's
    /// folder.
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
    ///       CodeUri: build/not-there.zip
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
    ///       CodeUri: s3://code/worker.zip
    /// ```
    AL1018: error "missing code in a packaged template",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    code::report_missing(flow, report, true, |_| true);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::{
        Options,
        rules::lambda::{build_output_not_there, code_not_there},
        testing::check_with,
    };

    /// A function with this code; of all files there are `src/app.py`, `src/one.py` and `src/run.sh`.
    #[track_caller]
    fn check(properties: &str, packaged: &[(&str, &str)], missing: &[(&str, &str)], output: &[(&str, &str)]) {
        let template = format!(
            "Transform: AWS::Serverless-2016-10-31\nResources: {{F: {{Type: AWS::Serverless::Function, Properties: \
             {{{properties}}}}}}}\n"
        );
        let exists = |path: &str| ["src", "src/", "src/app.py", "src/one.py", "src/run.sh"].contains(&path);
        let options = Options { exists: Some(&exists), ..Options::default() };
        check_with(&code_not_there::RULE, &template, &options, missing);
        check_with(&build_output_not_there::RULE, &template, &options, output);
        check_with(&RULE, &template, &options, &[]);
        let options = Options { packaged: true, ..options };
        check_with(&RULE, &template, &options, packaged);
        check_with(&code_not_there::RULE, &template, &options, &[]);
        check_with(&build_output_not_there::RULE, &template, &options, &[]);
    }

    #[test]
    fn folders_and_archives() {
        let message = "`F`: its code must be there, got `lib`, which is not";
        let expected: &[_] = &[("Resources/F/Properties/CodeUri", message)];
        check("Runtime: python3.13, Handler: app.handler, CodeUri: lib", expected, expected, &[]);
        for output in ["target/app-1.0.jar", "build/app", "service/dist/", "lib/worker.zip"] {
            let message = format!("`F`: its code must be there, got `{output}`, which is not");
            let expected: &[_] = &[("Resources/F/Properties/CodeUri", message.as_str())];
            check(&format!("Runtime: java21, Handler: a.B::c, CodeUri: {output}"), expected, &[], expected);
        }
        for right in [
            "Runtime: python3.13, Handler: app.handler, CodeUri: src/",
            "Runtime: python3.13, Handler: app.handler, CodeUri: 's3://code/app.zip'",
            "Runtime: python3.13, Handler: app.handler, CodeUri: {Bucket: code, Key: app.zip}",
            "Runtime: python3.13, Handler: app.handler, CodeUri: lib, InlineCode: x",
            "PackageType: Image, ImageUri: app, CodeUri: lib",
        ] {
            check(right, &[], &[], &[]);
        }
    }

    #[test]
    fn files_of_handlers() {
        let message =
            "function `F`: the file of its handler must be there, got `main.handler`, and `src/main.py` is not";
        let expected: &[_] = &[("Resources/F/Properties/Handler", message)];
        check("Runtime: python3.13, Handler: main.handler, CodeUri: src/", expected, expected, &[]);
        let message = "function `F`: the file of its handler must be there, got `dist/main.handler`, and `src/dist/main.js` is not";
        let expected: &[_] = &[("Resources/F/Properties/Handler", message)];
        check("Runtime: nodejs22.x, Handler: dist/main.handler, CodeUri: src", expected, &[], expected);
        let message =
            "function `F`: the file of its handler must be there, got `two.handler`, and its code is `src/one.py`";
        let expected: &[_] = &[("Resources/F/Properties/Handler", message)];
        check("Runtime: python3.13, Handler: two.handler, CodeUri: src/one.py", expected, expected, &[]);
        for right in [
            "Runtime: python3.13, Handler: one.handler, CodeUri: src/one.py",
            "Runtime: python3.13, Handler: run.sh, CodeUri: src/, Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/bootstrap}}",
            "Runtime: python3.13, Handler: wrapper.handler, CodeUri: src/, Layers: [!Ref Wrapper]",
            "Runtime: nodejs22.x, Handler: /opt/nodejs/wrapper.handler, CodeUri: src/",
            "Runtime: java21, Handler: a.B::c, CodeUri: src/",
        ] {
            check(right, &[], &[], &[]);
        }
    }
}
