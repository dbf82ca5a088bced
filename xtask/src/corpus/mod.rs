//! x
pub const HELP: &str = "";
/// x
pub fn run(_: lexopt::Parser) -> Result<(), crate::Error> {
    Ok(())
}
