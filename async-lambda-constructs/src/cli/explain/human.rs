//! Explanations for people.

use super::table::{Row, WIDTH, field, table, wrap};
use crate::{
    cli::report::{Style, plural},
    explain::{Change, Explanation, Fact, Property, TypeFacts},
};

/// How many members of an enum a table shows; all of them stand on the property's own page.
const MEMBERS_IN_TABLE: usize = 6;
/// The longest pattern that a table shows.
const PATTERN_IN_TABLE: usize = 24;

pub(super) fn render(explanation: &Explanation, style: Style) -> String {
    match explanation {
        Explanation::Type(facts) => resource_type(facts, style),
        Explanation::Property(property) => page(property, style),
        Explanation::Types { of, names } => {
            let mut text = format!("{}, {}\n", style.bold(of), plural(names.len(), "type"));
            for name in names {
                text.push_str(&format!("  {}\n", style.name(name)));
            }
            text
        }
        Explanation::Services(services) => {
            let types: usize = services.iter().map(|(_, count)| count).sum();
            let head = format!("{} with {}", plural(services.len(), "service"), plural(types, "type"));
            let names: Vec<String> = services.iter().map(|(name, _)| (*name).to_owned()).collect();
            let hint = "explain a service (`sqs`), a type (`AWS::SQS::Queue`) or a property (`AWS::SQS::Queue.Tags`)";
            format!("{}\n{}\n{hint}\n", style.bold(&head), columns(&names, style))
        }
    }
}

fn resource_type(facts: &TypeFacts, style: Style) -> String {
    let mut text = format!("{}\n", style.bold(facts.name));
    if !facts.documentation.is_empty() {
        text.push_str(&field("docs", &facts.documentation, style));
    }
    if !facts.identifier.is_empty() {
        text.push_str(&field("identifier", &facts.identifier.join(", "), style));
    }
    if let Some(tags) = facts.tags {
        text.push_str(&field("tags", tags, style));
    }
    section(&mut text, "Properties", &properties(&facts.properties, style), style);
    section(&mut text, "Rules", &rules(&facts.rules), style);
    // Some types give back every property as an attribute; those need no second table.
    let (given, own): (Vec<_>, Vec<_>) = facts.attributes.iter().partition(|attribute| {
        let first = attribute.name.split('.').next().unwrap_or(attribute.name);
        facts.properties.iter().any(|property| property.name == first)
    });
    let rows: Vec<Row> = own
        .iter()
        .map(|attribute| Row { name: attribute.name.to_owned(), kind: attribute.kind.clone(), notes: Vec::new() })
        .collect();
    let mut attributes = table(&rows, style);
    if !given.is_empty() {
        let names: Vec<&str> = given.iter().map(|attribute| attribute.name).collect();
        let head = if own.is_empty() { "" } else { "and " };
        for line in wrap(&format!("{head}{}", names.join(", ")), WIDTH - 2) {
            attributes.push_str(&format!("  {line}\n"));
        }
    }
    section(&mut text, "Attributes of Fn::GetAtt", &attributes, style);
    text
}

fn page(property: &Property, style: Style) -> String {
    let mut text = format!("{}\n", style.bold(&property.path));
    let mut add = |label: &str, value: &str| text.push_str(&field(label, value, style));
    add("type", &property.kind);
    if property.read_only {
        add("read-only", "set by AWS; refer to it with Fn::GetAtt");
    } else {
        let parent = property.path.rsplit('.').nth(1).filter(|parent| !parent.contains("::"));
        match (property.required, parent) {
            (false, _) => add("required", "no"),
            (true, None) => add("required", "yes"),
            (true, Some(parent)) => add("required", &format!("yes, wherever {parent} is given")),
        }
    }
    for fact in &property.facts {
        let separator = if fact.label.ends_with("one of") { ", " } else { " or " };
        add(fact.label, &fact.values.join(separator));
    }
    match property.change {
        _ if property.read_only => {}
        Change::Update => add("on change", "updated without replacing the resource"),
        Change::Replace => add("on change", "the resource is replaced"),
        Change::MayReplace => add("on change", "some changes replace the resource"),
        Change::Unknown => {}
    }
    if property.write_only {
        add("write-only", "AWS never shows it again");
    }
    if property.deprecated {
        add("deprecated", "should not be used any more");
    }
    if !property.documentation.is_empty() {
        add("docs", &property.documentation);
    }
    let forms: Vec<String> = property.forms.iter().map(|form| (*form).to_owned()).collect();
    let title = if property.forms.len() > 1 { "Forms (add one to the path)" } else { "Form" };
    section(&mut text, title, &columns(&forms, style), style);
    let title = match property.kind.as_str() {
        kind if kind.starts_with("list of") => "Properties of a member",
        kind if kind.starts_with("map of") => "Properties of a value",
        _ => "Properties",
    };
    section(&mut text, title, &properties(&property.members, style), style);
    section(&mut text, "Rules", &rules(&property.rules), style);
    text
}

fn section(text: &mut String, title: &str, content: &str, style: Style) {
    if !content.is_empty() {
        text.push_str(&format!("\n{}\n{content}", style.bold(title)));
    }
}

fn properties(properties: &[Property], style: Style) -> String {
    let rows: Vec<Row> = properties
        .iter()
        .map(|property| {
            // A definition is mostly named as its property is, which would say it twice.
            let kind = if property.kind == property.name { "object" } else { property.kind.as_str() };
            Row { name: property.name.clone(), kind: kind.to_owned(), notes: notes(property) }
        })
        .collect();
    table(&rows, style)
}

/// What is worth knowing of a property at a glance.
fn notes(property: &Property) -> Vec<String> {
    let mut notes = Vec::new();
    let mut add = |applies: bool, note: &str| {
        if applies {
            notes.push(note.to_owned());
        }
    };
    add(property.required, "required");
    add(property.read_only, "read-only");
    add(property.deprecated, "deprecated");
    add(property.change == Change::Replace && !property.read_only, "replaces");
    add(property.change == Change::MayReplace && !property.read_only, "may replace");
    notes.extend(property.facts.iter().filter_map(short));
    notes
}

fn short(fact: &Fact) -> Option<String> {
    let values = fact.values.join(" or ");
    match fact.label {
        "range" => Some(values),
        "one of" => Some(if fact.values.len() > MEMBERS_IN_TABLE {
            format!("one of {} values", fact.values.len())
        } else {
            fact.values.join(" | ")
        }),
        "pattern" if values.len() <= PATTERN_IN_TABLE => Some(values),
        "default" => Some(format!("default {values}")),
        "length" | "count" => Some(format!("{} {values}", fact.label)),
        _ => None,
    }
}

fn rules(rules: &[String]) -> String {
    rules
        .iter()
        .flat_map(|rule| wrap(rule, WIDTH - 4).into_iter().enumerate())
        .map(|(position, line)| format!("{}{line}\n", if position == 0 { "  " } else { "    " }))
        .collect()
}

/// Names in as many columns as fit, read from top to bottom.
fn columns(names: &[String], style: Style) -> String {
    let Some(widest) = names.iter().map(|name| name.chars().count()).max() else {
        return String::new();
    };
    let count = ((WIDTH - 2) / (widest + 2)).max(1);
    let rows = names.len().div_ceil(count);
    let mut text = String::new();
    for row in 0..rows {
        let mut line = String::from(" ");
        for name in names.iter().skip(row).step_by(rows) {
            line.push_str(&format!(" {}{}", style.name(name), " ".repeat(widest - name.chars().count() + 1)));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
