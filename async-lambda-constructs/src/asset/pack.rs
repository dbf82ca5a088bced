//! From an asset to a file under the hash of its content.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read},
    path::{Component, Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{Asset, Content, Kind, pattern::Patterns};
use crate::archive::{
    self, ArchiveError, DIRECT_UPLOAD, UNZIPPED,
    files::{self, Entry, Links, Walk},
    zip,
};

/// How many characters of the hash are in the name of the file.
const NAMED: usize = 32;
/// What an archive begins with.
const MAGIC: &[u8] = b"PK\x03\x04";

/// Where assets come from and where they go.
#[derive(Debug)]
pub(crate) struct Places {
    /// The folder from which paths count: that of the package of the program.
    pub(crate) base: PathBuf,
    /// The folder of assets.
    pub(crate) output: PathBuf,
    /// What `synth` writes, the folder of assets included, which must not be in an asset.
    pub(crate) written: Vec<PathBuf>,
}

/// What is wrong with an asset.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It cannot be read.
    Unreadable { message: String, help: Option<String> },
    /// It is no such thing as the property wants.
    Unfit { message: String, help: String },
    /// Lambda takes less.
    TooLarge { message: String },
}

/// An asset that can be written.
#[derive(Debug)]
pub(crate) struct Packed {
    /// SHA-256 of the content.
    pub(crate) hash: String,
    /// The name of the file or folder, among the assets.
    pub(crate) name: String,
    /// The path of the source, as the package of the program sees it.
    pub(crate) source: String,
    /// `zip`, `file` or `image`.
    pub(crate) packaging: &'static str,
    /// How many files it has.
    pub(crate) files: usize,
    /// The bytes of the file that is written; of a folder, of its files.
    pub(crate) bytes: u64,
    output: Output,
}

#[derive(Debug)]
enum Output {
    /// It is there already.
    There,
    Archive(Vec<u8>),
    Copy(PathBuf),
    Folder(Vec<Entry>),
}

impl Packed {
    /// Whether Lambda takes no archive of this size in a request.
    pub(crate) fn is_beyond_direct_upload(&self) -> bool {
        self.packaging == "zip" && self.bytes > DIRECT_UPLOAD
    }

    /// Writes it, unless it is there. Returns whether something is written.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<bool> {
        let path = folder.join(&self.name);
        match &self.output {
            Output::There => Ok(false),
            Output::Archive(bytes) => archive::write(&path, bytes),
            Output::Copy(source) => archive::write(&path, &fs::read(source)?),
            Output::Folder(entries) => {
                fs::create_dir_all(folder)?;
                // In one step: a folder under a hash is whole.
                let temporary = folder.join(format!("{}.{}.tmp", self.name, std::process::id()));
                let result = copy(entries, &temporary).and_then(|()| fs::rename(&temporary, &path));
                if result.is_err() {
                    // The first error is the one to tell.
                    let _ = fs::remove_dir_all(&temporary);
                }
                result.map(|()| true)
            }
        }
    }
}

/// Reads an asset for a property that wants this.
pub(crate) fn pack(asset: &Asset, dockerfiles: &[&str], content: Content, places: &Places) -> Result<Packed, Problem> {
    let (path, source) = locate(&asset.path, &places.base)?;
    let unreadable = |message: String, help: &str| Problem::Unreadable {
        message: format!("asset `{source}`: {message}"),
        help: Some(help.to_owned()),
    };
    let metadata = fs::metadata(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            unreadable("must be there, and is not".to_owned(), "its path counts from the folder of Cargo.toml")
        }
        _ => unreadable(format!("cannot be read: {error}"), "see that it can be read"),
    })?;
    let (is_right, expected, other) = match asset.kind {
        Kind::File => (metadata.is_file(), "a file", "use `Asset::folder` for a folder"),
        Kind::Folder => (metadata.is_dir(), "a folder", "use `Asset::file` for a file"),
        Kind::Image => {
            (metadata.is_dir(), "the folder of a Dockerfile", "name the folder; `.dockerfile(..)` the file in it")
        }
    };
    if !is_right {
        let got = files::kind(metadata.file_type());
        return Err(unreadable(format!("must be {expected}, got {got}"), other));
    }
    let unfit = |wants: &str, help: &str| {
        let message = format!("asset `{source}`: the property wants {wants}, got {}", kind_in_words(asset.kind));
        Err(Problem::Unfit { message, help: help.to_owned() })
    };
    match (asset.kind, content) {
        (Kind::File, Content::File) => whole(&path, source, "file", places),
        (Kind::File, Content::Code | Content::Archive) => {
            let is_archive =
                begins_with_magic(&path).map_err(|error| failed(&source, &ArchiveError::read(&path, error)))?;
            if is_archive {
                let unzipped = unzipped(&path).map_err(|reason| {
                    unreadable(format!("must be an archive that can be read: {reason}"), "make the archive again")
                })?;
                fits(&source, content, unzipped)?;
                return whole(&path, source, "zip", places);
            }
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let mode = files::mode(&metadata);
            zipped(vec![Entry { path, name, mode, bytes: metadata.len() }], source, content, places)
        }
        (Kind::Folder, Content::Code | Content::Archive) => {
            let entries = entries(asset, &path, &source, places)?;
            zipped(entries, source, content, places)
        }
        (Kind::Image, Content::Image) => {
            let entries = entries(asset, &path, &source, places)?;
            if let Some(missing) = dockerfiles.iter().find(|file| entries.iter().all(|entry| entry.name != **file)) {
                let message = format!("must have the Dockerfile `{missing}`, and has none");
                return Err(unreadable(message, "name it from the folder on: `.dockerfile(..)`"));
            }
            context(entries, source, places)
        }
        (Kind::Folder | Kind::Image, Content::File) => unfit("a file", "use `Asset::file`"),
        (Kind::File | Kind::Folder, Content::Image) => unfit("the folder of an image", "use `Stack::image`"),
        (Kind::Image, Content::Code | Content::Archive) => unfit("an archive", "use `Asset::folder`"),
    }
}

