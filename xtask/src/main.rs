//! Chores of this repository.
mod schema;
fn main() -> std::process::ExitCode {
    let args: Vec<String> = std::env::args().skip(2).collect();
    match schema::run(&args) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
