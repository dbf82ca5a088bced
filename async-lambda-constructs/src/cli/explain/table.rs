//! Columns that fit into a terminal of 80.

use crate::cli::report::Style;

pub(super) const WIDTH: usize = 80;

/// A row: a name, what kind it is, and notes that are wrapped.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) notes: Vec<String>,
}

/// Rows with their columns below each other. A name that is much longer than the others gets a line of
/// its own, and so does what does not fit.
pub(super) fn table(rows: &[Row], style: Style) -> String {
    let column = |cells: &mut dyn Iterator<Item = usize>, limit: usize| {
        cells.filter(|width| *width <= limit).max().unwrap_or(0).min(limit)
    };
    let has_notes = rows.iter().any(|row| !row.notes.is_empty());
    let name_width = column(&mut rows.iter().map(|row| width(&row.name)), if has_notes { 34 } else { 56 });
    let kind_limit = if has_notes { 18 } else { WIDTH };
    let kind_width = column(&mut rows.iter().map(|row| width(&row.kind)), kind_limit);
    let mut text = String::new();
    for row in rows {
        let mut line = format!("  {}", style.name(&row.name));
        let mut used = 2 + width(&row.name);
        let mut go_to = |line: &mut String, start: usize| {
            if used > start {
                text.push_str(line.trim_end());
                text.push('\n');
                line.clear();
                used = 0;
            }
            line.push_str(&" ".repeat(start - used));
            used = start;
        };
        let kind_start = 2 + name_width + 2;
        go_to(&mut line, if width(&row.name) > name_width { kind_start.min(6) } else { kind_start });
        line.push_str(&row.kind);
        used += width(&row.kind);
        if !row.notes.is_empty() {
            let start = kind_start + kind_width + 2;
            let wrapped = wrap(&row.notes.join("; "), WIDTH - start.min(WIDTH - 20));
            for note in wrapped {
                // Each further note begins a line of its own.
                if used > start {
                    text.push_str(line.trim_end());
                    text.push('\n');
                    line.clear();
                    used = 0;
                }
                line.push_str(&" ".repeat(start - used));
                line.push_str(&note);
                used = start + width(&note).max(1);
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A label and a text below each other that hangs from a column.
pub(super) fn field(label: &str, value: &str, style: Style) -> String {
    const COLUMN: usize = 16;
    let mut text = String::new();
    for (position, line) in wrap(value, WIDTH - COLUMN).into_iter().enumerate() {
        let head = if position == 0 { label } else { "" };
        let padding = " ".repeat(COLUMN.saturating_sub(2 + width(head)).max(1));
        text.push_str(&format!("  {}{padding}{line}\n", style.bold(head)));
    }
    text
}

/// Breaks a text at its spaces. A word that is longer than a line keeps its line whole: it can be copied.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().filter(|line| line.is_empty() || width(line) + 1 + width(word) <= columns);
        match line {
            Some(line) => {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

fn width(text: &str) -> usize {
    text.chars().count()
}
