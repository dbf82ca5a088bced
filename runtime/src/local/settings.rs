//! The settings of the config file that a local run has to know.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use async_lambda_model::{MediaType, MediaTypeError};
use serde_json::{Map, Value};

use crate::cors;

/// The usual place of the file, as for `synth`.
const CONFIG: &str = ".async_lambda/config.json";
const BINARY_MEDIA_TYPES: &str = "binary_media_types";
const CORS: &str = "cors";
const ENVIRONMENT: &str = "environment_variables";

/// The choice of settings.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    pub(crate) stage: Option<String>,
    pub(crate) config: Option<PathBuf>,
}

/// An error of reading settings.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("{}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}: must be JSON: {source}", path.display())]
    Json { path: PathBuf, source: serde_json::Error },
    #[error("{}: `{place}` must be a list of media types such as `image/png`", path.display())]
    MediaTypes { path: PathBuf, place: String },
    #[error("{}: `{place}` must be {rule}, got {value}", path.display())]
    Value { path: PathBuf, place: String, rule: &'static str, value: String },
    #[error("{}: {source}", path.display())]
    MediaType { path: PathBuf, source: MediaTypeError },
    #[error("{}: {message}", path.display())]
    Cors { path: PathBuf, message: String },
    #[error("--stage: must be a stage that {} names, got `{stage}`", path.display())]
    Stage { path: PathBuf, stage: String },
}

/// Environment variables of a function.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    pub(crate) known: BTreeMap<String, String>,
    /// Variables whose values are intrinsic functions.
    pub(crate) unknown: BTreeSet<String>,
}

/// A config file that was read.
pub(crate) struct Settings {
    path: PathBuf,
    stage: Option<String>,
    /// The settings of the application, then those of the stage, each with the place where they stand.
    levels: Vec<(Value, String)>,
}

/// Reads the settings of the application and of the stage. Without a file there are none.
pub(crate) fn read(choice: &Choice) -> Result<Settings, SettingsError> {
    let path = choice.config.as_deref().unwrap_or(Path::new(CONFIG)).to_owned();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && choice.config.is_none() => "{}".to_owned(),
        Err(source) => return Err(SettingsError::Read { path, source }),
    };
    let settings: Value = match serde_json::from_str(&text) {
        Ok(settings) => settings,
        Err(source) => return Err(SettingsError::Json { path, source }),
    };
    let mut levels = vec![(settings, String::new())];
    if let Some(stage) = &choice.stage {
        let Some(settings) = levels[0].0["stages"].get(stage).cloned() else {
            return Err(SettingsError::Stage { path, stage: stage.clone() });
        };
        levels.push((settings, format!("stages/{stage}/")));
    }
    Ok(Settings { path, stage: choice.stage.clone(), levels })
}

impl Settings {
    /// The API's binary media types.
    pub(crate) fn media_types(&self) -> Result<Vec<MediaType>, SettingsError> {
        let mut found = Vec::new();
        for (settings, place) in &self.levels {
            found.extend(of_level(settings, format!("{place}{BINARY_MEDIA_TYPES}"), &self.path)?);
        }
        let media_types = found.into_iter().map(MediaType::new).collect::<Result<_, _>>();
        media_types.map_err(|source| SettingsError::MediaType { path: self.path.clone(), source })
    }

    /// The members of `cors` as JSON, where there are some; those of the stage take the place of the application's.
    pub(crate) fn cors(&self) -> Result<Option<String>, SettingsError> {
        let mut members = Map::new();
        for (settings, place) in &self.levels {
            let cors = &settings[CORS];
            if cors.is_null() {
                continue;
            }
            if let Err(message) = cors::read(cors) {
                return Err(self.wrong_cors(format!("`{place}{CORS}`: {message}")));
            }
            let given = cors.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
            members.extend(given.map(|(name, value)| (name.clone(), value.clone())));
        }
        Ok((!members.is_empty()).then(|| Value::from(members).to_string()))
    }

    /// The environment variables of a task's function, in the order of their names, and the names of those whose values only
    /// CloudFormation knows.
    pub(crate) fn environment(&self, task: &str) -> Result<Environment, SettingsError> {
        let mut environment = Environment::default();
        for (settings, place) in self.of_task(task) {
            let variables = match &settings[ENVIRONMENT] {
                Value::Null => continue,
                Value::Object(variables) => variables,
                other => return Err(self.wrong(place, ENVIRONMENT, "an object of names and values", other)),
            };
            for (name, value) in variables {
                environment.known.remove(name);
                environment.unknown.remove(name);
                match value {
                    Value::String(text) => drop(environment.known.insert(name.clone(), text.clone())),
                    Value::Object(_) => drop(environment.unknown.insert(name.clone())),
                    // SAM makes text of them.
                    Value::Bool(_) | Value::Number(_) => {
                        environment.known.insert(name.clone(), value.to_string());
                    }
                    other => {
                        let place = format!("{place}{ENVIRONMENT}/");
                        return Err(self.wrong(place, name, "a string", other));
                    }
                }
            }
        }
        Ok(environment)
    }

    /// A whole number for a task, where a level says it; the last one counts.
    pub(crate) fn number(&self, key: &str, task: &str) -> Result<Option<u64>, SettingsError> {
        let mut found = None;
        for (settings, place) in self.of_task(task) {
            match &settings[key] {
                Value::Null => {}
                value => match value.as_u64() {
                    Some(number) => found = Some(number),
                    None => return Err(self.wrong(place, key, "a whole number", value)),
                },
            }
        }
        Ok(found)
    }

    /// The settings of a task: of the application, of its stage, of the task, of the task's stage.
    fn of_task(&self, task: &str) -> impl Iterator<Item = (&Value, String)> {
        let of_task = &self.levels[0].0["tasks"][task];
        let of_stage =
            self.stage.as_ref().map(|stage| (&of_task["stages"][stage], format!("tasks/{task}/stages/{stage}/")));
        let of_task = std::iter::once((of_task, format!("tasks/{task}/"))).chain(of_stage);
        self.levels.iter().map(|(settings, place)| (settings, place.clone())).chain(of_task)
    }

    fn wrong(&self, place: String, key: &str, rule: &'static str, value: &Value) -> SettingsError {
        let (path, place) = (self.path.clone(), format!("{place}{key}"));
        SettingsError::Value { path, place, rule, value: value.to_string() }
    }

    /// The error of settings of CORS.
    pub(crate) fn wrong_cors(&self, message: String) -> SettingsError {
        SettingsError::Cors { path: self.path.clone(), message }
    }
}

fn of_level(settings: &Value, place: String, path: &Path) -> Result<Vec<String>, SettingsError> {
    let list = match &settings[BINARY_MEDIA_TYPES] {
        Value::Null => Some(Vec::new()),
        Value::Array(list) => list.iter().map(|member| member.as_str().map(ToOwned::to_owned)).collect(),
        _ => None,
    };
    list.ok_or_else(|| SettingsError::MediaTypes { path: path.to_owned(), place })
}
