//! Numbers of a YAML text that YAML 1.1 reads in another base than 10.

use super::{Limits, read, watch::Watch, yaml};
use crate::{Path, Segment};

/// The values of a YAML text that are written like `0755` or `12:30:00` without quotes, and are numbers of base 8 or 60
/// therefore: the place and the text of each. They are those of a text that was read with the default limits. JSON has
/// none.
///
/// ```
/// let found = cfn_model::text::other_bases("Account: 020222070707\nTime: 12:30\nPort: 8080\nName: '0755'\n");
/// let found: Vec<_> = found.iter().map(|(path, text)| format!("{path} {text}")).collect();
/// assert_eq!(found, ["Account 020222070707", "Time 12:30"]);
/// ```
pub fn other_bases(text: &str) -> Vec<(Path, String)> {
    // Hardly any text has one: most need not be read again.
    if !has_other_base(text) {
        return Vec::new();
    }
    let mut watch = Bases::default();
    match read(text, &Limits::default(), &mut watch) {
        (Ok(_), _) => watch.found,
        (Err(_), _) => Vec::new(),
    }
}

/// Whether a word of a text is such a number, whatever stands around it.
fn has_other_base(text: &str) -> bool {
    let is_separator = |byte: &u8| b" \t\r\n,[]{}".contains(byte);
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(start, byte)| {
        // Few words begin like a number.
        let may_be = matches!(byte, b'0'..=b'9' | b'+' | b'-') && bytes[..start].last().is_none_or(is_separator);
        may_be && {
            let end = bytes[start..].iter().position(is_separator).map_or(bytes.len(), |length| start + length);
            text.get(start..end).is_some_and(|word| yaml::base(word).is_some())
        }
    })
}

#[derive(Default)]
struct Bases {
    path: Path,
    found: Vec<(Path, String)>,
}

impl Watch for Bases {
    fn key(&mut self, key: &str, _start: usize, _end: usize) {
        self.path.0.push(Segment::from(key));
    }

    fn item(&mut self, index: usize) {
        self.path.0.push(Segment::from(index));
    }

    fn plain(&mut self, text: &str) {
        if yaml::base(text).is_some() {
            self.found.push((self.path.clone(), text.to_owned()));
        }
    }

    fn value(&mut self, _start: usize, _end: usize) {
        self.path.0.pop();
    }

    fn restart(&mut self) {
        *self = Bases::default();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn where_they_stand() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<String> =
                super::other_bases(text).iter().map(|(path, text)| format!("{path} {text}")).collect();
            assert_eq!(found, expected, "{text}");
        };
        check(
            "A: [0755, {B: -012_3}]\nC: 1:30.5\nD: +190:20:30",
            &["A/0 0755", "A/1/B -012_3", "C 1:30.5", "D +190:20:30"],
        );
        check("A: 0\nB: 0.5\nC: 00\nD: 0x1f\nE: 089\nF: 1_000\nG: 10:75\nH: 10.0.0.0/16", &["C 00"]);
        check("A: '0755'\nB: !Sub 0755\nC: !!str 0755\n0755: 0\nD: |\n  0755\nE: \"12:30\"", &[]);
        check("A: &a 0755\nB: *a\nC: {<<: {D: 0644}}\n", &["A 0755", "C/D 0644"]);
        check("- 0755", &["0 0755"]);
        check("{\"A\": \"0755\"}", &[]);
    }
}