fn kind_in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::File => "a file",
        Kind::Folder => "a folder",
        Kind::Image => "an image",
    }
}

/// Where an asset is, and its path as the package sees it.
fn locate(path: &str, base: &Path) -> Result<(PathBuf, String), Problem> {
    let wrong = |rule: &str| Problem::Unreadable {
        message: format!("asset `{path}`: {rule}"),
        help: Some("give its path from the folder of Cargo.toml on: `lambda/worker`, `../shared`".to_owned()),
    };
    if path.is_empty() {
        return Err(wrong("its path must not be empty"));
    }
    let given = Path::new(path);
    // `concat!(env!("CARGO_MANIFEST_DIR"), "/lambda")` is the same on every machine, another absolute path is not.
    let relative = if given.is_absolute() {
        given.strip_prefix(base).map_err(|_| wrong("its path must not be an absolute one outside of the package"))?
    } else {
        given
    };
    let steps = relative.components().filter(|step| *step != Component::CurDir);
    let steps: Vec<String> = steps.map(|step| step.as_os_str().to_string_lossy().into_owned()).collect();
    let source = if steps.is_empty() { ".".to_owned() } else { steps.join("/") };
    Ok((base.join(relative), source))
}

/// What the reader of a folder says, about this asset.
fn failed(source: &str, error: &ArchiveError) -> Problem {
    let help = match error {
        ArchiveError::Kind { .. } | ArchiveError::Link { .. } => {
            Some("exclude it, `.exclude([..])`, or put a copy in its place")
        }
        ArchiveError::Name { .. } | ArchiveError::LongName { .. } => Some("rename the file, or exclude it"),
        ArchiveError::TooMany { .. } => Some("name a smaller folder, or exclude what is not needed"),
        ArchiveError::Write { .. } | ArchiveError::Read { .. } => None,
    };
    let text = error.to_string();
    // Theirs begin with the name inside of the folder.
    let message = match text.strip_prefix("asset `") {
        Some(rest) => format!("asset `{source}`: `{rest}"),
        None => format!("asset `{source}`: {}", text.strip_prefix("asset: ").unwrap_or(&text)),
    };
    Problem::Unreadable { message, help: help.map(str::to_owned) }
}

/// The files of a folder.
fn entries(asset: &Asset, root: &Path, source: &str, places: &Places) -> Result<Vec<Entry>, Problem> {
    let unreadable = |message: String, help: String| Problem::Unreadable {
        message: format!("asset `{source}`: {message}"),
        help: Some(help),
    };
    let patterns = Patterns::new(&asset.excluded)
        .map_err(|message| unreadable(message, "change it in `.exclude([..])`".to_owned()))?;
    if let Some(inside) = places.written.iter().find_map(|path| inside(path, root, &patterns)) {
        let message = format!("must not have in it what `synth` writes, which is `{inside}`");
        return Err(unreadable(message, format!("exclude it, `.exclude([\"/{inside}\"])`, or name a smaller folder")));
    }
    let is_excluded = |path: &str, is_folder: bool| patterns.matches(path, is_folder);
    let walk = Walk { prefix: "", links: Links::Inside, is_excluded: &is_excluded };
    let entries = files::list(root, &walk).map_err(|error| failed(source, &error))?;
    if entries.is_empty() {
        let help = "add one, or change what `.exclude([..])` leaves out".to_owned();
        return Err(unreadable("must have a file, and has none".to_owned(), help));
    }
    Ok(entries)
}

/// The path in a folder of something that is written, where it is in the folder and not left out.
fn inside(written: &Path, root: &Path, patterns: &Patterns) -> Option<String> {
    let root = fs::canonicalize(root).ok()?;
    // What is not there yet has its place in a folder that is.
    let there = written.ancestors().find_map(|folder| Some((folder, fs::canonicalize(folder).ok()?)));
    let (folder, real) = there?;
    let path = real.join(written.strip_prefix(folder).ok()?);
    let relative = path.strip_prefix(&root).ok()?.to_str()?.replace('\\', "/");
    if relative.is_empty() {
        return Some(".".to_owned());
    }
    let ends = relative.match_indices('/').map(|(end, _)| (end, true)).chain([(relative.len(), false)]);
    let is_excluded = ends.into_iter().any(|(end, is_folder)| {
        patterns.matches(&relative[..end], is_folder) || (!is_folder && patterns.matches(&relative, true))
    });
    (!is_excluded).then_some(relative)
}

