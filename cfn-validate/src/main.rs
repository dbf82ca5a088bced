//! The program `cfn-validate`: see `cfn-validate --help`.

fn main() -> std::process::ExitCode {
    cfn_validate::cli::main()
}
