//! Texts that do nothing but stand there.

/// A text on one line that cannot move the cursor or change colours, whatever a template holds.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter == '\n' { " ".to_owned() } else { visible(letter) }).collect()
}

pub(super) fn visible(letter: char) -> String {
    match letter {
        '\t' => "    ".to_owned(),
        // Characters that turn the direction of writing could make a line look like another.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => letter.escape_unicode().to_string(),
        // Of these XML takes none, and nobody can see them.
        '\u{fffe}' | '\u{ffff}' => letter.escape_unicode().to_string(),
        letter if letter.is_control() => letter.escape_unicode().to_string(),
        letter => letter.to_string(),
    }
}
