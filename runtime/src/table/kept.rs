//! Items of a table on this machine that outlive the process: an object each.

use std::collections::BTreeMap;

use async_lambda_local::{
    bucket::{Bucket, BucketError},
    checksum,
};
use serde::{Deserialize, Serialize};

use super::{
    call::{Attributes, TableKeys},
    memory::{ItemKey, Items},
    value::canonical,
};
use crate::transport::TransportError;

/// An item as JSON, with its table: a table whose key has changed in code is another one.
#[derive(Serialize, Deserialize)]
struct Kept {
    table: TableKeys,
    item: Attributes,
}

/// Writes an item, or removes it.
pub(super) fn keep(
    bucket: &Bucket,
    table: &TableKeys,
    key: &Attributes,
    item: Option<&Attributes>,
) -> Result<(), TransportError> {
    let fields = table.sort.iter().fold(table.partition.clone(), |fields, sort| format!("{fields},{sort}"));
    let part = |field: &String| key.get(field).map(canonical);
    let key = serde_json::json!([fields, part(&table.partition), table.sort.as_ref().and_then(part)]);
    let name = format!("{}/{}.json", table.name, checksum::md5(key.to_string().as_bytes()));
    let Some(item) = item else { return bucket.delete(&name).map_err(TransportError::permanent) };
    let kept = serde_json::to_vec(&Kept { table: table.clone(), item: item.clone() });
    bucket.put(&name, kept.map_err(TransportError::permanent)?.into()).map_err(TransportError::permanent)
}

/// The items of a bucket. Other objects are left as they are.
pub(super) fn read(bucket: &Bucket) -> Result<BTreeMap<TableKeys, Items>, BucketError> {
    let mut tables: BTreeMap<TableKeys, Items> = BTreeMap::new();
    for object in bucket.list()? {
        let Ok(Kept { table, item }) = serde_json::from_slice(&bucket.get(&object.key)?) else { continue };
        let Ok(key) = ItemKey::of(&table, &item) else { continue };
        tables.entry(table).or_default().insert(key, item);
    }
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::table::{MemoryTables, TableAnswer, TableCall, TableOperation};

    #[test]
    fn a_table_outlives_its_process() {
        let folder = std::env::temp_dir().join(format!("async-lambda-tables-{}", std::process::id()));
        let open = || MemoryTables::kept_in(Bucket::in_folder(&folder)).unwrap();
        let keys = |sort: Option<&str>| TableKeys {
            name: "Orders".to_owned(),
            partition: "id".to_owned(),
            sort: sort.map(str::to_owned),
        };
        let object = |value: Value| value.as_object().cloned().unwrap();
        let item = |id: &str, n: &str| object(json!({"id": {"S": id}, "n": {"N": n}}));
        let key = |id: &str| object(json!({"id": {"S": id}}));
        let tables = open();
        let make =
            |tables: &MemoryTables, table: TableKeys, operation| tables.call(&TableCall { table, operation }).unwrap();
        for (id, n) in [("a", "1"), ("b", "2"), ("a", "3")] {
            make(&tables, keys(None), TableOperation::Put { item: item(id, n), is_new: false });
        }
        make(&tables, keys(None), TableOperation::Delete { key: key("b") });
        drop(tables);
        let tables = open();
        let get = |table, key| make(&tables, table, TableOperation::Get { key, consistent: true });
        assert_eq!(get(keys(None), key("a")), TableAnswer::Item(Some(item("a", "3"))));
        assert_eq!(get(keys(None), key("b")), TableAnswer::Item(None));
        assert_eq!(get(keys(Some("n")), item("a", "3")), TableAnswer::Item(None), "a table with another key");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
