//! Prints the limits of the validator as a table in Markdown: `cargo xtask rules` puts it into `docs/validator.md`.

fn main() {
    print!("{}", cfn_validate::limits::markdown());
}
