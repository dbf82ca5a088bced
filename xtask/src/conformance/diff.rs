//! Two texts as a unified diff.

use diff::Result::{Both, Left, Right};

/// The number of equal lines around a difference.
const CONTEXT: usize = 3;

/// The lines that differ, `-` as expected and `+` as found, with some around them. Empty when none does.
pub fn unified(expected: &str, actual: &str) -> String {
    let lines = diff::lines(expected, actual);
    let changed: Vec<usize> = (0..lines.len()).filter(|&at| !matches!(lines[at], Both(..))).collect();
    let shown = |at: usize| changed.iter().any(|&change| at.abs_diff(change) <= CONTEXT);
    let (mut old, mut new, mut gap) = (1, 1, true);
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        if shown(at) {
            if gap {
                text.push_str(&format!("@@ -{old} +{new} @@\n"));
            }
            let (mark, line) = match line {
                Left(line) => ('-', line),
                Right(line) => ('+', line),
                Both(line, _) => (' ', line),
            };
            text.push_str(&format!("{mark}{line}\n"));
        }
        gap = !shown(at);
        old += usize::from(!matches!(line, Right(_)));
        new += usize::from(!matches!(line, Left(_)));
    }
    if text.is_empty() && expected != actual {
        // Line endings, or the newline at the end.
        text.push_str("the same lines, but not the same bytes\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::unified;

    #[track_caller]
    fn check(expected: &str, actual: &str, text: &str) {
        assert_eq!(unified(expected, actual), text);
    }

    #[test]
    fn shows_what_differs_and_a_little_around_it() {
        check("a\n", "a\n", "");
        check("a\nb\n", "a\nc\n", "@@ -1 +1 @@\n a\n-b\n+c\n \n");
        check("a\n", "a\r\n", "the same lines, but not the same bytes\n");
        check(
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n10",
            "1\n2\n3\n4\n5\nsix\n7\n8\n9\n10",
            "@@ -3 +3 @@\n 3\n 4\n 5\n-6\n+six\n 7\n 8\n 9\n",
        );
    }

    #[test]
    fn keeps_distant_differences_apart() {
        let old: Vec<String> = (1..=20).map(|line| line.to_string()).collect();
        let mut new = old.clone();
        new.remove(1);
        new.push("21".to_owned());
        let text = unified(&old.join("\n"), &new.join("\n"));
        let hunks: Vec<&str> = text.lines().filter(|line| line.starts_with("@@")).collect();
        assert_eq!(hunks, ["@@ -1 +1 @@", "@@ -18 +17 @@"]);
    }
}
