//! `.async_lambda/config.json`: settings of an application, of its stages, of its tasks, and of a task at a stage.
//!
//! This module reads and merges; it is handed the text and touches no disk. What is wrong with a file is a list of
//! [findings](cfn_model::Finding) whose paths lead into the file; [`cfn_model::text::locate`] makes lines
//! and columns of them.
//!
//! ```
//! use async_lambda_constructs::config::Config;
//!
//! let config = Config::parse(r#"{
//!     "environment_variables": {"LOG_LEVEL": "info"},
//!     "stages": {"prod": {"environment_variables": {"LOG_LEVEL": "warn"}}}
//! }"#)?;
//! assert!(config.findings().is_empty());
//! let level = |stage| config.of_app(stage).environment_variables["LOG_LEVEL"].value.clone();
//! assert_eq!(level(None).as_str(), Some("info"));
//! assert_eq!(level(Some("prod")).as_str(), Some("warn"));
//! # Ok::<(), cfn_model::text::ReadError>(())
//! ```

mod alarm;
mod check;
mod cors;
mod found;
mod functions;
mod keys;
mod media_types;
mod merged;
mod name;
mod read;
mod rules;
mod schema;
mod settings;
mod tags;
mod tuning;
mod values;

use cfn_model::{
    Finding, Node, Path,
    text::{self, Limits, ReadError},
};
use indexmap::IndexMap;

pub use found::MOST_OF_A_RULE;
pub use read::MOST_ENTRIES;
pub use schema::json_schema;
pub use settings::{Setting, Settings};

pub(crate) use check::{declare, is_true};
pub(crate) use cors::merged as merged_cors;
pub(crate) use found::Found;
pub(crate) use keys::{ALARM_ACTIONS, OK_ACTIONS, PERIOD, THRESHOLD};
pub(crate) use tags::value as tag_value;
pub(crate) use tuning::Tuned;
pub(crate) use values::{Check, certificate_arn, domain_name, image_uri, tls_version};

/// A file of settings that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    all: Staged,
    tasks: IndexMap<String, Staged>,
    /// The names of tasks beyond those that are read.
    unread: Vec<String>,
    /// The image that takes the place of the file's.
    image: Option<Setting>,
    /// Whether everything in the file was read.
    is_complete: bool,
    findings: Vec<Finding>,
    /// How many of the findings, the last ones, say how many more there are.
    more: usize,
}

/// Settings, and those that come on top at a stage.
#[derive(Clone, Debug, Default, PartialEq)]
struct Staged {
    always: Settings,
    stages: IndexMap<String, Settings>,
}

impl Config {
    /// Reads a text. What can be understood is kept, and the rest is in [`Config::findings`]; the error is a text
    /// that is no JSON.
    ///
    /// # Errors
    ///
    /// The string is not JSON, or exceeds a limit of [`Limits`]. Everything else is a finding.
    pub fn parse(text: &str) -> Result<Config, ReadError> {
        Ok(Config::of_node(&text::parse(text, &Limits::default())?.node))
    }

    /// The same for a text that was read already.
    pub fn of_node(document: &Node) -> Config {
        read::config(document)
    }

    /// What is wrong with the file by itself: unknown keys, wrong types. [`Config::check`] knows more.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The settings of the application as a whole: those of all stages, then those of this one.
    pub fn of_app(&self, stage: Option<&str>) -> Settings {
        let mut settings = self.all.at(stage);
        settings.image_uri = self.image.clone().or(settings.image_uri);
        settings
    }

    /// The settings, with another image.
    pub(crate) fn with_image(mut self, image: Option<&str>) -> Config {
        self.image = image.map(|image| Setting::new(&Node::String(image.to_owned()), Path::default()));
        self
    }

    /// The settings of a task: the application's, then its own, then its own at this stage.
    pub fn of_task(&self, task: &str, stage: Option<&str>) -> Settings {
        let mut settings = self.of_app(stage);
        if let Some(own) = self.tasks.get(task) {
            settings.merge(own.at(stage));
        }
        settings
    }
}

impl Default for Config {
    fn default() -> Config {
        let (all, tasks, unread, findings) = (Staged::default(), IndexMap::new(), Vec::new(), Vec::new());
        Config { all, tasks, unread, image: None, is_complete: true, findings, more: 0 }
    }
}

impl Staged {
    /// The settings that hold always, then those of each stage.
    fn levels(&self) -> impl Iterator<Item = &Settings> {
        std::iter::once(&self.always).chain(self.stages.values())
    }

    fn at(&self, stage: Option<&str>) -> Settings {
        let mut settings = self.always.clone();
        if let Some(own) = stage.and_then(|stage| self.stages.get(stage)) {
            settings.merge(own.clone());
        }
        settings
    }
}
