//! The sources of the two lists of findings.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

use super::report::KnownDifference;
use crate::{Error, process, root};

/// The number of templates that one start of the validator gets: few enough for the command line of any system.
const BATCH: usize = 200;

/// The number of templates that may end the validator before the fault is taken to be its own: it does not build, or is
/// not there.
const CRASHES: usize = 20;

/// The beginning of the codes of rules that cfn-lint does not have.
const OURS: &str = "AL";

/// Errors that the corpus leaves out, because they depend on the day.
const DATED: [&str; 3] = ["E2530", "E2531", "E2533"];

/// A template of the corpus, and what cfn-lint says of it.
pub struct Template {
    /// Relative to the corpus.
    pub file: String,
    /// Its source.
    pub group: String,
    /// Whether the SAM transform runs on it.
    pub sam: bool,
    /// Rule and place of every error.
    pub errors: Vec<(String, String)>,
    /// The rules of its warnings; where they are is not recorded.
    pub warnings: Vec<String>,
}

/// The findings of the validator in one template.
#[derive(Default)]
pub struct Found {
    /// Rule and place of every error.
    pub errors: Vec<(String, String)>,
    /// The rules of its warnings.
    pub warnings: Vec<String>,
    /// The validator ended in a way that no template should be able to make it end, and said this.
    pub crash: Option<String>,
}

/// Reads `expected.jsonl`.
pub fn expected(corpus: &Path) -> Result<Vec<Template>, Error> {
    let path = corpus.join("expected.jsonl");
    let text = fs::read_to_string(&path).map_err(Error::io(format!("read {}", path.display())))?;
    let mut templates = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line: Value =
            serde_json::from_str(line).map_err(Error::json(format!("{} line {}", path.display(), number + 1)))?;
        let list = |key: &str| line[key].as_array().cloned().unwrap_or_default();
        templates.push(Template {
            file: string(&line["template"]),
            group: string(&line["group"]),
            sam: line["sam"].as_bool().unwrap_or_default(),
            errors: list("errors").iter().map(|error| (string(&error[0]), string(&error[1]))).collect(),
            // A warning is a rule, or a rule with a place.
            warnings: list("warnings").iter().map(|warning| string(warning.get(0).unwrap_or(warning))).collect(),
        });
    }
    Ok(templates)
}

/// Runs the validator on all templates. Gives an entry for each file that has findings, or that it
/// could not bear.
pub fn found(corpus: &Path, validator: &str, templates: &[Template]) -> Result<BTreeMap<String, Found>, Error> {
    let (mut found, mut crashes) = (BTreeMap::new(), 0);
    for batch in templates.chunks(BATCH) {
        let files: Vec<&str> = batch.iter().map(|template| template.file.as_str()).collect();
        if validate(corpus, validator, &files, &mut found).is_ok() {
            continue;
        }
        // One of them ended it: which?
        for file in files {
            found.remove(file);
            if let Err(error) = validate(corpus, validator, &[file], &mut found) {
                crashes += 1;
                if crashes > CRASHES || !matches!(error, Error::Process { .. } | Error::Json { .. }) {
                    return Err(error);
                }
                found.insert(file.to_owned(), Found { crash: Some(error.to_string()), ..Found::default() });
            }
        }
    }
    Ok(found)
}

fn validate(corpus: &Path, validator: &str, files: &[&str], found: &mut BTreeMap<String, Found>) -> Result<(), Error> {
    let mut words = validator.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.current_dir(root()).args(words).args(files.iter().map(|file| corpus.join(file)));
    let output = process::capture(&mut command)?;
    // 1 is an error in a template; a wrong command line and a panic are something else.
    if !matches!(output.status.code(), Some(0 | 1)) {
        return Err(process::failure(&command, &output));
    }
    for line in String::from_utf8_lossy(&output.stdout).lines().filter(|line| !line.trim().is_empty()) {
        let finding: Value = serde_json::from_str(line).map_err(Error::json(format!("validator said `{line}`")))?;
        // Findings that the template itself suppresses are not reported by cfn-lint either.
        if finding["kind"] == "suppressed" {
            continue;
        }
        let path = string(&finding["file"]);
        // A finding that cannot be told to belong to a template must not get lost.
        let Some(file) = files.iter().find(|file| corpus.join(file) == Path::new(&path)) else {
            return Err(process::failure(&command, &output));
        };
        let of_file = found.entry((*file).to_owned()).or_default();
        let code = string(&finding["code"]);
        if DATED.contains(&code.as_str()) {
            continue;
        }
        match finding["severity"].as_str() {
            Some("error") => {
                // cfn-lint reports what is wrong with each alternative of an `anyOf` beside it, and we below it; and
                // what it says of a mistake is a cause where a rule of ours says more. It has one finding of a rule at
                // a place, however many alternatives say the same.
                let causes = finding["causes"].as_array().into_iter().flatten();
                for each in std::iter::once(&finding).chain(causes) {
                    let error = (string(&each["code"]), string(&each["path"]));
                    // Advice can be the cause of an error.
                    match error.0.starts_with(['W', 'I']) {
                        _ if error.0.starts_with(OURS) => {}
                        true => of_file.warnings.push(error.0),
                        false if of_file.errors.contains(&error) => {}
                        false => of_file.errors.push(error),
                    }
                }
            }
            Some("warning") if !code.starts_with(OURS) => of_file.warnings.push(string(&finding["code"])),
            _ => {}
        }
    }
    Ok(())
}

/// Reads `conformance/where-we-are-right.json`. An entry without a reason is an error.
pub fn right() -> Result<Vec<KnownDifference>, Error> {
    let path = root().join("conformance/where-we-are-right.json");
    let text = fs::read_to_string(&path).map_err(Error::io(format!("read {}", path.display())))?;
    let entries: Vec<Value> = serde_json::from_str(&text).map_err(Error::json(path.display().to_string()))?;
    entries
        .iter()
        .map(|entry| match entry["reason"].as_str() {
            Some(reason) if !reason.is_empty() => Ok(KnownDifference {
                template: string(&entry["template"]),
                code: string(&entry["code"]),
                path: string(&entry["path"]),
            }),
            _ => Err(Error::Data {
                subject: "where-we-are-right.json",
                source: format!("{entry} needs a reason").into(),
            }),
        })
        .collect()
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
