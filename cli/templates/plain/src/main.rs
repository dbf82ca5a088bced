//! The command line: `cargo run` writes the template, `cargo run -- --help` lists the commands.

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main({{ crate_name }}::stack())
}
