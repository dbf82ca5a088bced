//! The bootstrap on Lambda; on a laptop the whole application.

fn main() -> std::process::ExitCode {
    async_lambda::main(groups_app::app())
}
