//! The bootstrap on Lambda; on a laptop `cargo run -- invoke Price --body '{"item":"tea","cents":90}'`.

fn main() -> std::process::ExitCode {
    async_lambda::main(price_alerts::app())
}
