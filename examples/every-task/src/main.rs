//! The bootstrap on Lambda; on a laptop `cargo run -- invoke Nightly`.

fn main() -> std::process::ExitCode {
    async_lambda::main(every_task::app())
}
