//! What a program takes from its process. Handed in, so that tests need no process.

use std::{
    env,
    io::{IsTerminal, Read, Write},
    path::PathBuf,
};

use crate::Style;

/// What a run takes from its surroundings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Where relative paths start, and the search for files of settings.
    pub directory: PathBuf,
    /// Whether colour is unwanted: `NO_COLOR` is set and not empty, or `TERM` is `dumb`.
    pub no_color: bool,
    /// Whether stdout is a terminal.
    pub out_is_terminal: bool,
    /// Whether stderr is a terminal.
    pub err_is_terminal: bool,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Surroundings {
        Surroundings {
            directory: env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            no_color: env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
                || env::var_os("TERM").is_some_and(|value| value == "dumb"),
            out_is_terminal: std::io::stdout().is_terminal(),
            err_is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// The styles of stdout and stderr: with colour or without, or, where that is open, with colour on terminals
    /// that want it.
    pub fn styles(&self, colored: Option<bool>) -> (Style, Style) {
        let style = |is_terminal: bool| match colored.unwrap_or(is_terminal && !self.no_color) {
            true => Style::colored(),
            false => Style::plain(),
        };
        (style(self.out_is_terminal), style(self.err_is_terminal))
    }
}

/// The streams of a run.
pub struct Streams<'a> {
    /// What a file named `-` holds.
    pub input: &'a mut dyn Read,
    /// Where data goes.
    pub out: &'a mut dyn Write,
    /// Where words go.
    pub err: &'a mut dyn Write,
}

impl Streams<'_> {
    /// Runs something with the streams of this process.
    pub fn of_process<R>(run: impl FnOnce(Streams<'_>) -> R) -> R {
        run(Streams {
            input: &mut std::io::stdin().lock(),
            out: &mut std::io::BufWriter::new(std::io::stdout().lock()),
            err: &mut std::io::BufWriter::new(std::io::stderr().lock()),
        })
    }
}
