//! Cross-origin resource sharing: the members of the file on top of those in code.

use async_lambda_model::{AppModel, Cors};
use cfn_model::{Finding, Node};
use indexmap::IndexMap;

use super::{
    Setting, Settings,
    keys::{ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_ORIGINS, EXPOSE_HEADERS, MAX_AGE},
    rules::CORS,
};

/// The CORS settings at a stage: those of the config file, else those in code. `None` without the option in code.
pub(crate) fn merged(in_code: Option<&Cors>, settings: &Settings) -> Option<Cors> {
    let in_code = in_code?;
    Some(of(&settings.cors).or(in_code.clone()))
}

fn of(members: &IndexMap<String, Setting>) -> Cors {
    let value = |name| members.get(name).map(|setting| &setting.value);
    let list = |name| {
        let items = value(name)?.as_array()?.iter().filter_map(Node::as_str);
        Some(items.map(str::to_owned).collect::<Vec<_>>())
    };
    Cors {
        allow_origins: list(ALLOW_ORIGINS).unwrap_or_default(),
        allow_headers: list(ALLOW_HEADERS),
        expose_headers: list(EXPOSE_HEADERS),
        allow_credentials: value(ALLOW_CREDENTIALS).map(|value| *value == Node::Bool(true)),
        max_age: match value(MAX_AGE) {
            Some(Node::Number(number)) => number.as_i64(),
            _ => None,
        },
    }
}

/// Finds what is wrong with the settings of an application.
pub(super) fn check(settings: &Settings, model: &AppModel) -> Option<Finding> {
    let first = settings.cors.values().next()?;
    let Some(cors) = merged(model.cors.as_ref(), settings) else {
        let path = cfn_model::Path(first.path.0[..first.path.0.len() - 1].to_vec());
        let message = "`cors`: must come with `App::cors`, got none in the application";
        let help = "say `.cors(Cors::new([\"https://shop.example\"]))` in code: it brings the headers into the functions, and this \
                    changes them"
            .to_owned();
        return Some(Finding::new(&CORS, path, message).help(help));
    };
    let is_empty = |setting: &&Setting| setting.value.as_array().is_some_and(<[Node]>::is_empty);
    if let Some(setting) = settings.cors.get(ALLOW_ORIGINS).filter(is_empty) {
        let path = setting.path.clone();
        let message = "cors: `allow_origins` must have at least one origin, got none";
        let help = "name one, or remove `allow_origins`: then those in code hold".to_owned();
        return Some(Finding::new(&CORS, path, message).help(help));
    }
    let error = cors.check().err()?;
    let place = settings.cors.get(error.field).unwrap_or(first);
    Some(Finding::new(&CORS, place.path.clone(), error.rule()).help(error.help()))
}
