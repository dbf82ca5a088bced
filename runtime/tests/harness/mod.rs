//! Runs the tests of a program that is the application under test as well, so that the usual harness cannot.

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

/// A test, and what it is about.
pub type Test = (&'static str, fn());

/// Runs those whose names contain the first argument, or all. The first that fails ends the program.
pub fn run(tests: &[Test]) -> ExitCode {
    let wanted = env::args().nth(1).unwrap_or_default();
    let mut passed = 0;
    for (name, test) in tests.iter().filter(|(name, _)| name.contains(&wanted)) {
        print!("test {name} ... ");
        io::stdout().flush().ok();
        test();
        println!("ok");
        passed += 1;
    }
    println!("\ntest result: ok. {passed} passed; 0 failed");
    ExitCode::SUCCESS
}
