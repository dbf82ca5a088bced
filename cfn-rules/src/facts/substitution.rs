//! Variable names in the string of `Fn::Sub`.

/// The names in a string: those in `${...}`, without literals (`${!...}`).
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, name, after) = next(rest)?;
        rest = after;
        Some(name)
    })
}

/// The first name in a string, with the text before and after it.
pub(crate) fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut looked_at = 0;
    loop {
        let start = looked_at + text[looked_at..].find("${")?;
        let inside = &text[start + 2..];
        let end = inside.find('}')?;
        let name = inside[..end].trim();
        if !name.is_empty() && !name.starts_with('!') {
            return Some((&text[..start], name, &inside[end + 1..]));
        }
        looked_at = start + 2 + end + 1;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn finds_the_names_and_leaves_literals_alone() {
        let check = |text, expected: &[&str]| assert_eq!(super::names(text).collect::<Vec<_>>(), expected, "{text}");
        check("arn:${AWS::Partition}:sqs:${ Queue.Arn }", &["AWS::Partition", "Queue.Arn"]);
        check("${!Literal} $Plain ${} ${Open", &[]);
        check("$${A}${B}", &["A", "B"]);
    }
}
