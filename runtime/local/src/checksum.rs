//! The checksums of SQS and S3, in hexadecimal digits.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use md5::Context;

use crate::queue::Attribute;

/// The MD5 of bytes.
pub fn md5(bytes: &[u8]) -> String {
    hex(&*md5::compute(bytes))
}

/// The MD5 of attributes in the order of their names; `None` for none. SQS User Guide, "Calculating the MD5 message digest
/// for message attributes".
pub fn md5_of_attributes<'a>(attributes: impl Iterator<Item = (&'a String, &'a Attribute)>) -> Option<String> {
    let attributes: Vec<_> = attributes.collect();
    (!attributes.is_empty()).then(|| md5_of_some(attributes))
}

fn md5_of_some(mut attributes: Vec<(&String, &Attribute)>) -> String {
    attributes.sort_unstable_by_key(|(name, _)| name.as_str());
    let mut digest = Context::new();
    for (name, attribute) in attributes {
        let part = |digest: &mut Context, bytes: &[u8]| {
            digest.consume(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
            digest.consume(bytes);
        };
        part(&mut digest, name.as_bytes());
        part(&mut digest, attribute.data_type.as_bytes());
        if attribute.is_binary() {
            digest.consume([2]);
            // Invalid base64 was refused when it was sent.
            part(&mut digest, &BASE64_STANDARD.decode(&attribute.value).unwrap_or_default());
        } else {
            digest.consume([1]);
            part(&mut digest, attribute.value.as_bytes());
        }
    }
    hex(&*digest.finalize())
}

/// The SHA-256 of bytes: the deduplication id that SQS gives a message by its content.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&hmac_sha256::Hash::hash(bytes))
}

fn hex(bytes: &[u8]) -> String {
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
        assert_eq!(md5(b"hello"), "5d41402abc4b2a76b9719d911017c592");
        assert_eq!(md5_of_attributes(std::iter::empty()), None);
        assert_eq!(sha256(b"hello"), "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    }
}
