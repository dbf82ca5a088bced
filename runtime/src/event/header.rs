//! Header values are bytes, and JSON has none: each byte is the character of the same code (Latin-1), in events and in
//! responses.

use http::HeaderValue;

/// The string for a header's value.
pub(crate) fn to_text(value: &[u8]) -> String {
    value.iter().copied().map(char::from).collect()
}

/// The header's value for a string; `None` if HTTP does not allow it. A string with a character that Latin-1 does not
/// have goes as UTF-8.
pub(crate) fn to_value(text: &str) -> Option<HeaderValue> {
    let latin: Option<Vec<u8>> = text.chars().map(|character| u8::try_from(character).ok()).collect();
    HeaderValue::from_bytes(latin.as_deref().unwrap_or(text.as_bytes())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives() {
        let allowed: Vec<u8> = (0..=u8::MAX).filter(|byte| HeaderValue::from_bytes(&[b'a', *byte]).is_ok()).collect();
        assert!(allowed.len() > 200 && allowed.contains(&0xff));
        let mut bytes = b"a".to_vec();
        bytes.extend(allowed);
        assert_eq!(to_value(&to_text(&bytes)).unwrap().as_bytes(), bytes);
        assert_eq!(to_value("café").unwrap().as_bytes(), b"caf\xe9");
        assert_eq!(to_value("5 €").unwrap().as_bytes(), "5 €".as_bytes());
        assert!(to_value("a\nb").is_none());
    }
}
