//! One stack that is full: 496 resources.

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main(benches::full())
}
