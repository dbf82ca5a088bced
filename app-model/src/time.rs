//! Points in time, as AWS takes them.

/// Whether a text is a time of a day that exists, in UTC: `2026-11-23T09:00:00Z`, RFC 3339 without fractions.
pub(crate) fn is_utc(text: &str) -> bool {
    let form = b"dddd-dd-ddTdd:dd:ddZ";
    let text = text.as_bytes();
    let fits = |(given, wanted): (&u8, &u8)| if *wanted == b'd' { given.is_ascii_digit() } else { given == wanted };
    if text.len() != form.len() || !text.iter().zip(form).all(fits) {
        return false;
    }
    let number =
        |from: usize, to: usize| text[from..to].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month)
        && (1..=days).contains(&day)
        && number(11, 13) < 24
        && number(14, 16) < 60
        && number(17, 19) < 60
}

#[cfg(test)]
mod tests {
    use super::is_utc;

    #[test]
    fn times_exist() {
        for text in ["2026-11-23T09:00:00Z", "2028-02-29T23:59:59Z", "2000-02-29T00:00:00Z"] {
            assert!(is_utc(text), "{text}");
        }
        for text in [
            "",
            "2026-11-23",
            "2026-11-23T09:00:00",
            "2026-11-23T09:00:00+01:00",
            "2026-11-23 09:00:00Z",
            "2026-11-23T09:00:00.5Z",
            "2026-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
            "2026-1-01T00:00:00ZZ",
            "ü026-01-01T00:00:00",
        ] {
            assert!(!is_utc(text), "{text}");
        }
    }
}
