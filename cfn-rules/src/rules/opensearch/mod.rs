//! OpenSearch.

pub(crate) mod instance_type;
