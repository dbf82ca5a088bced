//! Auto Scaling.

pub(crate) mod combined_health_checks;
pub(crate) mod group_size;
pub(crate) mod tracked_group_of_fixed_size;
