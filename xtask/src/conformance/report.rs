//! One line a check, and a count at the end.

use crate::Error;

/// The end of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Compared, and as it should be.
    Passed,
    /// Compared, and different.
    Failed,
    /// Not compared, because a tool cannot.
    Skipped,
}

/// Prints checks as they end, and counts them.
#[derive(Default)]
pub struct Report {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Status {
    /// The status of that name in the answers of the Python tools.
    pub fn named(name: &str) -> Option<Status> {
        match name {
            "pass" => Some(Status::Passed),
            "fail" => Some(Status::Failed),
            "skip" => Some(Status::Skipped),
            _ => None,
        }
    }
}

impl Report {
    /// Prints one check. `detail` is the reason of a failure or of skipping, of any number of lines.
    pub fn check(&mut self, subject: &str, check: &str, status: Status, detail: &str) {
        let (word, count) = match status {
            Status::Passed => ("pass", &mut self.passed),
            Status::Failed => ("FAIL", &mut self.failed),
            Status::Skipped => ("skip", &mut self.skipped),
        };
        *count += 1;
        print!("{word}  {subject}  {check}");
        match (detail.is_empty(), detail.contains('\n') || status == Status::Failed) {
            (true, _) => println!(),
            (false, false) => println!(": {detail}"),
            (false, true) => {
                println!();
                for line in detail.trim_end().lines() {
                    println!("      {line}");
                }
            }
        }
    }

    /// Prints the count; an error when a check failed.
    pub fn finish(self) -> Result<(), Error> {
        println!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped);
        if self.failed == 0 { Ok(()) } else { Err(Error::Checks { subject: "conformance", failed: self.failed }) }
    }
}
