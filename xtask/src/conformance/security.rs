//! The findings of checkov about `examples/shop`, against the table of `docs/security.md`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use super::{
    report::{Report, Status},
    scratch,
};
use crate::{Error, process, root, venv::Venv};

/// The page with the exceptions.
const PAGE: &str = "docs/security.md";
/// The example that is looked at.
const EXAMPLE: &str = "shop";
/// The template that the Python package makes of it.
const OF_PYTHON: &str = "tests/golden/shop.prod.json";
/// The run with `hardened`, and how many checks may fail there.
const HARDENED: (&str, usize) = ("hardened", 6);
/// The certificate that the example's settings lack at stage `dev`, where synth refuses a domain without it.
const CERTIFICATE: &str = "arn:aws:acm:eu-west-1:123456789012:certificate/22222222-2222-2222-2222-222222222222";

/// A check of checkov that fails, and the logical id of the resource.
type Finding = (String, String);

/// A row of the page: what may fail.
#[derive(Debug, PartialEq, Eq)]
struct Exception {
    check: String,
    resources: Vec<String>,
    has_option: bool,
}

/// Compares the template of every stage, and one with all options of the page, with the page.
pub fn check(report: &mut Report) -> Result<(), Error> {
    let text = read(&root().join(PAGE))?;
    let exceptions = exceptions(&text);
    let settings = settings()?;
    let mut runs = vec![("no stage".to_owned(), synthesize("none", &settings, None, &[])?)];
    for stage in settings["stages"].as_object().into_iter().flat_map(|stages| stages.keys()) {
        runs.push((format!("stage {stage}"), synthesize(stage, &settings, Some(stage), &[])?));
    }
    let (hardened, most) = HARDENED;
    runs.push((hardened.to_owned(), synthesize(hardened, &settings, None, &[json!({"hardened": true})])?));
    runs.push(("all options".to_owned(), synthesize("options", &settings, None, &options(&text)?)?));
    let mut found = Vec::new();
    for (name, template) in &runs {
        let findings = checkov(template)?;
        let unknown = unknown(&findings, &exceptions);
        let title = format!("checkov, {name}: what fails is in {PAGE}");
        report.check(EXAMPLE, &title, passed(unknown.is_empty()), &unknown.join("\n"));
        if name == hardened {
            let title = format!("checkov, {name}: at most {most} checks fail");
            let all: Vec<String> = findings.iter().map(|(check, resource)| format!("{check} {resource}")).collect();
            report.check(EXAMPLE, &title, passed(findings.len() <= most), &all.join("\n"));
        }
        found.push(findings);
    }
    let stale = stale(&found, &exceptions);
    let title = format!("checkov: what is in {PAGE} fails");
    report.check(EXAMPLE, &title, passed(stale.is_empty()), &stale.join("\n"));
    if let (Some(without), Some(with)) = (found.first(), found.last()) {
        let useless = useless(without, with, &exceptions);
        let title = format!("checkov: the options of {PAGE} help");
        report.check(EXAMPLE, &title, passed(useless.is_empty()), &useless.join("\n"));
    }
    Ok(())
}

/// Shows that a template with faults, that of the Python package, has findings that the page does not list.
pub fn self_test() -> Result<(), Error> {
    let exceptions = exceptions(&read(&root().join(PAGE))?);
    let findings = checkov(&root().join("examples").join(EXAMPLE).join(OF_PYTHON))?;
    let unknown = unknown(&findings, &exceptions);
    let mut report = Report::default();
    for check in ["CKV_AWS_53", "CKV_AWS_73"] {
        let is_found = unknown.iter().any(|problem| problem.starts_with(check));
        let title = format!("checkov fails {check} of the template of the Python package");
        let detail = if is_found { String::new() } else { format!("found:\n{}", unknown.join("\n")) };
        report.check("self-test", &title, passed(is_found), &detail);
    }
    report.finish()
}

fn passed(is_good: bool) -> Status {
    if is_good { Status::Passed } else { Status::Failed }
}

/// The rows of the page's table of checks.
fn exceptions(page: &str) -> Vec<Exception> {
    let rows = page.lines().filter(|line| line.starts_with("| `CKV"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let names = |cell: &str| cell.split(',').map(|name| name.trim().trim_matches('`').to_owned()).collect();
        Exception {
            check: cells[0].trim_matches('`').to_owned(),
            resources: cells.get(1).map(|cell| names(cell)).unwrap_or_default(),
            has_option: cells.last() == Some(&"yes"),
        }
    })
    .collect()
}

