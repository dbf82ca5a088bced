//! The template itself: sections, names, policies of resources.

pub(crate) mod fixed_name;
pub(crate) mod lost_with_replacement;
pub(crate) mod one_policy_of_two;
pub(crate) mod third_party_type;
pub(crate) mod too_many_after_transform;
pub(crate) mod unchecked_parameter_type;
pub(crate) mod unused_condition;
pub(crate) mod unused_mapping;
pub(crate) mod unused_parameter;
pub(crate) mod yaml_alias;
pub(crate) mod yaml_merge;
pub(crate) mod yaml_number;
