//! The bootstrap on Lambda; on a laptop `cargo run -- invoke Web --path /hello/you`.

fn main() -> std::process::ExitCode {
    async_lambda::main(axum_api::app())
}
