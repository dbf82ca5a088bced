//! AWS Backup.

pub(crate) mod cold_storage;
