//! DynamoDB.

pub(crate) mod attribute_definitions;
pub(crate) mod throughput_missing;
pub(crate) mod throughput_on_demand;
