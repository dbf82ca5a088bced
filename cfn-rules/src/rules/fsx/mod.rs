//! FSx.

pub(crate) mod storage_capacity;
