//! Elasticsearch.

pub(crate) mod instance_type;
