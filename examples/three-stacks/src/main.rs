//! The bootstrap on Lambda; on a laptop the application.

fn main() -> std::process::ExitCode {
    async_lambda::main(three_stacks::app())
}
