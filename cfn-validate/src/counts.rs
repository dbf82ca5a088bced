//! How many there are of what.

use cfn_model::Severity;

use crate::Diagnostic;

/// How many findings of each severity there are, and how many are suppressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Deployment or delivery fails.
    pub errors: usize,
    /// It works, and there is a better way.
    pub warnings: usize,
    /// Worth knowing.
    pub infos: usize,
    /// Nobody wants to hear of it, whatever its severity.
    pub suppressed: usize,
}

impl Counts {
    /// Those of some findings.
    pub fn of<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Counts {
        let mut counts = Counts::default();
        for diagnostic in diagnostics {
            match diagnostic.severity {
                _ if diagnostic.suppressed.is_some() => counts.suppressed += 1,
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Info => counts.infos += 1,
            }
        }
        counts
    }

    /// Whether there is nothing to hear of.
    pub fn are_none(self) -> bool {
        self.errors + self.warnings + self.infos == 0
    }

    /// `2 errors, 1 warning, 3 suppressed`; `no findings`.
    pub fn words(self) -> String {
        let mut parts: Vec<String> = [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "note")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| plural(count, word))
            .collect();
        if parts.is_empty() {
            parts.push("no findings".to_owned());
        }
        if self.suppressed > 0 {
            parts.push(format!("{} suppressed", self.suppressed));
        }
        parts.join(", ")
    }
}

/// `1 error`, `2 errors`.
pub fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
