//! Ten resources: what a small project costs.

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main(benches::ten())
}
