//! Advice about any template: it works, and there is a better way.

pub(crate) mod availability_zone;
pub(crate) mod interface_form;
pub(crate) mod interface_parameters;
pub(crate) mod linter_settings;
pub(crate) mod local_path;
pub(crate) mod partition;
pub(crate) mod password;
pub(crate) mod secret_parameter;
