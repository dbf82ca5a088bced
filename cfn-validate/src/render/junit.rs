//! Findings as JUnit XML: a suite a file, a case a finding.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

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
pub fn junit(suites: &[Suite<'_>], fails: impl Fn(&Diagnostic) -> bool) -> io::Result<String> {
    let outcomes: Vec<Outcomes> = suites.iter().map(|suite| Outcomes::of(suite, &fails)).collect();
    let sum = |part: fn(&Outcomes) -> usize| outcomes.iter().map(part).sum::<usize>();
    let all = Outcomes {
        cases: sum(|outcomes| outcomes.cases),
        failures: sum(|outcomes| outcomes.failures),
        errors: sum(|outcomes| outcomes.errors),
        skipped: sum(|outcomes| outcomes.skipped),
    };
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let totals = all.attributes();
    let element = writer.create_element("testsuites").with_attribute(("name", "cfn-validate"));
    element.with_attributes(borrowed(&totals)).write_inner_content(|writer| {
        for (each, outcomes) in suites.iter().zip(&outcomes) {
            suite(writer, each, outcomes, &fails)?;
        }
        Ok(())
    })?;
    let mut text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    text.push('\n');
    Ok(text)
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

    fn attributes(&self) -> [(&'static str, String); 4] {
        [
            ("tests", self.cases.to_string()),
            ("failures", self.failures.to_string()),
            ("errors", self.errors.to_string()),
            ("skipped", self.skipped.to_string()),
        ]
    }
}

fn suite(
    writer: &mut Writer<Vec<u8>>,
    suite: &Suite<'_>,
    outcomes: &Outcomes,
    fails: impl Fn(&Diagnostic) -> bool,
) -> io::Result<()> {
    let name = clean(suite.name);
    let element = writer.create_element("testsuite").with_attribute(("name", name.as_str()));
    element.with_attributes(borrowed(&outcomes.attributes())).write_inner_content(|writer| {
        if suite.diagnostics.is_empty() {
            let case = writer.create_element("testcase").with_attribute(("name", "no findings"));
            case.with_attribute(("classname", name.as_str())).write_empty()?;
        }
        for diagnostic in suite.diagnostics {
            case(writer, &name, diagnostic, fails(diagnostic))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, file: &str, diagnostic: &Diagnostic, fails: bool) -> io::Result<()> {
    let code = diagnostic.code.unwrap_or("unreadable");
    let path = diagnostic.path.as_ref().map(|path| format!(" {path}")).unwrap_or_default();
    let line = diagnostic.place.as_ref().and_then(|place| place.position).map(|(line, _)| line.to_string());
    let name = clean(&format!("{code}{path}"));
    let mut element = writer.create_element("testcase").with_attribute(("name", name.as_str()));
    element = element.with_attribute(("classname", file)).with_attribute(("file", file));
    if let Some(line) = &line {
        element = element.with_attribute(("line", line.as_str()));
    }
    let message = clean(&diagnostic.message);
    let words = words(diagnostic);
    element.write_inner_content(|writer| {
        let kind = match (&diagnostic.silenced, diagnostic.code) {
            (Some(silence), _) => {
                let reason = clean(&silence.reason);
                writer.create_element("skipped").with_attribute(("message", reason.as_str())).write_empty()?;
                return Ok(());
            }
            (None, None) => "error",
            (None, Some(_)) if fails => "failure",
            (None, Some(_)) => {
                writer.create_element("system-out").write_text_content(BytesText::new(&words))?;
                return Ok(());
            }
        };
        let element = writer.create_element(kind).with_attribute(("message", message.as_str()));
        element.with_attribute(("type", code)).write_text_content(BytesText::new(&words))?;
        Ok(())
    })?;
    Ok(())
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

fn borrowed<'a>(attributes: &'a [(&'static str, String); 4]) -> impl Iterator<Item = (&'a str, &'a str)> {
    attributes.iter().map(|(name, value)| (*name, value.as_str()))
}
