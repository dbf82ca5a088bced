//! One application with 400 tasks: more than a stack can have once the SAM transform has made its part, which is
//! suppressed here, so that all of it is synthesized.

use async_lambda_constructs::prelude::*;

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main(benches::tasks().with_resources(|stack| {
        stack.ignore_everywhere("AL1028", "the benchmark is never deployed");
    }))
}
