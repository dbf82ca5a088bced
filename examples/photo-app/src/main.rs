//! The bootstrap on Lambda; on a laptop `cargo run -- invoke Tick`.

fn main() -> std::process::ExitCode {
    async_lambda::main(photo_app::app())
}
