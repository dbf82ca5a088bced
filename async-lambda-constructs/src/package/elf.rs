//! What an executable for Linux says of itself: the few structures of ELF that the checks need.
//!
//! The crate `object` would read them too, for 1.7 CPU-seconds of every synth build.
//!
//! Only little-endian files of 64 bits are read further than their first bytes; Lambda has no other. Every offset
//! comes from outside, so every read can fail.

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Elf {
    /// The processor: `e_machine`.
    pub(super) machine: u16,
    /// Whether it is a program, and not a library or a part of one.
    pub(super) is_program: bool,
    /// The loader that it asks for; a program that is linked statically has none.
    pub(super) interpreter: Option<String>,
    /// The versions of shared libraries that it needs: `GLIBC_2.34`.
    pub(super) versions: Vec<String>,
    /// The names that it takes from shared libraries.
    pub(super) imports: Vec<String>,
}

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is something else.
    NotElf,
    /// ELF for a machine with other words: 32 bits, or the other byte order.
    OtherWords,
    /// It refers to what is not there.
    Malformed,
}

/// `e_machine` of the processors that are told apart.
pub(super) const X86_64: u16 = 62;
pub(super) const AARCH64: u16 = 183;

const EXECUTABLE: u16 = 2;
const SHARED: u16 = 3;
const SEGMENT_DYNAMIC: u32 = 2;
const SEGMENT_INTERPRETER: u32 = 3;
const SECTION_DYNAMIC_SYMBOLS: u32 = 11;
const SECTION_VERSIONS_NEEDED: u32 = 0x6fff_fffe;
/// An imported symbol belongs to no section.
const UNDEFINED: u16 = 0;

/// Reads the header, the segments, and the sections about shared libraries.
pub(super) fn read(bytes: &[u8]) -> Result<Elf, Unreadable> {
    if !bytes.starts_with(b"\x7fELF") {
        return Err(Unreadable::NotElf);
    }
    // 64 bits, little-endian, the one version.
    if bytes.get(4..7) != Some(&[2, 1, 1]) {
        return Err(Unreadable::OtherWords);
    }
    parse(Bytes(bytes)).ok_or(Unreadable::Malformed)
}

fn parse(file: Bytes<'_>) -> Option<Elf> {
    let mut elf = Elf { machine: file.u16(18)?, ..Elf::default() };
    let mut has_dynamic = false;
    for segment in table(file, file.u64(32)?, file.u16(54)?, file.u16(56)?) {
        let segment = segment?;
        match segment.u32(0)? {
            SEGMENT_DYNAMIC => has_dynamic = true,
            SEGMENT_INTERPRETER => {
                let path = file.part(segment.u64(8)?, segment.u64(32)?)?;
                elf.interpreter = Some(path.text(0)?);
            }
            _ => {}
        }
    }
    // A program that can be loaded anywhere has the type of a library. One that is linked statically has no loader,
    // and `rust-lld` writes it with a dynamic segment: only what has neither entry nor loader is a library.
    elf.is_program = match file.u16(16)? {
        EXECUTABLE => true,
        SHARED => elf.interpreter.is_some() || file.u64(24)? != 0,
        _ => false,
    };
    let sections: Vec<Bytes<'_>> =
        table(file, file.u64(40)?, file.u16(58)?, file.u16(60)?).collect::<Option<Vec<_>>>()?;
    if has_dynamic && elf.interpreter.is_some() && sections.is_empty() {
        // Without its sections nothing is known about what it needs.
        return None;
    }
    for section in &sections {
        let kind = section.u32(4)?;
        if kind != SECTION_DYNAMIC_SYMBOLS && kind != SECTION_VERSIONS_NEEDED {
            continue;
        }
        let content = content(file, *section)?;
        let strings = content_of(file, &sections, section.u32(40)?)?;
        if kind == SECTION_DYNAMIC_SYMBOLS {
            for symbol in content.0.chunks_exact(24).map(Bytes) {
                if symbol.u16(6)? == UNDEFINED {
                    elf.imports.push(strings.text(symbol.u32(0)?)?);
                }
            }
        } else {
            versions(content, strings, section.u32(44)?, &mut elf.versions)?;
        }
    }
    elf.imports.retain(|name| !name.is_empty());
    Some(elf)
}

