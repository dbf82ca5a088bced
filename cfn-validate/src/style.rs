//! Colour, where it is wanted.

use cfn_model::Severity;

/// Adds the escape sequences of a terminal, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    colored: bool,
}

impl Style {
    /// With colour.
    pub const fn colored() -> Style {
        Style { colored: true }
    }

    /// Without.
    pub const fn plain() -> Style {
        Style { colored: false }
    }

    /// Whether there is colour.
    pub const fn is_colored(self) -> bool {
        self.colored
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colored && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// What stands out.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What went well.
    pub fn good(self, text: &str) -> String {
        self.paint("1;32", text)
    }

    /// Names that can be asked for or looked up.
    pub fn name(self, text: &str) -> String {
        self.paint("36", text)
    }

    /// The lines and arrows around a piece of source.
    pub fn frame(self, text: &str) -> String {
        self.paint("1;34", text)
    }

    /// Something of this weight.
    pub fn severity(self, severity: Severity, text: &str) -> String {
        self.paint(
            match severity {
                Severity::Error => "1;31",
                Severity::Warning => "1;33",
                Severity::Info => "1;36",
            },
            text,
        )
    }
}
