//! Checks of the settings of functions that are several values together: logging, an image.

use async_lambda_model::AppModel;
use cfn_model::{Finding, Function, Node};
use indexmap::IndexMap;

use super::{
    Setting, Settings,
    keys::{LOG_FORMAT, LOG_GROUP, LOG_LEVELS},
    rules::{CODE_SIGNING, IMAGE, LOG_GROUP_NAME, LOG_LEVEL, TWO_LOG_GROUPS},
    values::{literal, shortened},
};

/// The longest name of a log group, in characters.
const LONGEST_LOG_GROUP: usize = 512;

/// A log group with a name that CloudWatch refuses.
pub(super) fn log_group(logging: &IndexMap<String, Setting>) -> Option<Finding> {
    let setting = logging.get(LOG_GROUP)?;
    let name = literal(&setting.value)?;
    let is_part = |character: char| character.is_ascii_alphanumeric() || "._-/#".contains(character);
    let is_name = (1..=LONGEST_LOG_GROUP).contains(&name.len()) && name.chars().all(is_part);
    let message = format!(
        "`{LOG_GROUP}`: must have 1 to {LONGEST_LOG_GROUP} letters, digits and `._-/#`, got `{}`",
        shortened(name)
    );
    let help = "give the name of the log group, not its ARN: `/shop/prod`".to_owned();
    (!is_name).then(|| Finding::new(&LOG_GROUP_NAME, setting.path.clone(), message).actual(name).help(help))
}

/// A log level where the logs are not JSON.
pub(super) fn log_level(settings: &Settings) -> Option<Finding> {
    let logging = &settings.logging_config;
    let (name, setting) = LOG_LEVELS.iter().find_map(|name| Some((name, logging.get(*name)?)))?;
    let got = match logging.get(LOG_FORMAT).map(|format| &format.value) {
        None => "none",
        Some(Node::String(format)) if format == "JSON" => return None,
        Some(value) if Function::call(value).is_some() => return None,
        Some(_) => "`Text`",
    };
    let message = format!("`{name}`: must come with `{LOG_FORMAT}: JSON`, got {got}");
    let help = format!("add `\"{LOG_FORMAT}\": \"JSON\"`: Lambda refuses a level for logs of text");
    Some(Finding::new(&LOG_LEVEL, setting.path.clone(), message).help(help))
}

/// A log group for a function that gets one of its own.
pub(super) fn two_log_groups(settings: &Settings, model: &AppModel) -> Option<Finding> {
    let days = model.options.log_retention?.get();
    let setting = settings.logging_config.get(LOG_GROUP)?;
    let message = format!(
        "`{LOG_GROUP}`: must not be set where the application has `log_retention_days({days})`, which makes a log group for \
         each function"
    );
    let help = "remove one of them, and set the retention of a log group of yours where it is made".to_owned();
    Some(Finding::new(&TWO_LOG_GROUPS, setting.path.clone(), message).help(help))
}

/// A code signing configuration beside a container image, which has no archive to sign.
pub(super) fn signed_image(settings: &Settings) -> Option<Finding> {
    let setting = settings.code_signing_config_arn.as_ref().filter(|_| settings.image_uri.is_some())?;
    let message = "`code_signing_config_arn`: must not be set for functions with an image, got `image_uri` too";
    let help =
        "remove it: Lambda checks signatures of archives only. Sign the image in its repository, with AWS Signer and \
                Notation, and check it before you deploy it"
            .to_owned();
    Some(Finding::new(&CODE_SIGNING, setting.path.clone(), message).help(help))
}

/// Layers beside an image.
pub(super) fn layers_of_image(settings: &Settings) -> Option<Finding> {
    let layer = settings.layers.first().filter(|_| settings.image_uri.is_some())?;
    let message = "`layers`: must not be set for functions with an image, got `image_uri` too";
    let help = "put what the layers have into the image: Lambda refuses both".to_owned();
    Some(Finding::new(&IMAGE, layer.path.clone(), message).help(help))
}
