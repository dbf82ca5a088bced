//! Chores of this repository.
mod features;
mod schema;
fn main() -> std::process::ExitCode {
    let args: Vec<String> = std::env::args().skip(2).collect();
    let command = if std::env::args().nth(1).as_deref() == Some("features") { features::run } else { schema::run };
    match command(&args) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
