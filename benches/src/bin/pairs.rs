//! 400 queues with their functions, in five stacks.

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main(benches::pairs())
}
