//! Time zones, from the machine's time zone database.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use tz::{DateTime, TimeZone, UtcDateTime, datetime::FoundDateTimeKind, timezone::TransitionRule};

use super::FiringError;

/// The folders of the database on Linux, macOS, Solaris and NixOS.
pub(super) const FOLDERS: &[&str] = &["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];

/// The longest file that is read, in bytes; the longest of the database of 2025 has 3,600.
const MAX_FILE: u64 = 1 << 20;

/// A time zone.
#[derive(Clone, Debug)]
pub(super) struct Zone(TimeZone);

impl Zone {
    /// The time zone of an IANA name, from the first of the folders that there is.
    pub fn in_folders(name: &str, folders: &[impl AsRef<Path>]) -> Result<Zone, FiringError> {
        if matches!(name, "UTC" | "Etc/UTC") {
            return Ok(Zone(TimeZone::utc()));
        }
        let zone = name.to_owned();
        let Some(folder) = folders.iter().map(AsRef::as_ref).find(|folder| folder.is_dir()) else {
            let folders = folders.iter().map(|folder| folder.as_ref().to_owned()).collect();
            return Err(FiringError::NoDatabase { zone, folders });
        };
        let path = folder.join(name);
        if !is_name(name) || !path.is_file() {
            return Err(FiringError::UnknownZone { zone, folder: folder.to_owned() });
        }
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(source) => return Err(FiringError::UnreadableZone { zone, path, source }),
        };
        with_future(&bytes).map(Zone).map_err(|source| FiringError::NoZone { zone, path, source })
    }

    /// The date and the time that clocks show at a time, given in seconds since 1970. `None` beyond the years of tz.
    pub fn local(&self, time: i64) -> Option<UtcDateTime> {
        let offset = self.0.find_local_time_type(time).ok()?.ut_offset();
        UtcDateTime::from_timespec(time.checked_add(offset.into())?, 0).ok()
    }

    /// The time, in seconds since 1970, at which clocks show a date and a time, for the first time if they do it twice.
    /// `None` if they never do.
    pub fn instant(&self, local: &UtcDateTime) -> Option<i64> {
        let found = DateTime::find(
            local.year(),
            local.month(),
            local.month_day(),
            local.hour(),
            local.minute(),
            local.second(),
            0,
            self.0.as_ref(),
        );
        found.ok()?.into_inner().into_iter().find_map(|kind| match kind {
            FoundDateTimeKind::Normal(time) => Some(time.unix_time()),
            FoundDateTimeKind::Skipped { .. } => None,
        })
    }
}

/// Whether a name stays in the folder of the database.
fn is_name(name: &str) -> bool {
    let is_part = |part: &str| part.starts_with(|first: char| first.is_ascii_alphabetic());
    name.split('/').all(is_part)
}

fn read(path: &PathBuf) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A time zone whose last offset holds forever if its file has no rule for the future, where tz would know no time.
fn with_future(bytes: &[u8]) -> Result<TimeZone, tz::TzError> {
    let zone = TimeZone::from_tz_data(bytes)?;
    let parts = zone.as_ref();
    let (None, Some(last)) = (parts.extra_rule(), parts.transitions().last()) else { return Ok(zone) };
    let forever = TransitionRule::Fixed(parts.local_time_types()[last.local_time_type_index()]);
    TimeZone::new(
        parts.transitions().to_vec(),
        parts.local_time_types().to_vec(),
        parts.leap_seconds().to_vec(),
        Some(forever),
    )
}
