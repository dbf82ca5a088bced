//! Settings, and the merge of two of them.

use std::mem::take;

use cfn_model::{Node, Path};
use indexmap::IndexMap;

use super::keys::{Items, KEYS, Kind, Merge, Together};

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
    /// Members of `cors`.
    pub cors: IndexMap<String, Setting>,
    /// The domain name of the API.
    pub domain_name: Option<Setting>,
    /// The oldest TLS version of the domain.
    pub tls_version: Option<Setting>,
    /// The ARN of the domain's certificate.
    pub certificate_arn: Option<Setting>,
    /// For how many days the access logs of the API are kept; without it there are none.
    pub api_access_log_days: Option<Setting>,
    /// The Route 53 hosted zone of the domain.
    pub hosted_zone_id: Option<Setting>,
    /// Whether the domain's certificate is made.
    pub auto_create_acm_certificate: Option<Setting>,
    /// Members of the API's `MethodSettings`.
    pub method_settings: Vec<Setting>,
    /// Tags of resources, by key.
    pub tags: IndexMap<String, Setting>,
    /// Members of a function's `LoggingConfig`.
    pub logging_config: IndexMap<String, Setting>,
    /// Members of `queue_age_alarm`; none where there is no such alarm.
    pub queue_age_alarm: IndexMap<String, Setting>,
    /// The name of the application, in which `{app}` is the one in code, and `{stage}` the stage.
    pub name: Option<Setting>,
    /// Whether the application has what auditors ask for.
    pub hardened: Option<Setting>,
    /// The ARN of the key of queues and payloads.
    pub kms_key_arn: Option<Setting>,
    /// How many records of one batch are handled at once.
    pub record_concurrency: Option<Setting>,
    /// How many messages or records an invocation gets at most.
    pub batch_size: Option<Setting>,
    /// For how many seconds Lambda collects messages or records.
    pub batch_window: Option<Setting>,
    /// The ARN of the code signing configuration of the functions.
    pub code_signing_config_arn: Option<Setting>,
    /// The container image that the functions run.
    pub image_uri: Option<Setting>,
}

impl Settings {
    /// The lists that a function may give, with their keys.
    pub(crate) fn string_lists(&self) -> impl Iterator<Item = (&'static str, &[Setting])> {
        KEYS.iter().filter_map(|key| match &key.kind {
            Kind::List(Items::Strings, _, field) => Some((key.name, (field.of)(self).as_slice())),
            _ => None,
        })
    }

    /// Puts other settings on top of these: variables, tags and single values are replaced, policies and extras are
    /// added, layers, subnets, security groups and media types are added where they are not there yet, method settings
    /// replace those of the same method and path. What a function gives cannot be put together with other members: [`Config::check`](super::Config::check) refuses it.
    pub fn merge(&mut self, mut over: Settings) {
        for key in &KEYS {
            match &key.kind {
                Kind::Variables(field) | Kind::Tags(field) | Kind::Object(_, Together::ByMember, field) => {
                    (field.of_mut)(self).extend(take((field.of_mut)(&mut over)));
                }
                Kind::Object(_, Together::Whole, field) => {
                    let object = take((field.of_mut)(&mut over));
                    if !object.is_empty() {
                        *(field.of_mut)(self) = object;
                    }
                }
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

/// The members of method settings that say what they are for.
const ROUTE: [&str; 2] = ["HttpMethod", "ResourcePath"];

impl Merge {
    /// Puts more members into a list.
    pub(super) fn put(self, list: &mut Vec<Setting>, more: Vec<Setting>) {
        for setting in more {
            let known = list.iter_mut().find(|known| match self {
                Merge::Append => false,
                Merge::AddNew => known.value == setting.value,
                Merge::ByRoute => ROUTE.iter().all(|name| known.value[*name] == setting.value[*name]),
            });
            match known {
                None => list.push(setting),
                Some(known) if self == Merge::ByRoute => *known = setting,
                Some(_) => {}
            }
        }
    }
}
