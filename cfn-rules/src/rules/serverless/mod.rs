//! The resources of the Serverless Application Model (SAM).

pub(crate) mod refused;
