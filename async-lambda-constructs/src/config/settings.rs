//! Settings, and what comes of two of them.

use cfn_model::{Node, Path};
use indexmap::IndexMap;

/// A value of the file: a literal or an intrinsic.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The value.
    pub value: Node,
    /// Where in the file it stands.
    pub path: Path,
    /// Whether it is a whole list, given by a function, and no member of one.
    pub is_list: bool,
}

impl Setting {
    pub(super) fn new(value: &Node, path: Path) -> Setting {
        Setting { value: value.clone(), path, is_list: false }
    }
}

/// The settings of one level of the file, or of several that were merged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Environment variables, by name.
    pub environment_variables: IndexMap<String, Setting>,
    /// Members of a function's `Policies`.
    pub policies: Vec<Setting>,
    /// ARNs of layers.
    pub layers: Vec<Setting>,
    /// Subnets.
    pub subnet_ids: Vec<Setting>,
    /// Security groups.
    pub security_group_ids: Vec<Setting>,
    /// Resources that belong to each managed queue and to the dead-letter queue.
    pub managed_queue_extras: Vec<Setting>,
    /// The media types that the API treats as binary.
    pub binary_media_types: Vec<Setting>,
    /// The domain name of the API.
    pub domain_name: Option<Setting>,
    /// The oldest TLS version of the domain.
    pub tls_version: Option<Setting>,
    /// The ARN of the domain's certificate.
    pub certificate_arn: Option<Setting>,
    /// For how many days the access logs of the API are kept; without it there are none.
    pub api_access_log_days: Option<Setting>,
}

impl Settings {
    /// The lists that a function may give, with their keys.
    pub(crate) fn text_lists(&self) -> [(&'static str, &[Setting]); 3] {
        [("layers", &self.layers), ("subnet_ids", &self.subnet_ids), ("security_group_ids", &self.security_group_ids)]
    }

    /// Puts other settings on top of these: variables and single values are replaced, policies and extras are
    /// added, layers, subnets, security groups and media types are added where they are not there yet. What a function gives
    /// cannot be put together with other members: [`Config::check`](super::Config::check) refuses it.
    pub fn merge(&mut self, over: Settings) {
        self.environment_variables.extend(over.environment_variables);
        self.policies.extend(over.policies);
        add_new(&mut self.layers, over.layers);
        add_new(&mut self.subnet_ids, over.subnet_ids);
        add_new(&mut self.security_group_ids, over.security_group_ids);
        self.managed_queue_extras.extend(over.managed_queue_extras);
        add_new(&mut self.binary_media_types, over.binary_media_types);
        replace(&mut self.domain_name, over.domain_name);
        replace(&mut self.tls_version, over.tls_version);
        replace(&mut self.certificate_arn, over.certificate_arn);
        replace(&mut self.api_access_log_days, over.api_access_log_days);
    }
}

/// Each value once, where it was first.
pub(super) fn add_new(list: &mut Vec<Setting>, more: impl IntoIterator<Item = Setting>) {
    for setting in more {
        if !list.iter().any(|known| known.value == setting.value) {
            list.push(setting);
        }
    }
}

fn replace(value: &mut Option<Setting>, over: Option<Setting>) {
    if over.is_some() {
        *value = over;
    }
}