/// The blocks of JSON of the page: parts of a template, and settings.
fn options(page: &str) -> Result<Vec<Value>, Error> {
    let blocks = page.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.map(|block| serde_json::from_str(block).map_err(Error::json(format!("{PAGE}: `{block}`")))).collect()
}

/// The settings of the example, so that it can be synthesized at each stage.
fn settings() -> Result<Value, Error> {
    let path = root().join("examples").join(EXAMPLE).join(".async_lambda/config.json");
    let mut settings: Value = serde_json::from_str(&read(&path)?).map_err(Error::json(path.display().to_string()))?;
    settings["stages"]["dev"]["certificate_arn"] = json!(CERTIFICATE);
    Ok(settings)
}

/// The template of the example at a stage, with options.
fn synthesize(name: &str, settings: &Value, stage: Option<&str>, options: &[Value]) -> Result<PathBuf, Error> {
    let (folder, mut settings) = (scratch("security")?, settings.clone());
    let template = folder.join(format!("{name}.json"));
    let mut command = Command::new("cargo");
    command
        .current_dir(root().join("examples").join(EXAMPLE))
        .args(["run", "--quiet", "--bin", "synth", "--", "--output"])
        .arg(&template);
    for (number, option) in options.iter().enumerate() {
        if option.get("Resources").is_some() {
            let extras = folder.join(format!("extras-{number}.json"));
            write(&extras, option)?;
            command.arg("--extras").arg(extras);
        } else if let (Some(settings), Some(option)) = (settings.as_object_mut(), option.as_object()) {
            settings.extend(option.clone());
        }
    }
    let config = folder.join(format!("{name}-config.json"));
    write(&config, &settings)?;
    command.arg("--config").arg(config);
    if let Some(stage) = stage {
        command.args(["--stage", stage]);
    }
    process::run(&mut command)?;
    Ok(template)
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::io(format!("read {}", path.display())))
}

fn write(path: &Path, value: &Value) -> Result<(), Error> {
    fs::write(path, value.to_string()).map_err(Error::io(format!("write {}", path.display())))
}

/// The findings of checkov in a template.
fn checkov(template: &Path) -> Result<BTreeSet<Finding>, Error> {
    let mut command = Command::new(Venv::checkov()?.program("checkov"));
    // Its settings are in the folder where it starts, in the user's and in variables; there are none here.
    let folder = scratch("security")?;
    // It is named without its folder: checkov takes a path of 40 characters for a secret.
    let (name, copy) = ("template.json", folder.join("template.json"));
    fs::copy(template, &copy).map_err(Error::io(format!("copy {} to {}", template.display(), copy.display())))?;
    command.args(["--framework", "cloudformation", "--output", "json", "--compact", "--quiet", "--file", name]);
    command.current_dir(&folder).env("HOME", &folder);
    let is_setting = |name: &str| ["BC_", "CKV_", "CHECKOV_", "PRISMA_"].iter().any(|prefix| name.starts_with(prefix));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_setting)) {
        command.env_remove(name);
    }
    // It would ask its vendor for explanations of the checks.
    command.args(["--skip-download", "--no-fail-on-crash", "--soft-fail"]);
    let output = process::run(&mut command)?;
    let answer: Value = serde_json::from_slice(&output.stdout).map_err(Error::json("checkov"))?;
    findings(&answer).ok_or_else(|| process::failure(&command, &output))
}

/// The failed checks of an answer; nothing when that is no answer about a template.
fn findings(answer: &Value) -> Option<BTreeSet<Finding>> {
    if answer["summary"]["resource_count"].as_u64()? == 0 || answer["summary"]["parsing_errors"].as_u64()? > 0 {
        return None;
    }
    let failed = answer["results"]["failed_checks"].as_array()?;
    let finding = |failed: &Value| {
        let resource = failed["resource"].as_str()?;
        Some((failed["check_id"].as_str()?.to_owned(), resource.rsplit('.').next()?.to_owned()))
    };
    failed.iter().map(finding).collect()
}

fn excepts(exception: &Exception, (check, resource): &Finding) -> bool {
    exception.check == *check && exception.resources.iter().any(|pattern| fits(pattern, resource))
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end),
        None => pattern == name,
    }
}

