//! The checksums of SQS.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};

use crate::queue::Attribute;

/// The MD5 of bytes, in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    digits(&Md5::digest(bytes))
}

/// The MD5 of attributes in the order of their names; `None` for none. SQS User Guide, "Calculating the MD5 message digest
/// for message attributes".
pub fn of_attributes<'a>(attributes: impl Iterator<Item = (&'a String, &'a Attribute)>) -> Option<String> {
    let mut attributes: Vec<_> = attributes.collect();
    if attributes.is_empty() {
        return None;
    }
    attributes.sort_unstable_by_key(|(name, _)| name.as_str());
    let mut digest = Md5::new();
    for (name, attribute) in attributes {
        let part = |digest: &mut Md5, bytes: &[u8]| {
            digest.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
            digest.update(bytes);
        };
        part(&mut digest, name.as_bytes());
        part(&mut digest, attribute.data_type.as_bytes());
        if attribute.is_binary() {
            digest.update([2]);
            // Invalid base64 was refused when it was sent.
            part(&mut digest, &BASE64_STANDARD.decode(&attribute.value).unwrap_or_default());
        } else {
            digest.update([1]);
            part(&mut digest, attribute.value.as_bytes());
        }
    }
    Some(digits(&digest.finalize()))
}

fn digits(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_sqs() {
        assert_eq!(hex(b"hello"), "5d41402abc4b2a76b9719d911017c592");
        assert_eq!(of_attributes(std::iter::empty()), None);
    }
}