/// Reads the list of libraries, each of which has a list of versions. Both are linked by distances.
fn versions(content: Bytes<'_>, strings: Bytes<'_>, libraries: u32, found: &mut Vec<String>) -> Option<()> {
    let mut library = content;
    for _ in 0..libraries {
        let mut version = library.from(library.u32(8)?)?;
        for _ in 0..library.u16(2)? {
            found.push(strings.text(version.u32(8)?)?);
            match version.u32(12)? {
                0 => break,
                next => version = version.from(next)?,
            }
        }
        match library.u32(12)? {
            0 => break,
            next => library = library.from(next)?,
        }
    }
    Some(())
}

/// The entries of a table of headers.
fn table(file: Bytes<'_>, offset: u64, size: u16, count: u16) -> impl Iterator<Item = Option<Bytes<'_>>> {
    (0..u64::from(count)).map(move |index| file.part(offset.checked_add(index * u64::from(size))?, size.into()))
}

fn content<'a>(file: Bytes<'a>, section: Bytes<'_>) -> Option<Bytes<'a>> {
    file.part(section.u64(24)?, section.u64(32)?)
}

fn content_of<'a>(file: Bytes<'a>, sections: &[Bytes<'_>], index: u32) -> Option<Bytes<'a>> {
    content(file, *sections.get(usize::try_from(index).ok()?)?)
}

/// Bytes that are read by offset.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn array<const N: usize>(self, offset: usize) -> Option<[u8; N]> {
        self.0.get(offset..offset + N)?.try_into().ok()
    }

    fn u16(self, offset: usize) -> Option<u16> {
        self.array(offset).map(u16::from_le_bytes)
    }

    fn u32(self, offset: usize) -> Option<u32> {
        self.array(offset).map(u32::from_le_bytes)
    }

    fn u64(self, offset: usize) -> Option<u64> {
        self.array(offset).map(u64::from_le_bytes)
    }

    fn from(self, offset: u32) -> Option<Bytes<'a>> {
        self.0.get(usize::try_from(offset).ok()?..).map(Bytes)
    }

    fn part(self, offset: u64, length: u64) -> Option<Bytes<'a>> {
        let start = usize::try_from(offset).ok()?;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        self.0.get(start..end).map(Bytes)
    }

    /// The text from an offset to the next zero.
    fn text(self, offset: u32) -> Option<String> {
        let text = self.from(offset)?.0;
        let end = text.iter().position(|byte| *byte == 0)?;
        std::str::from_utf8(&text[..end]).ok().map(str::to_owned)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Builds files with exactly what the reader looks at.
    #[derive(Clone)]
    pub(in crate::package) struct Builder {
        pub(in crate::package) machine: u16,
        pub(in crate::package) kind: u16,
        pub(in crate::package) interpreter: Option<&'static str>,
        pub(in crate::package) versions: Vec<&'static str>,
        pub(in crate::package) imports: Vec<&'static str>,
        pub(in crate::package) text: &'static str,
    }

    impl Builder {
        /// A program as the native linker makes it.
        pub(in crate::package) fn new() -> Builder {
            Builder {
                machine: X86_64,
                kind: SHARED,
                interpreter: Some("/lib64/ld-linux-x86-64.so.2"),
                versions: vec!["GLIBC_2.2.5", "GLIBC_2.34"],
                imports: vec!["memcpy", "_Unwind_Resume", "_Unwind_RaiseException"],
                text: "",
            }
        }

        pub(in crate::package) fn bytes(&self) -> Vec<u8> {
            let mut strings = vec![0];
            let mut string = |text: &str| {
                let offset = strings.len() as u32;
                strings.extend(text.bytes().chain([0]));
                offset.to_le_bytes()
            };
            let mut symbols = vec![0; 24];
            for name in &self.imports {
                symbols.extend(string(name).into_iter().chain([0; 20]));
            }
            // One library, then its versions one after the other.
            let mut needed = Vec::new();
            needed.extend([1_u16.to_le_bytes(), (self.versions.len() as u16).to_le_bytes()].concat());
            needed.extend(string("libc.so.6"));
            needed.extend([16_u32.to_le_bytes(), [0; 4]].concat());
            for (index, version) in self.versions.iter().enumerate() {
                let next = if index + 1 == self.versions.len() { 0 } else { 16_u32 };
                needed.extend([0; 8].into_iter().chain(string(version)).chain(next.to_le_bytes()));
            }
            let interpreter = self.interpreter.map(|path| format!("{path}\0")).unwrap_or_default();

            let mut file = vec![0; 64];
            let mut place = |content: &[u8]| {
                let offset = file.len() as u64;
                file.extend(content);
                (offset, content.len() as u64)
            };
            let (interpreter, symbols, needed, strings, _) = (
                place(interpreter.as_bytes()),
                place(&symbols),
                place(&needed),
                place(&strings),
                place(self.text.as_bytes()),
            );
            let segments = file.len() as u64;
            let kinds: &[(u32, _)] = &[(SEGMENT_DYNAMIC, (0, 0)), (SEGMENT_INTERPRETER, interpreter)];
            let kinds = if self.interpreter.is_some() { kinds } else { &[] };
            for (kind, (offset, size)) in kinds {
                let mut segment = [0; 56];
                segment[..4].copy_from_slice(&kind.to_le_bytes());
                segment[8..16].copy_from_slice(&offset.to_le_bytes());
                segment[32..40].copy_from_slice(&size.to_le_bytes());
                file.extend(segment);
            }
            let sections = file.len() as u64;
            let rows =
                [(3, strings, 0_u32), (SECTION_DYNAMIC_SYMBOLS, symbols, 0), (SECTION_VERSIONS_NEEDED, needed, 1)];
            for (kind, (offset, size), info) in rows {
                let mut section = [0; 64];
                section[4..8].copy_from_slice(&kind.to_le_bytes());
                section[24..32].copy_from_slice(&offset.to_le_bytes());
                section[32..40].copy_from_slice(&size.to_le_bytes());
                section[44..48].copy_from_slice(&info.to_le_bytes());
                file.extend(section);
            }
            file[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
            file[16..18].copy_from_slice(&self.kind.to_le_bytes());
            file[18..20].copy_from_slice(&self.machine.to_le_bytes());
            file[24] = 1;
            file[32..40].copy_from_slice(&segments.to_le_bytes());
            file[40..48].copy_from_slice(&sections.to_le_bytes());
            for (at, number) in [(54, 56_u16), (56, kinds.len() as u16), (58, 64), (60, rows.len() as u16)] {
                file[at..at + 2].copy_from_slice(&number.to_le_bytes());
            }
            file
        }
    }

    #[test]
    fn everything_is_read() {
        assert_eq!(
            read(&Builder::new().bytes()),
            Ok(Elf {
                machine: X86_64,
                is_program: true,
                interpreter: Some("/lib64/ld-linux-x86-64.so.2".to_owned()),
                versions: vec!["GLIBC_2.2.5".to_owned(), "GLIBC_2.34".to_owned()],
                imports: ["memcpy", "_Unwind_Resume", "_Unwind_RaiseException"].map(str::to_owned).to_vec(),
            })
        );
    }

    #[test]
    fn this_test_is_a_program() {
        if !cfg!(all(target_os = "linux", target_endian = "little", target_pointer_width = "64")) {
            return;
        }
        let elf = read(&std::fs::read(std::env::current_exe().unwrap()).unwrap()).unwrap();
        assert!(elf.is_program);
        if cfg!(target_env = "gnu") {
            assert!(elf.interpreter.is_some_and(|path| path.contains("ld-linux")));
            assert!(elf.versions.iter().any(|version| version.starts_with("GLIBC_2.")), "{:?}", elf.versions);
            assert!(elf.imports.iter().any(|name| name == "_Unwind_RaiseException"));
        }
    }

    #[test]
    fn whatever_is_cut_off_is_an_error_and_no_panic() {
        let bytes = Builder::new().bytes();
        for length in 0..bytes.len() {
            let expected = match length {
                0..4 => Unreadable::NotElf,
                4..7 => Unreadable::OtherWords,
                _ => Unreadable::Malformed,
            };
            assert_eq!(read(&bytes[..length]), Err(expected), "{length} bytes");
        }
    }

    #[test]
    fn whatever_is_changed_is_no_panic_and_ends() {
        let bytes = Builder::new().bytes();
        for index in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut changed = bytes.clone();
                changed[index] = value;
                // What it is then matters less than that this returns.
                let _ = read(&changed);
            }
        }
    }
}
