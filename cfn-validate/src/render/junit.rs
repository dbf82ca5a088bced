//! Findings as JUnit XML: a suite a file, a case a finding.

use super::visible::clean;
use crate::{Counts, Diagnostic};

/// A file and what was found in it.
#[derive(Clone, Copy, Debug)]
pub struct Suite<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// What was found.
    pub diagnostics: &'a [Diagnostic],
}

/// All files of a run as one document. A finding is a failed case where `fails` says so, and otherwise a passed one
/// with the words of the finding; one that is silenced is a skipped case, and a file without findings a passed one.
pub fn junit(suites: &[Suite<'_>], fails: impl Fn(&Diagnostic) -> bool) -> String {
    let outcomes: Vec<Outcomes> = suites.iter().map(|suite| Outcomes::of(suite, &fails)).collect();
    let sum = |part: fn(&Outcomes) -> usize| outcomes.iter().map(part).sum::<usize>();
    let all = Outcomes {
        cases: sum(|outcomes| outcomes.cases),
        failures: sum(|outcomes| outcomes.failures),
        errors: sum(|outcomes| outcomes.errors),
        skipped: sum(|outcomes| outcomes.skipped),
    };
    let mut xml = Xml { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), depth: 0 };
    xml.element("testsuites", &all.attributes("cfn-validate"), |xml| {
        for (each, outcomes) in suites.iter().zip(&outcomes) {
            suite(xml, each, outcomes, &fails);
        }
    });
    xml.text
}

/// XML while it is written. A document of five kinds of elements, whose texts are cleaned of what XML cannot hold, is no
/// reason for every program about stacks to compile a library.
struct Xml {
    text: String,
    depth: usize,
}

type Attributes<'a> = [(&'a str, &'a str)];

impl Xml {
    /// An element with others in it.
    fn element(&mut self, name: &str, attributes: &[(&str, String)], content: impl FnOnce(&mut Xml)) {
        let borrowed: Vec<(&str, &str)> = attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.start(name, &borrowed, ">\n");
        self.depth += 1;
        content(self);
        self.depth -= 1;
        self.indent();
        self.text.push_str(&format!("</{name}>\n"));
    }

    /// An element without content.
    fn empty(&mut self, name: &str, attributes: &Attributes<'_>) {
        self.start(name, attributes, "/>\n");
    }

    /// An element with text in it.
    fn words(&mut self, name: &str, attributes: &Attributes<'_>, words: &str) {
        self.start(name, attributes, ">");
        self.text.push_str(&format!("{}</{name}>\n", escaped(words)));
    }

    fn start(&mut self, name: &str, attributes: &Attributes<'_>, end: &str) {
        self.indent();
        self.text.push_str(&format!("<{name}"));
        for (name, value) in attributes {
            self.text.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        }
        self.text.push_str(end);
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// How the cases of a suite ended.
struct Outcomes {
    cases: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Outcomes {
    fn of(suite: &Suite<'_>, fails: impl Fn(&Diagnostic) -> bool) -> Outcomes {
        let heard = || suite.diagnostics.iter().filter(|each| each.silenced.is_none());
        Outcomes {
            cases: suite.diagnostics.len().max(1),
            failures: heard().filter(|each| each.code.is_some() && fails(each)).count(),
            errors: heard().filter(|each| each.code.is_none()).count(),
            skipped: Counts::of(suite.diagnostics).silenced,
        }
    }

    fn attributes(&self, name: &str) -> [(&'static str, String); 5] {
        [
            ("name", name.to_owned()),
            ("tests", self.cases.to_string()),
            ("failures", self.failures.to_string()),
            ("errors", self.errors.to_string()),
            ("skipped", self.skipped.to_string()),
        ]
    }
}

fn suite(xml: &mut Xml, suite: &Suite<'_>, outcomes: &Outcomes, fails: impl Fn(&Diagnostic) -> bool) {
    let name = clean(suite.name);
    xml.element("testsuite", &outcomes.attributes(&name), |xml| {
        if suite.diagnostics.is_empty() {
            xml.empty("testcase", &[("name", "no findings"), ("classname", &name)]);
        }
        for diagnostic in suite.diagnostics {
            case(xml, &name, diagnostic, fails(diagnostic));
        }
    });
}

fn case(xml: &mut Xml, file: &str, diagnostic: &Diagnostic, fails: bool) {
    let code = diagnostic.code.unwrap_or("unreadable");
    let path = diagnostic.path.as_ref().map(|path| format!(" {path}")).unwrap_or_default();
    let name = clean(&format!("{code}{path}"));
    let mut attributes = vec![("name", name), ("classname", file.to_owned()), ("file", file.to_owned())];
    if let Some((line, _)) = diagnostic.place.as_ref().and_then(|place| place.position) {
        attributes.push(("line", line.to_string()));
    }
    let (message, words) = (clean(&diagnostic.message), words(diagnostic));
    let details = [("message", message.as_str()), ("type", code)];
    xml.element("testcase", &attributes, |xml| match (&diagnostic.silenced, diagnostic.code) {
        (Some(silence), _) => xml.empty("skipped", &[("message", &clean(&silence.reason))]),
        (None, None) => xml.words("error", &details, &words),
        (None, Some(_)) if fails => xml.words("failure", &details, &words),
        (None, Some(_)) => xml.words("system-out", &[], &words),
    });
}

/// The finding in one line, as editors and terminals make a link of it.
fn words(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place.as_ref().map(|place| match place.position {
        Some((line, column)) => format!("{}:{line}:{column}: ", place.file),
        None => format!("{}: ", place.file),
    });
    let help = diagnostic.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    let severity = diagnostic.severity;
    clean(&format!("{}{severity}: {}{help}", place.unwrap_or_default(), diagnostic.message))
}
