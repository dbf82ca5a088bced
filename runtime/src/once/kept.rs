//! Records of a table on this machine that outlive the process: an object each.

use std::collections::HashMap;

use async_lambda_local::{
    bucket::{Bucket, BucketError},
    checksum,
};
use serde::{Deserialize, Serialize};

use super::table::{Record, Status};
use crate::transport::TransportError;

/// A record as JSON.
#[derive(Serialize, Deserialize)]
struct Kept {
    task: String,
    key: String,
    token: String,
    expires: u64,
    /// The end of the lock, of a run that has not ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until_ms: Option<u64>,
    /// The result, of a run that has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<String>,
}

/// Writes a record, or removes it.
pub(super) fn keep(
    bucket: &Bucket,
    (task, key): &(String, String),
    record: Option<&Record>,
) -> Result<(), TransportError> {
    let name = format!("{task}/{}.json", checksum::md5(key.as_bytes()));
    let Some(record) = record else { return bucket.delete(&name).map_err(TransportError::permanent) };
    let (until_ms, result) = match &record.status {
        Status::InProgress { until_ms } => (Some(*until_ms), None),
        Status::Completed { result } => (None, result.clone()),
    };
    let (task, key, token, expires) = (task.clone(), key.clone(), record.token.clone(), record.expires);
    let kept = serde_json::to_vec(&Kept { task, key, token, expires, until_ms, result });
    let kept = kept.map_err(TransportError::permanent)?;
    bucket.put(&name, kept.into()).map_err(TransportError::permanent)
}

/// The records of a bucket. Other objects are left as they are.
pub(super) fn read(bucket: &Bucket) -> Result<HashMap<(String, String), Record>, BucketError> {
    let mut records = HashMap::new();
    for object in bucket.list()? {
        let Ok(kept) = serde_json::from_slice::<Kept>(&bucket.get(&object.key)?) else { continue };
        let Kept { task, key, token, expires, until_ms, result } = kept;
        let status = match until_ms {
            Some(until_ms) => Status::InProgress { until_ms },
            None => Status::Completed { result },
        };
        records.insert((task, key), Record { token, expires, status });
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::once::{Claimed, MemoryTable, OnceKey, OnceTable, OnceTimes};

    #[tokio::test]
    async fn a_table_outlives_its_process() {
        let folder = std::env::temp_dir().join(format!("async-lambda-once-{}", std::process::id()));
        let open = || MemoryTable::kept_in(Bucket::in_folder(&folder)).unwrap();
        let key = |text: &str, token: &str| OnceKey {
            task: async_lambda_model::TaskId::literal("Charge"),
            text: text.to_owned(),
            token: token.to_owned(),
        };
        let times = OnceTimes { now_ms: 1_000, locked_until_ms: 61_000, expires: 1_000 };
        let table = open();
        for text in ["done", "free", "held"] {
            assert_eq!(table.claim(&key(text, "a"), times).await.unwrap(), Claimed::New);
        }
        assert!(table.complete(&key("done", "a"), Some("7"), times).await.unwrap());
        table.release(&key("free", "a")).await.unwrap();
        drop(table);
        let table = open();
        let claim = async |text| table.claim(&key(text, "b"), times).await.unwrap();
        assert_eq!(claim("done").await, Claimed::Done { result: Some("7".to_owned()) });
        assert_eq!(claim("free").await, Claimed::New);
        assert!(matches!(claim("held").await, Claimed::Locked { .. }));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
