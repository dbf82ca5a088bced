//! `cargo xtask rules`: a page about each rule, and their index, in `docs/rules/`; the limits in `docs/validator.md`.

use std::{collections::BTreeMap, fmt::Write as _, fs, process::Command};

use serde_json::Value;

use crate::{Error, root};

/// What `cargo xtask rules --help` prints.
pub const HELP: &str = "\
usage: cargo xtask rules [--check]

Writes docs/rules/CODE.md for each rule that `cfn-validate --list-rules` lists, and docs/rules/README.md, their index;
into docs/validator.md the table of limits.

  --check  write nothing, and fail where a file is not up to date
";

/// The beginnings of codes, in cfn-lint's order, and what they are about.
const GROUPS: [(&str, &str); 13] = [
    ("E0", "Reading"),
    ("E1", "The template and its functions"),
    ("E2", "Parameters"),
    ("E3", "Resources"),
    ("E4", "Metadata"),
    ("E5", "Modules"),
    ("E6", "Outputs"),
    ("E7", "Mappings"),
    ("E8", "Conditions"),
    ("W", "Warnings"),
    ("I", "Information"),
    ("AL1", "Asynchronous flow"),
    ("AL", "Suppression, names, and applications"),
];

const FOLDER: &str = "docs/rules";

/// The file with the table of limits, and the two lines that it is between.
const LIMITS: (&str, &str, &str) =
    ("docs/validator.md", "<!-- limits: made by `cargo xtask rules` -->\n", "<!-- end of limits -->\n");

/// `cargo xtask rules`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    let mut check = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("check") => check = true,
            _ => return Err(argument.unexpected().into()),
        }
    }
    let data = |source| Error::Data { subject: "rules", source };
    let wanted = files(&listed().map_err(data)?).map_err(data)?;
    let stale = stale(&wanted).map_err(Error::io("reading docs/rules"))?;
    if check && !stale.is_empty() {
        let names = stale.join(", ");
        return Err(data(format!("{FOLDER} is not up to date, run `cargo xtask rules`: {names}").into()));
    }
    limits(check)?;
    for name in stale {
        let path = root().join(FOLDER).join(&name);
        match wanted.get(&name) {
            Some(text) => {
                fs::create_dir_all(root().join(FOLDER)).map_err(Error::io("making docs/rules"))?;
                fs::write(path, text).map_err(Error::io("writing a page of docs/rules"))?;
            }
            None => fs::remove_file(path).map_err(Error::io("removing a page of docs/rules"))?,
        }
    }
    Ok(())
}

/// Every rule with its page, as the program lists them.
fn listed() -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    let lines = output_of(&["--", "--list-rules", "--format", "json"])?;
    Ok(lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// Puts the table of limits where it belongs, or says that another is there.
fn limits(check: bool) -> Result<(), Error> {
    let (file, start, end) = LIMITS;
    let data = |source| Error::Data { subject: "limits", source };
    let path = root().join(file);
    let there = fs::read_to_string(&path).map_err(Error::io("reading docs/validator.md"))?;
    let table = output_of(&["--example", "limits"]).map_err(data)?;
    let wanted =
        between(&there, start, end, &table).ok_or_else(|| data(format!("{file} has no place for them").into()))?;
    if wanted != there && check {
        return Err(data(format!("{file} is not up to date, run `cargo xtask rules`").into()));
    }
    if wanted != there {
        fs::write(&path, wanted).map_err(Error::io("writing docs/validator.md"))?;
    }
    Ok(())
}

/// A text with another part between two lines.
fn between(text: &str, start: &str, end: &str, part: &str) -> Option<String> {
    let (before, rest) = text.split_once(start)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{start}\n{part}\n{end}{after}"))
}

/// The output of `cargo run` of `cfn-validate`.
fn output_of(arguments: &[&str]) -> Result<String, Box<dyn std::error::Error>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    let output = command.args(["run", "--quiet", "-p", "cfn-validate"]).args(arguments).current_dir(root()).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The files that there should be, by name.
fn files(rules: &[Value]) -> Result<BTreeMap<String, String>, Box<dyn std::error::Error>> {
    let mut files = BTreeMap::new();
    let mut index = String::from(
        "# Rules\n\n<!-- Made by `cargo xtask rules` from the rules themselves. -->\n\n[What the validator finds, and its limits](../validator.md)\n",
    );
    for (position, (start, title)) in GROUPS.iter().enumerate() {
        let _ = write!(index, "\n## {title}\n\n| code | severity | rule |\n|---|---|---|\n");
        for rule in rules {
            let text = |key: &str| rule[key].as_str().ok_or(format!("a rule without {key}"));
            let (code, severity, title) = (text("code")?, text("severity")?, text("title")?);
            let group =
                GROUPS.iter().position(|(start, _)| code.starts_with(start)).ok_or(format!("{code}: no group"))?;
            if group != position {
                continue;
            }
            let _ = writeln!(index, "| [{code}]({code}.md) | {severity} | {} |", title.replace('|', "\\|"));
            let page = rule["page"].as_str().ok_or(format!("{code} has no page"))?;
            let page = format!(
                "# {code}: {title}\n\n<!-- Made by `cargo xtask rules` from the rule itself. -->\n\n*{severity}*\n\n{page}"
            );
            files.insert(format!("{code}.md"), page);
        }
        if !rules.iter().any(|rule| rule["code"].as_str().is_some_and(|code| code.starts_with(start))) {
            return Err(format!("no rule begins with {start}").into());
        }
    }
    files.insert("README.md".to_owned(), index);
    Ok(files)
}

/// The names of files that are missing, of another content, or of no rule.
fn stale(wanted: &BTreeMap<String, String>) -> std::io::Result<Vec<String>> {
    let folder = root().join(FOLDER);
    let mut stale: Vec<String> = Vec::new();
    for (name, text) in wanted {
        if fs::read_to_string(folder.join(name)).is_ok_and(|there| there == *text) {
            continue;
        }
        stale.push(name.clone());
    }
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !wanted.contains_key(&name) {
                stale.push(name);
            }
        }
    }
    Ok(stale)
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn a_part_is_replaced_between_its_lines() {
        assert_eq!(
            between("a\n<\nold\n>\nb\n", "<\n", ">\n", "| new |\n").as_deref(),
            Some("a\n<\n\n| new |\n\n>\nb\n")
        );
        assert_eq!(between("a\n>\n<\n", "<\n", ">\n", ""), None);
    }
}
