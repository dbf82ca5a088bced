//! Where the state of a local run is.

use std::{fs, io, path::Path, sync::Arc};

use async_lambda_local::{
    bucket::{Bucket, BucketError},
    cloud::{Cloud, Stopped},
    plan::Plan,
    queue::Command,
    store::{Journal, StoreError},
    time::Clock,
};

use super::application::Options;
use crate::{cloud::CloudTransport, once::MemoryTable};

/// The folder, beside the config file.
const FOLDER: &str = ".async_lambda/local";
/// The messages, in the folder.
const QUEUES: &str = "queues.journal";
/// Their payloads that are too large for them.
const PAYLOADS: &str = "payloads";
/// The keys of `Once`.
const KEYS: &str = "once";

/// Queues, payloads and keys.
pub(super) struct Place {
    pub(super) cloud: Cloud,
    pub(super) bucket: Arc<Bucket>,
    once: Arc<MemoryTable>,
    /// The folder; `None` for memory.
    pub(super) folder: Option<&'static str>,
}

/// What keeps a state from being opened.
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
            return Ok(Place { cloud, bucket, once: Arc::new(MemoryTable::new()), folder: None });
        }
        let folder = Path::new(FOLDER);
        if options.fresh {
            remove(folder)?;
        }
        let opened = Journal::open(&folder.join(QUEUES), &mut plan)?;
        // What is here is nobody else's business.
        let ignore = folder.join(".gitignore");
        fs::write(&ignore, "*\n").map_err(|error| PlaceError::Folder(ignore.display().to_string(), error))?;
        let cloud = Cloud::new(plan, clock, opened.broker, opened.journal, opened.seed);
        cloud.advance()?;
        // Nobody has them in hand any more.
        for mapping in cloud.plan().mappings.clone() {
            cloud.apply(mapping.queue, Command::GiveBack)?;
        }
        let once = Arc::new(MemoryTable::kept_in(Bucket::in_folder(folder.join(KEYS)))?);
        let bucket = Arc::new(Bucket::in_folder(folder.join(PAYLOADS)));
        Ok(Place { cloud, bucket, once, folder: Some(FOLDER) })
    }

    /// The transport of handlers. Its ids are not those of an earlier time.
    pub(super) fn transport(&self) -> CloudTransport {
        let seed = self.cloud.seed() ^ self.cloud.clock().now();
        CloudTransport::new(self.cloud.clone(), Arc::clone(&self.bucket), self.once.clone(), seed)
    }
}

/// Removes the state of the last time. The journal says whether another program has it.
fn remove(folder: &Path) -> Result<(), PlaceError> {
    Journal::remove(&folder.join(QUEUES))?;
    for name in [PAYLOADS, KEYS] {
        let path = folder.join(name);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(PlaceError::Folder(path.display().to_string(), error));
            }
            _ => {}
        }
    }
    Ok(())
}
