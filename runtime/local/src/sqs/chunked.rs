//! The content encoding `aws-chunked`, in which SDKs upload a body to S3 that they sign, or make a checksum of, while they send
//! it.

use bytes::Bytes;

/// The body without its encoding. Each chunk is a size in hexadecimal digits, perhaps a signature behind `;`, and the bytes; the
/// last is empty, and headers may follow it.
pub(super) fn decode(body: &[u8]) -> Option<Bytes> {
    let mut decoded = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let line = std::str::from_utf8(rest.get(..end)?).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        rest = rest.get(end + 2..)?;
        if size == 0 {
            return Some(decoded.into());
        }
        decoded.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together() {
        let check = |body: &str, expected: Option<&str>| {
            assert_eq!(decode(body.as_bytes()).as_deref(), expected.map(str::as_bytes), "{body:?}");
        };
        check("3\r\nabc\r\n0\r\n\r\n", Some("abc"));
        check("3;chunk-signature=00\r\nabc\r\nA\r\n0123456789\r\n0;chunk-signature=11\r\n\r\n", Some("abc0123456789"));
        check("3\r\na\r\n\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", Some("a\r\n"));
        check("0\r\n\r\n", Some(""));
        for wrong in ["", "3\r\nab", "3\r\nabc0\r\n\r\n", "x\r\nabc\r\n", "ffffffffffffffffffff\r\n", "3\r\nabc\r\n"] {
            check(wrong, None);
        }
    }
}
