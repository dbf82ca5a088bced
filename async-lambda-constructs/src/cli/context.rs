//! Values from outside on the command line: their list in `--help`, and what was given.

use super::{
    Exit, Session,
    report::{Diagnostic, rust_place},
};
use crate::context::{Context, Problem, Spec, check, read_all};

/// The columns of a terminal.
const WIDTH: usize = 80;
/// Where descriptions begin at the latest.
const LONGEST: usize = 36;

/// The values, as the arguments give them.
pub(super) fn values<C: Context>(
    session: &mut Session<'_>,
    context: C,
    specs: &[Spec],
    texts: &[String],
) -> Result<C::Values, Exit> {
    let wrong = check(specs);
    if !wrong.is_empty() {
        report(session, &wrong);
        return Err(Exit::Failed);
    }
    let mut pairs = Vec::new();
    for text in texts {
        match text.split_once('=') {
            Some((key, value)) => pairs.push((key.to_owned(), value.to_owned())),
            None => {
                let message = format!("`--context {text}`: must be a key and a value, got no `=`");
                return Err(session.usage(message, format!("write it as `--context {text}=VALUE`")));
            }
        }
    }
    match read_all(context, specs, pairs) {
        Ok((values, used)) => {
            session.used = used;
            Ok(values)
        }
        Err(problems) => {
            report(session, &problems);
            Err(Exit::Usage)
        }
    }
}

fn report(session: &mut Session<'_>, problems: &[Problem]) {
    for Problem { message, help, origin } in problems {
        let place = origin.map(|origin| rust_place(origin, session.environment));
        let diagnostic = Diagnostic { help: help.clone(), place, ..Diagnostic::error(message.clone()) };
        session.report_failure(&diagnostic);
    }
}

/// The part of `--help` about them; nothing where there are none.
pub(super) fn help(specs: &[Spec]) -> String {
    if specs.is_empty() {
        return String::new();
    }
    let keys = specs.iter().map(|spec| spec.key.chars().count()).max().unwrap_or(0);
    let heads: Vec<String> = specs.iter().map(|spec| format!("  {:keys$}  {}", spec.key, spec.values())).collect();
    let short = heads.iter().map(|head| head.chars().count()).filter(|width| *width <= LONGEST);
    let column = short.max().unwrap_or(keys) + 2;
    let mut text = "Values of --context:\n".to_owned();
    for (spec, head) in specs.iter().zip(heads) {
        let state = match &spec.default {
            Some(default) => format!("[default: {default}]"),
            None if spec.is_optional => "[optional]".to_owned(),
            None => "[required]".to_owned(),
        };
        // The state is one word, so that it is not broken.
        let words = spec.description.split_whitespace().chain([state.as_str()]);
        let lines = wrapped(words, WIDTH.saturating_sub(column));
        let mut lines = lines.iter();
        match head.chars().count() {
            width if width + 2 <= column => {
                let first = lines.next().map_or("", String::as_str);
                text += &format!("{head:column$}{first}\n");
            }
            _ => text += &format!("{head}\n"),
        }
        lines.for_each(|line| text += &format!("{:column$}{line}\n", ""));
    }
    text + "\n"
}

/// Words in lines of a width; a longer word has a line of its own.
fn wrapped<'a>(words: impl Iterator<Item = &'a str>, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn words_are_broken_into_lines() {
        let words = |text: &'static str| wrapped(text.split(' '), 10);
        assert_eq!(words("one two three"), ["one two", "three"]);
        assert_eq!(words("a longlonglonglong b"), ["a", "longlonglonglong", "b"]);
        assert_eq!(words("12345 7890"), ["12345 7890"]);
    }
}