/// An archive of files.
fn zipped(entries: Vec<Entry>, source: String, content: Content, places: &Places) -> Result<Packed, Problem> {
    fits(&source, content, entries.iter().map(|entry| entry.bytes).sum())?;
    let read: Result<Vec<zip::File>, ArchiveError> = entries.iter().map(Entry::read).collect();
    let files = read.map_err(|error| failed(&source, &error))?;
    let mut hash = Hash::new("zip");
    for file in &files {
        hash.entry(&file.name, file.mode, file.content.len() as u64);
        hash.0.update(&file.content);
    }
    let (hash, count) = (hash.finish(), files.len());
    let name = format!("{}.zip", &hash[..NAMED]);
    // The name says what is in it, and files are written in one step.
    let (bytes, output) = match fs::metadata(places.output.join(&name)) {
        Ok(metadata) if metadata.is_file() => (metadata.len(), Output::There),
        _ => {
            let archive = zip::write(&files).map_err(|error| failed(&source, &error))?;
            (archive.len() as u64, Output::Archive(archive))
        }
    };
    Ok(Packed { hash, name, source, packaging: "zip", files: count, bytes, output })
}

/// A file as it is.
fn whole(path: &Path, source: String, packaging: &'static str, places: &Places) -> Result<Packed, Problem> {
    let mut hash = Sha256::new();
    let bytes = feed(path, &mut hash).map_err(|error| failed(&source, &ArchiveError::read(path, error)))?;
    let hash = hexadecimal(hash);
    let extension = path.extension().and_then(|extension| extension.to_str());
    let extension = extension.map(|extension| format!(".{extension}")).unwrap_or_default();
    let name = format!("{}{extension}", &hash[..NAMED]);
    let is_there = fs::metadata(places.output.join(&name)).is_ok_and(|metadata| metadata.len() == bytes);
    let output = if is_there { Output::There } else { Output::Copy(path.to_owned()) };
    Ok(Packed { hash, name, source, packaging, files: 1, bytes, output })
}

/// The folder of an image.
fn context(entries: Vec<Entry>, source: String, places: &Places) -> Result<Packed, Problem> {
    let mut hash = Hash::new("image");
    for entry in &entries {
        hash.entry(&entry.name, entry.mode, entry.bytes);
        feed(&entry.path, &mut hash.0).map_err(|error| failed(&source, &ArchiveError::read(&entry.path, error)))?;
    }
    let hash = hash.finish();
    let name = hash[..NAMED].to_owned();
    let (files, bytes) = (entries.len(), entries.iter().map(|entry| entry.bytes).sum());
    let output = if places.output.join(&name).is_dir() { Output::There } else { Output::Folder(entries) };
    Ok(Packed { hash, name, source, packaging: "image", files, bytes, output })
}

/// Whether Lambda takes the files, where they are for it.
fn fits(source: &str, content: Content, unzipped: u64) -> Result<(), Problem> {
    if content == Content::Code && unzipped > UNZIPPED {
        let message = format!("asset `{source}`: the files must be at most {UNZIPPED} bytes together, got {unzipped}");
        return Err(Problem::TooLarge { message });
    }
    Ok(())
}

fn begins_with_magic(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(MAGIC.len() as u64).read_to_end(&mut start)?;
    Ok(start == MAGIC)
}

/// The bytes of all files of an archive.
fn unzipped(path: &Path) -> Result<u64, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let archive = ::zip::ZipArchive::new(io::BufReader::new(file)).map_err(|error| error.to_string())?;
    let size = archive.decompressed_size().unwrap_or(u128::MAX);
    Ok(u64::try_from(size).unwrap_or(u64::MAX))
}

/// The hash of the files of a folder: their names, modes and contents, each with its length before it.
struct Hash(Sha256);

impl Hash {
    fn new(packaging: &str) -> Hash {
        Hash(Sha256::new_with_prefix(format!("{packaging}\n")))
    }

    fn entry(&mut self, name: &str, mode: u32, bytes: u64) {
        self.0.update((name.len() as u64).to_le_bytes());
        self.0.update(name);
        self.0.update(mode.to_le_bytes());
        self.0.update(bytes.to_le_bytes());
    }

    fn finish(self) -> String {
        hexadecimal(self.0)
    }
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hashes a file, piece by piece. Returns its length.
fn feed(path: &Path, hash: &mut Sha256) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(length),
            read => {
                hash.update(&piece[..read]);
                length += read as u64;
            }
        }
    }
}

fn copy(entries: &[Entry], folder: &Path) -> io::Result<()> {
    for entry in entries {
        let path = folder.join(&entry.name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // With its permissions, of which Docker keeps the executable bit.
        fs::copy(&entry.path, &path)?;
    }
    Ok(())
}
