//! The bootstrap on Lambda; on a laptop `cargo run -- invoke NightlyReport`.

fn main() -> std::process::ExitCode {
    async_lambda::main(shop::app())
}
