//! The settings of the config file that a local run has to know.

use std::{
    io,
    path::{Path, PathBuf},
};

use async_lambda_model::{MediaType, MediaTypeError};
use serde_json::Value;

/// Where the file usually is, as for `synth`.
const CONFIG: &str = ".async_lambda/config.json";
const BINARY_MEDIA_TYPES: &str = "binary_media_types";

/// Which settings are meant.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    pub(crate) stage: Option<String>,
    pub(crate) config: Option<PathBuf>,
}

/// What keeps settings from being read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("{}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}: must be JSON: {source}", path.display())]
    Json { path: PathBuf, source: serde_json::Error },
    #[error("{}: `{place}` must be a list of media types such as `image/png`", path.display())]
    MediaTypes { path: PathBuf, place: String },
    #[error("{}: {source}", path.display())]
    MediaType { path: PathBuf, source: MediaTypeError },
    #[error("--stage: must be a stage that {} names, got `{stage}`", path.display())]
    Stage { path: PathBuf, stage: String },
}

/// The API's binary media types of the application and of the stage. Without a file there are none.
pub(crate) fn media_types(choice: &Choice) -> Result<Vec<MediaType>, SettingsError> {
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
    let mut found = of_level(&settings, BINARY_MEDIA_TYPES.to_owned(), &path)?;
    if let Some(stage) = &choice.stage {
        let Some(settings) = settings["stages"].get(stage) else {
            return Err(SettingsError::Stage { path, stage: stage.clone() });
        };
        found.extend(of_level(settings, format!("stages/{stage}/{BINARY_MEDIA_TYPES}"), &path)?);
    }
    let media_types = found.into_iter().map(MediaType::new).collect::<Result<_, _>>();
    media_types.map_err(|source| SettingsError::MediaType { path, source })
}

fn of_level(settings: &Value, place: String, path: &Path) -> Result<Vec<String>, SettingsError> {
    let list = match &settings[BINARY_MEDIA_TYPES] {
        Value::Null => Some(Vec::new()),
        Value::Array(list) => list.iter().map(|member| member.as_str().map(ToOwned::to_owned)).collect(),
        _ => None,
    };
    list.ok_or_else(|| SettingsError::MediaTypes { path: path.to_owned(), place })
}
