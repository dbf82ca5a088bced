//! The infrastructure: what the signatures of the handlers say.

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main(every_task::app())
}
