//! The media types that the API treats as binary.

use async_lambda_model::MediaType;
use cfn_model::Finding;

use super::{Config, Setting, rules::WRONG_TYPE};

/// Findings about strings that are no media types, of each level.
pub(super) fn check(config: &Config) -> impl Iterator<Item = Finding> {
    let levels = std::iter::once(&config.all.always).chain(config.all.stages.values());
    levels.flat_map(|settings| &settings.binary_media_types).filter_map(wrong)
}

fn wrong(setting: &Setting) -> Option<Finding> {
    let text = setting.value.as_str()?;
    let error = MediaType::new(text).err()?;
    let message = format!("`{}`: {}", setting.path, error.rule());
    Some(Finding::new(&WRONG_TYPE, setting.path.clone(), message).actual(text).help(Some(error.help())))
}
