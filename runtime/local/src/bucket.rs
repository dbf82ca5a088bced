//! The bucket of payloads: in memory, or a folder with a file for each object.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;

use crate::store::if_there;

/// The end of the name of a file that is not written to its end. No key has it.
const PART: &str = "~";

/// Objects, by their keys.
#[derive(Debug)]
pub struct Bucket(Place);

#[derive(Debug)]
enum Place {
    Memory(Mutex<HashMap<String, Bytes>>),
    Folder(PathBuf),
}

/// An object of a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The key.
    pub key: String,
    /// The size in bytes.
    pub size: u64,
}

/// An error of a bucket.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// No object has the key.
    #[error("object `{0}`: is not in the bucket")]
    Missing(String),
    /// A key that is no path below the folder.
    #[error(
        "key `{0}`: must be names separated by `/`, of letters, digits, `-`, `_`, `.` and `=`, none of them `.` or `..`"
    )]
    Key(String),
    /// The folder cannot be read or written.
    #[error("bucket: {path}: {1}", path = .0.display())]
    Folder(PathBuf, io::Error),
}

impl Bucket {
    /// A bucket that ends with the process.
    pub fn in_memory() -> Bucket {
        Bucket(Place::Memory(Mutex::default()))
    }

    /// A bucket in a folder, which is made with the first object.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Bucket {
        Bucket(Place::Folder(folder.into()))
    }

    /// Puts an object, in the place of one with the same key.
    ///
    /// # Errors
    ///
    /// An invalid key, or a folder that cannot be written.
    pub fn put(&self, key: &str, bytes: Bytes) -> Result<(), BucketError> {
        match &self.0 {
            Place::Memory(objects) => {
                objects.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), bytes);
                Ok(())
            }
            Place::Folder(folder) => {
                let path = path(folder, key)?;
                let failed = |error| BucketError::Folder(path.clone(), error);
                if let Some(parent) = path.parent() {
                    fs::create_dir_all(parent).map_err(failed)?;
                }
                // Under its name is the whole object or nothing, even if the process is killed.
                let mut part = path.clone().into_os_string();
                part.push(PART);
                fs::write(&part, &bytes).and_then(|()| fs::rename(&part, &path)).map_err(failed)
            }
        }
    }

    /// An object.
    ///
    /// # Errors
    ///
    /// [`BucketError::Missing`], or a folder that cannot be read.
    pub fn get(&self, key: &str) -> Result<Bytes, BucketError> {
        match &self.0 {
            Place::Memory(objects) => {
                let objects = objects.lock().unwrap_or_else(PoisonError::into_inner);
                objects.get(key).cloned().ok_or_else(|| BucketError::Missing(key.to_owned()))
            }
            Place::Folder(folder) => {
                let path = path(folder, key)?;
                fs::read(&path).map(Bytes::from).map_err(|error| match error.kind() {
                    io::ErrorKind::NotFound => BucketError::Missing(key.to_owned()),
                    _ => BucketError::Folder(path, error),
                })
            }
        }
    }

    /// Deletes an object, if it is there.
    ///
    /// # Errors
    ///
    /// A folder that cannot be written.
    pub fn delete(&self, key: &str) -> Result<(), BucketError> {
        match &self.0 {
            Place::Memory(objects) => {
                objects.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
                Ok(())
            }
            Place::Folder(folder) => {
                let path = path(folder, key)?;
                if_there(fs::remove_file(&path)).map_err(|error| BucketError::Folder(path, error))
            }
        }
    }

    /// All objects, in the order of their keys.
    ///
    /// # Errors
    ///
    /// A folder that cannot be read.
    pub fn list(&self) -> Result<Vec<Object>, BucketError> {
        let mut found = Vec::new();
        match &self.0 {
            Place::Memory(objects) => {
                let objects = objects.lock().unwrap_or_else(PoisonError::into_inner);
                let object = |(key, bytes): (&String, &Bytes)| Object { key: key.clone(), size: bytes.len() as u64 };
                found.extend(objects.iter().map(object));
            }
            Place::Folder(folder) => {
                walk(folder, "", &mut found).map_err(|error| BucketError::Folder(folder.clone(), error))?;
            }
        }
        found.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(found)
    }
}

fn walk(folder: &Path, prefix: &str, objects: &mut Vec<Object>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let metadata = entry.metadata()?;
        let key = format!("{prefix}{name}");
        if metadata.is_dir() {
            walk(&entry.path(), &format!("{key}/"), objects)?;
        } else if !name.ends_with(PART) {
            objects.push(Object { key, size: metadata.len() });
        }
    }
    Ok(())
}

fn path(folder: &Path, key: &str) -> Result<PathBuf, BucketError> {
    let is_allowed = |char: char| char.is_ascii_alphanumeric() || "-_.=".contains(char);
    let is_name = |name: &str| !["", ".", ".."].contains(&name) && name.chars().all(is_allowed);
    if !key.split('/').all(is_name) {
        return Err(BucketError::Key(key.to_owned()));
    }
    Ok(folder.join(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bucket: &Bucket) {
        bucket.put("2026/11/23/a.json", Bytes::from_static(b"1")).unwrap();
        bucket.put("2026/11/23/a.json", Bytes::from_static(b"22")).unwrap();
        bucket.put("b", Bytes::new()).unwrap();
        for key in ["c.part", "c.txt"] {
            bucket.put(key, Bytes::new()).unwrap();
        }
        for key in ["c.part", "c.txt"] {
            assert!(bucket.get(key).unwrap().is_empty());
            bucket.delete(key).unwrap();
        }
        assert_eq!(bucket.get("2026/11/23/a.json").unwrap(), "22");
        let keys: Vec<_> = bucket.list().unwrap().into_iter().map(|object| (object.key, object.size)).collect();
        assert_eq!(keys, [("2026/11/23/a.json".to_owned(), 2), ("b".to_owned(), 0)]);
        bucket.delete("b").unwrap();
        bucket.delete("b").unwrap();
        assert!(matches!(bucket.get("b"), Err(BucketError::Missing(_))));
    }

    #[test]
    fn objects_are_kept() {
        check(&Bucket::in_memory());
        let folder = tempfile::tempdir().unwrap();
        let bucket = Bucket::in_folder(folder.path().join("bucket"));
        assert_eq!(bucket.list().unwrap(), []);
        check(&bucket);
        for key in ["", "/", "a//b", "../a", "a/../b", ".", "a\\b", "a:b"] {
            assert!(matches!(bucket.put(key, Bytes::new()), Err(BucketError::Key(_))), "{key}");
        }
    }
}
