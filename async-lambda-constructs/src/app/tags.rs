//! Tags of the settings, on every resource of an application that takes tags.

use cfn_model::{Node, Path};
use indexmap::IndexMap;

use crate::{
    Stack,
    config::{Setting, tag_value},
    tags,
};

/// Gives tags to these resources, where they take tags, and says which part of the template comes from which part of the
/// config file. Tags that a resource has already stay.
#[track_caller]
pub(super) fn add(stack: &mut Stack, ids: &[String], settings: &IndexMap<String, Setting>) -> Vec<(Path, Path)> {
    let wanted: Vec<(&str, Node)> = settings.iter().map(|(key, setting)| (key.as_str(), tag_value(setting))).collect();
    let mut places = Vec::new();
    for id in ids {
        for (index, paths) in tags::add(stack, id, &wanted).unwrap_or_default() {
            places.extend(paths.into_iter().map(|path| (path, settings[index].path.clone())));
        }
    }
    places
}