/// Findings that the page does not know.
fn unknown(findings: &BTreeSet<Finding>, exceptions: &[Exception]) -> Vec<String> {
    let unknown = findings.iter().filter(|finding| !exceptions.iter().any(|exception| excepts(exception, finding)));
    unknown
        .map(|(check, resource)| format!("{check} fails for {resource}: mend it, or say in {PAGE} why not"))
        .collect()
}

/// Exceptions of the page that fail nowhere.
fn stale(runs: &[BTreeSet<Finding>], exceptions: &[Exception]) -> Vec<String> {
    let mut stale = Vec::new();
    for exception in exceptions {
        for pattern in &exception.resources {
            let found = |finding: &Finding| finding.0 == exception.check && fits(pattern, &finding.1);
            if !runs.iter().flatten().any(found) {
                stale.push(format!("{} fails for no `{pattern}` any more: remove it from {PAGE}", exception.check));
            }
        }
    }
    stale
}

/// Exceptions for which the page names an option, and the options change nothing.
fn useless(without: &BTreeSet<Finding>, with: &BTreeSet<Finding>, exceptions: &[Exception]) -> Vec<String> {
    let count = |findings: &BTreeSet<Finding>| {
        let mut counts = BTreeMap::new();
        for (check, _) in findings {
            *counts.entry(check.clone()).or_insert(0) += 1;
        }
        counts
    };
    let (without, with) = (count(without), count(with));
    let fewer = |check: &String| with.get(check).unwrap_or(&0) < without.get(check).unwrap_or(&0);
    let useless = exceptions.iter().filter(|exception| exception.has_option && !fewer(&exception.check));
    useless.map(|exception| format!("{}: no option of {PAGE} changes it", exception.check)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Page\n\n| check | resource | why | option |\n|---|---|---|---|\n\
        | `CKV_1` | `Queue`, `*Func` | a reason | yes |\n| `CKV_2` | `Api` | | no |\n\n\
        ```json\n{\"days\": 1}\n```\n\n```yaml\na: b\n```\n\n```json\n{\"Resources\": {}}\n```\n";

    fn set(findings: &[(&str, &str)]) -> BTreeSet<Finding> {
        findings.iter().map(|(check, resource)| ((*check).to_owned(), (*resource).to_owned())).collect()
    }

    #[test]
    fn the_page_is_read() {
        let exception = |check: &str, resources: &[&str], has_option| Exception {
            check: check.to_owned(),
            resources: resources.iter().map(|name| (*name).to_owned()).collect(),
            has_option,
        };
        assert_eq!(
            exceptions(PAGE),
            [exception("CKV_1", &["Queue", "*Func"], true), exception("CKV_2", &["Api"], false)]
        );
        assert_eq!(options(PAGE).unwrap(), [json!({"days": 1}), json!({"Resources": {}})]);
        assert!(options("```json\n{\n```").is_err());
    }

    #[test]
    fn what_is_not_on_the_page_is_a_problem_and_so_is_what_is_there_in_vain() {
        let exceptions = exceptions(PAGE);
        let all = set(&[("CKV_1", "Queue"), ("CKV_1", "AFunc"), ("CKV_2", "Api")]);
        assert_eq!(unknown(&all, &exceptions), [] as [&str; 0]);
        assert_eq!(stale(&[set(&[]), all.clone()], &exceptions), [] as [&str; 0]);
        for finding in [("CKV_3", "Queue"), ("CKV_1", "Api"), ("CKV_2", "ApiFunc")] {
            let problems = unknown(&set(&[finding]), &exceptions);
            assert_eq!(problems.len(), 1, "{finding:?}: {problems:?}");
        }
        assert_eq!(stale(&[set(&[("CKV_1", "AFunc"), ("CKV_2", "Api")])], &exceptions).len(), 1);
        assert_eq!(useless(&all, &set(&[("CKV_1", "AFunc")]), &exceptions), [] as [&str; 0]);
        assert_eq!(useless(&all, &all, &exceptions).len(), 1);
    }

    #[test]
    fn an_answer_about_nothing_is_none() {
        let answer = |resources: u64, errors: u64| {
            json!({"summary": {"resource_count": resources, "parsing_errors": errors},
                "results": {"failed_checks": [{"check_id": "CKV_1", "resource": "AWS::SQS::Queue.Queue"}]}})
        };
        assert_eq!(findings(&answer(3, 0)), Some(set(&[("CKV_1", "Queue")])));
        assert_eq!(findings(&answer(0, 0)), None);
        assert_eq!(findings(&answer(3, 1)), None);
        assert_eq!(findings(&json!({"passed": 0})), None);
    }
}
