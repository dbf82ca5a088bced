//! How wide a text will be, without a font at hand.

/// The width of a text in a sans-serif font, in pixels; a little more than in Helvetica, because the reader's
/// font may be wider.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let units: f64 = text.chars().map(units).sum();
    units * size * if bold { 1.18 } else { 1.08 }
}

/// In parts of the font's size.
fn units(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' => 0.27,
        'f' | 't' | 'r' | 'I' | ' ' | '(' | ')' | '[' | ']' | '/' | '-' | '*' | '{' | '}' => 0.35,
        'm' | 'M' | 'W' | '@' | '%' => 0.89,
        'w' => 0.75,
        'A'..='Z' | '&' | '_' | '+' | '=' | '<' | '>' | '~' => 0.68,
        '0'..='9' | 'a'..='z' => 0.56,
        letter if letter.is_ascii() => 0.56,
        '…' => 1.0,
        letter if (letter as u32) < 0x1100 => 0.62,
        _ => 1.0,
    }
}

/// A text of at most so many characters, its end left out where it is longer.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit - 1).chain(['…']).collect()
}
