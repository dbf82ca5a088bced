//! The place of the state of a local run.

use std::{
    fs, io,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_lambda_local::{
    bucket::{Bucket, BucketError},
    cloud::{Cloud, Stopped},
    plan::Plan,
    queue::Command,
    store::{Journal, StoreError, if_there},
    time::{Clock, Millis, millis},
};

use super::application::Options;
#[cfg(feature = "table")]
use crate::table::MemoryTables;
use crate::{cloud::CloudTransport, once::MemoryTable};

/// The folder, beside the config file.
const FOLDER: &str = ".async_lambda/local";
/// The messages, in the folder.
const QUEUES: &str = "queues.journal";
/// The payloads that are too large for messages.
const PAYLOADS: &str = "payloads";
/// The keys of `Once`.
const KEYS: &str = "once";
/// The items of the application's tables.
const TABLES: &str = "tables";
/// The time by which the clock is ahead of the system's, in milliseconds.
const CLOCK: &str = "clock";
/// The longest time between two looks at it, also when the clock is not moved: it may run at another speed than the
/// system's.
const CLOCK_INTERVAL: Duration = Duration::from_secs(1);
/// The largest difference that does not count: two clocks are not read at the same instant.
const CLOCK_NOISE: Millis = 100;

/// Queues, payloads, keys and tables.
pub(super) struct Place {
    pub(super) cloud: Cloud,
    pub(super) bucket: Arc<Bucket>,
    once: Arc<MemoryTable>,
    #[cfg(feature = "table")]
    tables: Arc<MemoryTables>,
    /// The folder; `None` for memory.
    pub(super) folder: Option<&'static str>,
}

/// An error of opening the state.
#[derive(Debug, thiserror::Error)]
pub(super) enum PlaceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error("{0}: {1}")]
    Folder(String, io::Error),
}

impl Place {
    /// Opens the state, with what the program has left there the last time.
    pub(super) fn open(mut plan: Plan, options: &Options) -> Result<Place, PlaceError> {
        let clock = Clock::system();
        clock.set_speed(options.speed);
        if options.in_memory {
            let (cloud, bucket) = (Cloud::in_memory(plan, clock.clone(), clock.now()), Arc::new(Bucket::in_memory()));
            return Ok(Place {
                cloud,
                bucket,
                once: Arc::new(MemoryTable::new()),
                #[cfg(feature = "table")]
                tables: Arc::default(),
                folder: None,
            });
        }
        let folder = Path::new(FOLDER);
        if options.fresh {
            remove(folder)?;
        }
        // Messages and pending delays go by the clock that they were sent by.
        let ahead = fs::read_to_string(folder.join(CLOCK)).ok().and_then(|text| text.trim().parse().ok());
        clock.advance(ahead.unwrap_or_default());
        let opened = Journal::open(&folder.join(QUEUES), &mut plan)?;
        // Local state does not belong in the project's repository.
        let ignore = folder.join(".gitignore");
        fs::write(&ignore, "*\n").map_err(failed(&ignore))?;
        let cloud = Cloud::new(plan, clock, opened.broker, opened.journal, opened.seed);
        cloud.advance()?;
        // Nobody has them in hand any more.
        for (queue, _) in (0..).zip(&cloud.plan().queues) {
            cloud.apply(queue, Command::GiveBack)?;
        }
        let once = Arc::new(MemoryTable::kept_in(Bucket::in_folder(folder.join(KEYS)))?);
        let bucket = Arc::new(Bucket::in_folder(folder.join(PAYLOADS)));
        #[cfg(feature = "table")]
        let tables = Arc::new(MemoryTables::kept_in(Bucket::in_folder(folder.join(TABLES)))?);
        Ok(Place {
            cloud,
            bucket,
            once,
            #[cfg(feature = "table")]
            tables,
            folder: Some(FOLDER),
        })
    }

    /// The transport of handlers. Its ids are not those of an earlier time.
    pub(super) fn transport(&self) -> CloudTransport {
        let seed = self.cloud.seed() ^ self.cloud.clock().now();
        let transport = CloudTransport::new(self.cloud.clone(), Arc::clone(&self.bucket), self.once.clone(), seed);
        #[cfg(feature = "table")]
        let transport = transport.with_tables(Arc::clone(&self.tables));
        transport
    }
}

/// Writes how far the clock is ahead whenever it was moved, for as long as the program runs.
pub(super) async fn keep_clock(clock: &Clock) -> Result<(), PlaceError> {
    let path = Path::new(FOLDER).join(CLOCK);
    let ahead = || clock.now().saturating_sub(millis(SystemTime::now()));
    let mut written = ahead();
    loop {
        // Whether it was moved or not.
        let _ = tokio::time::timeout(CLOCK_INTERVAL, clock.moved()).await;
        let ahead = ahead();
        if ahead.abs_diff(written) > CLOCK_NOISE {
            fs::write(&path, ahead.to_string()).map_err(failed(&path))?;
            written = ahead;
        }
    }
}

/// Removes the state of the last time. The journal says whether another program has it.
fn remove(folder: &Path) -> Result<(), PlaceError> {
    Journal::remove(&folder.join(QUEUES))?;
    let clock = folder.join(CLOCK);
    if_there(fs::remove_file(&clock)).map_err(failed(&clock))?;
    for name in [PAYLOADS, KEYS, TABLES] {
        let path = folder.join(name);
        if_there(fs::remove_dir_all(&path)).map_err(failed(&path))?;
    }
    Ok(())
}

fn failed(path: &Path) -> impl Fn(io::Error) -> PlaceError {
    move |error| PlaceError::Folder(path.display().to_string(), error)
}
