//! General categories of Unicode, by the names that patterns give them.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The two-letter names; a category's number is its place here.
const NAMES: [&str; 30] = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm",
    "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
];

/// The categories whose name starts with `prefix`, one bit each.
pub(super) fn group(prefix: &str) -> Option<u32> {
    let numbers = (0..).zip(NAMES).filter(|(_, name)| !prefix.is_empty() && name.starts_with(prefix));
    Some(numbers.fold(0, |mask, (number, _)| mask | 1 << number)).filter(|mask| *mask != 0)
}

/// The number of a character's category.
pub(super) fn of(c: char) -> u32 {
    match c.general_category() {
        GeneralCategory::UppercaseLetter => 0,
        GeneralCategory::LowercaseLetter => 1,
        GeneralCategory::TitlecaseLetter => 2,
        GeneralCategory::ModifierLetter => 3,
        GeneralCategory::OtherLetter => 4,
        GeneralCategory::NonspacingMark => 5,
        GeneralCategory::SpacingMark => 6,
        GeneralCategory::EnclosingMark => 7,
        GeneralCategory::DecimalNumber => 8,
        GeneralCategory::LetterNumber => 9,
        GeneralCategory::OtherNumber => 10,
        GeneralCategory::ConnectorPunctuation => 11,
        GeneralCategory::DashPunctuation => 12,
        GeneralCategory::OpenPunctuation => 13,
        GeneralCategory::ClosePunctuation => 14,
        GeneralCategory::InitialPunctuation => 15,
        GeneralCategory::FinalPunctuation => 16,
        GeneralCategory::OtherPunctuation => 17,
        GeneralCategory::MathSymbol => 18,
        GeneralCategory::CurrencySymbol => 19,
        GeneralCategory::ModifierSymbol => 20,
        GeneralCategory::OtherSymbol => 21,
        GeneralCategory::SpaceSeparator => 22,
        GeneralCategory::LineSeparator => 23,
        GeneralCategory::ParagraphSeparator => 24,
        GeneralCategory::Control => 25,
        GeneralCategory::Format => 26,
        GeneralCategory::Surrogate => 27,
        GeneralCategory::PrivateUse => 28,
        GeneralCategory::Unassigned => 29,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_agree() {
        for (c, name) in [
            ('A', "Lu"),
            ('a', "Ll"),
            ('\u{1c5}', "Lt"),
            ('\u{2b0}', "Lm"),
            ('\u{5d0}', "Lo"),
            ('\u{300}', "Mn"),
            ('\u{903}', "Mc"),
            ('\u{488}', "Me"),
            ('7', "Nd"),
            ('\u{2160}', "Nl"),
            ('\u{bd}', "No"),
            ('_', "Pc"),
            ('-', "Pd"),
            ('(', "Ps"),
            (')', "Pe"),
            ('\u{ab}', "Pi"),
            ('\u{bb}', "Pf"),
            ('!', "Po"),
            ('+', "Sm"),
            ('$', "Sc"),
            ('^', "Sk"),
            ('\u{a9}', "So"),
            (' ', "Zs"),
            ('\u{2028}', "Zl"),
            ('\u{2029}', "Zp"),
            ('\n', "Cc"),
            ('\u{200b}', "Cf"),
            ('\u{e000}', "Co"),
            ('\u{378}', "Cn"),
        ] {
            assert_eq!(group(name), Some(1 << of(c)), "{c:?} {name}");
        }
        assert_eq!(group("N"), Some(0b111 << 8));
        assert_eq!((group("X"), group("")), (None, None));
    }
}
