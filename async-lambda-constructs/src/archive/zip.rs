//! An archive of a few files, whose bytes depend on nothing but those files.

use std::io::{Cursor, Write};

use ::zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::ArchiveError;

/// A file of an archive.
pub(crate) struct File {
    /// Its path with slashes.
    pub(crate) name: String,
    /// Its permissions: `0o755`, `0o644`.
    pub(crate) mode: u32,
    pub(crate) content: Vec<u8>,
}

/// The best ratio for its time: the next levels take twice as long for half a percent.
const LEVEL: i64 = 7;
/// The format has two bytes for the length of a name.
const LONGEST_NAME: usize = u16::MAX as usize;

/// The archive of these files, sorted by name. Without times, owners and extra fields.
pub(crate) fn write(files: &[File]) -> Result<Vec<u8>, ArchiveError> {
    if let Some(file) = files.iter().find(|file| file.name.len() > LONGEST_NAME) {
        return Err(ArchiveError::LongName { name: file.name.clone() });
    }
    archive(files).map_err(|error| ArchiveError::Write { source: error.into() })
}

fn archive(files: &[File]) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for index in cfn_model::order(files.len(), &mut |a, b| files[a].name.cmp(&files[b].name)) {
        let file = &files[index];
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            // The first day that the format has. By default it is now, as soon as somebody switches on a clock of `zip`.
            .last_modified_time(DateTime::DEFAULT)
            .system(::zip::System::Unix)
            .unix_permissions(file.mode);
        archive.start_file(file.name.as_str(), options)?;
        archive.write_all(&file.content)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// A plain file, in the high bits of the mode.
    const PLAIN_FILE: u32 = 0o100_000;

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
    fn what_was_written_can_be_read() {
        let archive = write(&some()).unwrap();
        let mut reader = ::zip::ZipArchive::new(Cursor::new(&archive)).unwrap();
        let names: Vec<_> = reader.file_names().map(str::to_owned).collect();
        assert_eq!(names, ["assets/.hidden", "assets/grün/a.txt", "assets/run", "bootstrap"]);
        for expected in some() {
            let mut found = reader.by_name(&expected.name).unwrap();
            assert_eq!(found.unix_mode(), Some(PLAIN_FILE | expected.mode), "{}", expected.name);
            assert_eq!(found.last_modified(), Some(DateTime::DEFAULT), "{}", expected.name);
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
        assert_eq!(write(&some()).unwrap(), write(&other).unwrap());
    }

    /// Byte by byte, so that another version of `zip` does not change every archive unnoticed.
    #[test]
    fn the_bytes_are_those_of_the_format() {
        let archive = write(&[file("a", 0o644, b"b")]).unwrap();
        let expected: &[&[u8]] = &[
            b"PK\x03\x04\x14\0\0\0\x08\0\0\0\x21\0\xf9\xef\xbe\x71\x03\0\0\0\x01\0\0\0\x01\0\0\0aK\x02\0",
            b"PK\x01\x02\x14\x03\x14\0\0\0\x08\0\0\0\x21\0\xf9\xef\xbe\x71\x03\0\0\0\x01\0\0\0\x01\0\0\0",
            b"\0\0\0\0\0\0\0\0\xa4\x81\0\0\0\0a",
            b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2f\0\0\0\x22\0\0\0\0\0",
        ];
        assert_eq!(archive, expected.concat());
    }

    #[test]
    fn what_the_format_cannot_hold_is_an_error() {
        let long = "a".repeat(65_536);
        assert_eq!(
            write(&[file(&long, 0o644, b"")]).unwrap_err().to_string(),
            format!("asset `{long}`: a name must be at most 65535 bytes, got 65536")
        );
    }
}
