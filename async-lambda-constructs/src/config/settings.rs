//! Settings, and the merge of two of them.

use std::mem::take;

use cfn_model::{Node, Path};
use indexmap::IndexMap;

use super::keys::{Items, KEYS, Kind, Merge};

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
    pub(crate) fn string_lists(&self) -> impl Iterator<Item = (&'static str, &[Setting])> {
        KEYS.iter().filter_map(|key| match &key.kind {
            Kind::List(Items::Strings, _, field) => Some((key.name, (field.of)(self).as_slice())),
            _ => None,
        })
    }

    /// Puts other settings on top of these: variables and single values are replaced, policies and extras are
    /// added, layers, subnets, security groups and media types are added where they are not there yet. What a function gives
    /// cannot be put together with other members: [`Config::check`](super::Config::check) refuses it.
    pub fn merge(&mut self, mut over: Settings) {
        for key in &KEYS {
            match &key.kind {
                Kind::Variables(field) => (field.of_mut)(self).extend(take((field.of_mut)(&mut over))),
                Kind::List(_, merge, field) => merge.put((field.of_mut)(self), take((field.of_mut)(&mut over))),
                Kind::Single(_, field) => {
                    if let Some(setting) = take((field.of_mut)(&mut over)) {
                        *(field.of_mut)(self) = Some(setting);
                    }
                }
            }
        }
    }
}

impl Merge {
    /// Puts more members into a list.
    pub(super) fn put(self, list: &mut Vec<Setting>, more: Vec<Setting>) {
        for setting in more {
            if self == Merge::Append || !list.iter().any(|known| known.value == setting.value) {
                list.push(setting);
            }
        }
    }
}
