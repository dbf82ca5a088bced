//! Blocks of commands in a page.

use std::path::PathBuf;

/// A page, and the blocks of commands in it.
#[derive(Debug)]
pub struct Page {
    /// Its path in the repository.
    pub path: PathBuf,
    pub blocks: Vec<Block>,
    /// Blocks that nobody knows how to treat.
    pub problems: Vec<String>,
}

/// Commands that stand together.
#[derive(Debug, PartialEq)]
pub struct Block {
    /// The line of the first command.
    pub line: usize,
    pub mark: Mark,
    pub steps: Vec<Step>,
}

/// The word behind the language of a block, which says when it is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// With every change.
    Always,
    /// Only with `--nightly`: it takes minutes.
    Nightly,
    /// Only with `--nightly`, against ministack in the place of AWS.
    Deploy,
}

/// A command, and what the page says that it prints.
#[derive(Debug, PartialEq)]
pub struct Step {
    pub command: String,
    pub printed: Vec<String>,
}

impl Page {
    /// Finds the blocks. Every block must name its language: `sh` has commands, and `console` commands behind `$ ` with what
    /// they print.
    pub fn of(path: PathBuf, text: &str) -> Page {
        let mut page = Page { path, blocks: Vec::new(), problems: Vec::new() };
        let mut lines = text.lines().enumerate();
        while let Some((index, line)) = lines.next() {
            let Some(information) = line.trim_start().strip_prefix("```") else { continue };
            let inside: Vec<&str> =
                lines.by_ref().map(|(_, line)| line.trim()).take_while(|line| !line.starts_with("```")).collect();
            let words: Vec<&str> = information.split_whitespace().collect();
            let mark = match words[..] {
                ["sh" | "console"] => Ok(Mark::Always),
                ["sh" | "console", "nightly"] => Ok(Mark::Nightly),
                ["sh" | "console", "deploy"] => Ok(Mark::Deploy),
                ["sh" | "console", ..] => Err(format!("must be `nightly` or `deploy`, got `{information}`")),
                [] => Err("must name its language: `sh` for commands, `text` for what is none".to_owned()),
                _ => continue,
            };
            match mark {
                Ok(mark) if words[0] == "sh" => {
                    page.blocks.push(Block { line: index + 2, mark, steps: commands(&inside) });
                }
                Ok(mark) => page.blocks.push(Block { line: index + 2, mark, steps: dialogue(&inside) }),
                Err(problem) => page.problems.push(format!("line {}: block: {problem}", index + 1)),
            }
        }
        page
    }
}

/// A line is a command; one that ends with `\` goes on.
fn commands(lines: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut is_open = false;
    for line in lines.iter().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (line, goes_on) = line.strip_suffix('\\').map_or((*line, false), |line| (line, true));
        match steps.last_mut() {
            Some(step) if is_open => step.command.push_str(line),
            _ => steps.push(Step { command: line.to_owned(), printed: Vec::new() }),
        }
        is_open = goes_on;
    }
    steps
}

/// Commands stand behind `$ `, and every other line is printed by the one before it.
fn dialogue(lines: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in lines.iter().filter(|line| !line.is_empty()) {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step { command: command.to_owned(), printed: Vec::new() }),
            (None, Some(step)) => step.printed.push((*line).to_owned()),
            (None, None) => {}
        }
    }
    steps
}

impl Step {
    /// The command without its comment.
    pub fn bare(&self) -> &str {
        self.command.split(" # ").next().unwrap_or_default().trim()
    }

    /// The first line that was to be printed, and was not. ` .. ` stands for anything.
    pub fn missing(&self, printed: &str) -> Option<&str> {
        let is_printed = |expected: &&String| printed.lines().any(|line| matches(line, expected));
        self.printed.iter().find(|line| !is_printed(line)).map(String::as_str)
    }
}

fn matches(line: &str, expected: &str) -> bool {
    let mut rest = line;
    expected.split(" .. ").enumerate().all(|(index, part)| match rest.find(part) {
        Some(at) if index > 0 || rest[..at].trim().is_empty() => {
            rest = &rest[at + part.len()..];
            true
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn page(text: &str) -> Page {
        Page::of(PathBuf::from("README.md"), text)
    }

    fn step(command: &str, printed: &[&str]) -> Step {
        Step { command: command.to_owned(), printed: printed.iter().map(|line| (*line).to_owned()).collect() }
    }

    #[test]
    fn blocks_are_found() {
        let text = "a\n```sh\nls  # all\n\n# why\ncp a \\\n  b\n```\n- b\n\n  ```console deploy\n  $ ls\n  one\n\n  $ pwd\n  ```\n\
                    ```rust\n$ no\n```\n```text\n```\n";
        let page = page(text);
        assert_eq!(
            page.blocks,
            [
                Block { line: 3, mark: Mark::Always, steps: vec![step("ls  # all", &[]), step("cp a b", &[])] },
                Block { line: 12, mark: Mark::Deploy, steps: vec![step("ls", &["one"]), step("pwd", &[])] },
            ]
        );
        assert_eq!(page.blocks[0].steps[0].bare(), "ls");
        assert!(page.problems.is_empty(), "{:?}", page.problems);
    }

    #[test]
    fn what_is_not_understood_is_a_problem() {
        let page = page("```\nls\n```\n```sh weekly\nls\n```\n");
        assert_eq!(
            page.problems,
            [
                "line 1: block: must name its language: `sh` for commands, `text` for what is none",
                "line 4: block: must be `nightly` or `deploy`, got `sh weekly`",
            ]
        );
    }

    #[test]
    fn printed_lines_are_compared() {
        let check = |expected: &[&str], printed: &str, missing: Option<&str>| {
            assert_eq!(step("x", expected).missing(printed), missing);
        };
        check(&["Tick .. ms: null"], "first\nTick 1.5 ms: null\n", None);
        check(&["Tick .. ms: null"], "Tick 1.5 s: null\n", Some("Tick .. ms: null"));
        check(&["a", "b"], "  b, and more\n a\n", None);
        check(&["b"], "a b", Some("b"));
    }
}
