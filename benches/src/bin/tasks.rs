//! One application with 400 tasks.

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main(benches::tasks())
}
