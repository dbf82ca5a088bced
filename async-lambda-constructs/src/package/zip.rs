//! An archive of a few files, whose bytes depend on nothing but those files.
//!
//! Written here and not by the crate `zip`, because every `synth` compiles it: that crate costs 14 more crates, a
//! second `syn` among them, and 12 CPU-seconds, this file and its one dependency less than one. It is what the tests
//! read the result with.

use super::PackageError;

/// A file of an archive.
pub(super) struct File {
    /// Its path with slashes.
    pub(super) name: String,
    /// Its permissions: `0o755`, `0o644`.
    pub(super) mode: u32,
    pub(super) content: Vec<u8>,
}

/// The best ratio for its time: the next levels take twice as long for half a percent.
const LEVEL: u8 = 7;
/// 1980-01-01, the first day that the format has; the time is midnight.
const DATE: u16 = 1 << 5 | 1;
/// The version of the format that has deflate.
const VERSION: u16 = 20;
/// Made on Unix: then there are permissions.
const MADE_BY: u16 = 3 << 8 | VERSION;
/// The name is UTF-8.
const UTF8: u16 = 1 << 11;
/// A plain file, in the high half of the attributes.
const PLAIN_FILE: u32 = 0o100_000;
/// More would need the extension for large archives.
const MOST_FILES: usize = u16::MAX as usize;

/// The archive of these files, sorted by name. Without times, owners and extra fields.
pub(super) fn write(mut files: Vec<File>) -> Result<Vec<u8>, PackageError> {
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let count = u16::try_from(files.len())
        .ok()
        .filter(|count| *count < u16::MAX)
        .ok_or(PackageError::TooManyFiles { files: files.len(), limit: MOST_FILES - 1 })?;
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for file in &files {
        let offset = size(archive.len())?;
        let name = u16::try_from(file.name.len()).map_err(|_| PackageError::LongName { name: file.name.clone() })?;
        let deflated = miniz_oxide::deflate::compress_to_vec(&file.content, LEVEL);
        let is_smaller = deflated.len() < file.content.len();
        let (method, data) = if is_smaller { (8_u16, &deflated) } else { (0, &file.content) };
        // What the header of the file and its line in the directory have in common.
        let mut common = Vec::new();
        let flags = if file.name.is_ascii() { 0 } else { UTF8 };
        for short in [VERSION, flags, method, 0, DATE] {
            common.extend(short.to_le_bytes());
        }
        for long in [crc32(&file.content), size(data.len())?, size(file.content.len())?] {
            common.extend(long.to_le_bytes());
        }
        common.extend(name.to_le_bytes());
        common.extend([0, 0]); // no extra field

        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(file.name.as_bytes());
        archive.extend(data);

        directory.extend(b"PK\x01\x02");
        directory.extend(MADE_BY.to_le_bytes());
        directory.extend(&common);
        directory.extend([0; 6]); // no comment, the first disk, no internal attributes
        directory.extend(((PLAIN_FILE | file.mode) << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(file.name.as_bytes());
    }
    let (start, length) = (size(archive.len())?, size(directory.len())?);
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    archive.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
    archive.extend([0, 0]); // no comment
    Ok(archive)
}

fn size(bytes: usize) -> Result<u32, PackageError> {
    // The limits of Lambda were checked before; this is the format's.
    u32::try_from(bytes).map_err(|_| PackageError::TooLarge { unzipped: bytes as u64, limit: u32::MAX.into() })
}

/// The checksum of the format.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < table.len() {
            let (mut value, mut bit) = (index as u32, 0);
            while bit < 8 {
                value = if value & 1 == 1 { value >> 1 ^ 0xEDB8_8320 } else { value >> 1 };
                bit += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    !bytes.iter().fold(!0, |crc, byte| crc >> 8 ^ TABLE[usize::from(crc as u8 ^ byte)])
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn file(name: &str, mode: u32, content: &[u8]) -> File {
        File { name: name.to_owned(), mode, content: content.to_vec() }
    }

    fn some() -> Vec<File> {
        vec![
            file("bootstrap", 0o755, &[7; 100_000]),
            file("assets/grün/a.txt", 0o644, b"text, text, text, text, text, text"),
            file("assets/.hidden", 0o644, b""),
            file("assets/run", 0o755, b"x"),
        ]
    }

    #[test]
    fn another_reader_reads_what_was_written() {
        let archive = write(some()).unwrap();
        let mut reader = ::zip::ZipArchive::new(std::io::Cursor::new(&archive)).unwrap();
        let names: Vec<_> = reader.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["assets/.hidden", "assets/grün/a.txt", "assets/run", "bootstrap"]);
        for expected in some() {
            let mut found = reader.by_name(&expected.name).unwrap();
            assert_eq!(found.unix_mode(), Some(PLAIN_FILE | expected.mode), "{}", expected.name);
            assert_eq!(found.last_modified(), Some(::zip::DateTime::default()), "{}", expected.name);
            assert_eq!(found.extra_data().unwrap_or_default(), [0; 0], "{}", expected.name);
            let mut content = Vec::new();
            // Reading to the end compares the checksum.
            found.read_to_end(&mut content).unwrap();
            assert_eq!(content, expected.content, "{}", expected.name);
        }
        assert!(archive.len() < 1_000, "{}", archive.len());
    }

    #[test]
    fn the_order_of_the_files_does_not_matter() {
        let mut other = some();
        other.reverse();
        assert_eq!(write(some()).unwrap(), write(other).unwrap());
    }

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let archive = write(vec![file("a", 0o644, b"b")]).unwrap();
        let expected: &[&[u8]] = &[
            b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0\xf9\xef\xbe\x71\x01\0\0\0\x01\0\0\0\x01\0\0\0ab",
            b"PK\x01\x02\x14\x03\x14\0\0\0\0\0\0\0\x21\0\xf9\xef\xbe\x71\x01\0\0\0\x01\0\0\0\x01\0\0\0",
            b"\0\0\0\0\0\0\0\0\xa4\x81\0\0\0\0a",
            b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2f\0\0\0\x20\0\0\0\0\0",
        ];
        assert_eq!(archive, expected.concat());
    }

    #[test]
    fn what_the_format_cannot_hold_is_an_error() {
        let long = "a".repeat(65_536);
        assert_eq!(
            write(vec![file(&long, 0o644, b"")]).unwrap_err().to_string(),
            format!("asset `{long}`: a name must be at most 65535 bytes, got 65536")
        );
        let many = (0..65_535).map(|number| file(&number.to_string(), 0o644, b"")).collect();
        assert_eq!(write(many).unwrap_err().to_string(), "archive: there must be at most 65534 files, got 65535");
    }
}
