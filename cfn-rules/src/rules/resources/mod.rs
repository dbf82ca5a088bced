//! Resources of any type: their names, types, attributes and policies.

pub(crate) mod creation_policy;
pub(crate) mod deletion_policy;
pub(crate) mod dependency;
pub(crate) mod fixed_name;
pub(crate) mod invalid_resource;
pub(crate) mod lost_with_replacement;
pub(crate) mod module_attribute;
pub(crate) mod name_of_a_parameter;
pub(crate) mod one_policy_of_two;
pub(crate) mod physical_name;
pub(crate) mod policy_function;
pub(crate) mod read_only_property;
mod removal_policy;
pub(crate) mod third_party_type;
pub(crate) mod too_many;
pub(crate) mod unknown_type;
pub(crate) mod update_policy;
pub(crate) mod update_replace_policy;
