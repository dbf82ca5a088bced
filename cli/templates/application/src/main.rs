//! The program: on Lambda the bootstrap, on this machine `cargo run -- invoke TASK` and `cargo run -- web-server`.

fn main() -> std::process::ExitCode {
    async_lambda::main({{ crate_name }}::app())
}
