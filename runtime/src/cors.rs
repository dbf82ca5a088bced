//! Cross-origin resource sharing: headers of answers, and answers to preflight requests.
//!
//! An application without the option has none of this in its bootstrap: only [`App::cors`] names these functions.

use std::{future::ready, sync::Arc};

use async_lambda_model::{Cors, Origin, Problem};
use serde_json::{Map, Value, json};

#[cfg(any(feature = "aws", feature = "local"))]
use crate::BoxError;
use crate::{
    App,
    app::Entry,
    event::{Source, first_header},
    layer::TaskService,
};

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const EXPOSE_HEADERS: &str = "access-control-expose-headers";
const VARY: &str = "vary";
/// The methods of a route of any method.
const METHODS: [&str; 7] = ["DELETE", OPTIONS, "GET", "HEAD", "PATCH", "POST", "PUT"];
const OPTIONS: &str = "OPTIONS";

/// The option with its code, behind a pointer.
pub(crate) trait CorsLayer: Send + Sync {
    /// The settings.
    fn cors(&self) -> Cors;

    /// Puts settings, the members of a [`Cors`] as JSON, on top of those in code, where there are some. The error is what is
    /// wrong with them.
    #[cfg(any(feature = "aws", feature = "local"))]
    fn configure(&mut self, settings: &dyn Fn() -> Option<String>) -> Result<(), BoxError>;

    /// Puts the headers around the API tasks.
    fn wrap(&self, tasks: &mut [Entry]);
}

impl App {
    /// Lets pages of other origins use the API from a browser: preflight requests are answered, and answers get the headers that
    /// browsers want. Without it, a browser shows no page of another origin what an API task answers. The members of `cors` in
    /// `.async_lambda/config.json` replace these, for a stage for example.
    ///
    /// An answer that has the header `Access-Control-Allow-Origin` already stays as it is. API Gateway answers preflight
    /// requests itself where it can, and its own errors have the header too; `docs/api.md` says more.
    ///
    /// ```
    /// use async_lambda::prelude::*;
    ///
    /// async fn health() -> StatusCode { StatusCode::NO_CONTENT }
    ///
    /// let app = App::new("shop")
    ///     .cors(Cors::new(["https://shop.example", "http://localhost:3000"]).allow_credentials())
    ///     .api_task("Health", Method::GET, "/health", health);
    /// assert!(app.model().is_ok());
    ///
    /// let problems = App::new("shop").cors(Cors::new(["shop.example"])).model().unwrap_err();
    /// assert!(problems[0].to_string().ends_with("got `shop.example`; write `https://shop.example`"));
    /// ```
    #[track_caller]
    pub fn cors(mut self, cors: Cors) -> App {
        match cors.check() {
            Ok(()) => self.cors = Some(Box::new(Layer(cors))),
            Err(source) => self.problems.push(Problem::Cors { source, origin: Origin::caller() }),
        }
        self
    }
}

struct Layer(Cors);

impl CorsLayer for Layer {
    fn cors(&self) -> Cors {
        self.0.clone()
    }

    #[cfg(any(feature = "aws", feature = "local"))]
    fn configure(&mut self, settings: &dyn Fn() -> Option<String>) -> Result<(), BoxError> {
        let Some(settings) = settings() else { return Ok(()) };
        let settings = serde_json::from_str(&settings).map_err(|_| "`cors` must be JSON")?;
        let members = read(&settings)?;
        let is_empty = members.allow_origins.is_empty() && !settings["allow_origins"].is_null();
        let all = if is_empty { members } else { members.or(self.cors()) };
        all.check()?;
        self.0 = all;
        Ok(())
    }

    fn wrap(&self, tasks: &mut [Entry]) {
        wrap(&self.0, tasks);
    }
}

/// Reads the members of a [`Cors`] as JSON, by the rules of the config file. The error is what is wrong with their types.
#[cfg(any(feature = "aws", feature = "local"))]
pub(crate) fn read(settings: &Value) -> Result<Cors, String> {
    let Some(settings) = settings.as_object() else {
        let expected = "an object, for example `{\"allow_origins\": [\"https://shop.example\"]}`";
        return Err(format!("must be {expected}, got `{settings}`"));
    };
    let mut cors = Cors::default();
    // `null` stands for an absent value.
    for (name, value) in settings.iter().filter(|(_, value)| !value.is_null()) {
        let wrong = |expected| format!("`{name}` must be {expected}, got `{value}`");
        let list = || {
            let strings = |list: &Vec<Value>| -> Option<Vec<String>> {
                list.iter().map(|item| item.as_str().map(str::to_owned)).collect()
            };
            value.as_array().and_then(strings).ok_or_else(|| wrong("a list of strings"))
        };
        match name.as_str() {
            "allow_origins" => cors.allow_origins = list()?,
            "allow_headers" => cors.allow_headers = Some(list()?),
            "expose_headers" => cors.expose_headers = Some(list()?),
            "allow_credentials" => {
                cors.allow_credentials = Some(value.as_bool().ok_or_else(|| wrong("true or false"))?);
            }
            "max_age" => cors.max_age = Some(whole(value).ok_or_else(|| wrong("an integer from 0 to 86400"))?),
            _ => {
                let members = "`allow_origins`, `allow_headers`, `expose_headers`, `allow_credentials` and `max_age`";
                return Err(format!("`{}` must be a known member: {members}", name.escape_debug()));
            }
        }
    }
    Ok(cors)
}

/// A number without a fraction: 600, and 600.0 too.
#[cfg(any(feature = "aws", feature = "local"))]
fn whole(value: &Value) -> Option<i64> {
    /// Above it, numbers with a point are not exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let of_float = |number: f64| {
        let is_whole = number.fract() == 0.0 && number.abs() <= EXACT;
        is_whole.then(|| format!("{number:.0}").parse().ok()).flatten()
    };
    value.as_i64().or_else(|| value.as_f64().and_then(of_float))
}

fn wrap(cors: &Cors, tasks: &mut [Entry]) {
    let routes: Vec<(String, String)> = tasks
        .iter()
        .filter_map(|task| task.model.trigger.route())
        .map(|route| (route.method.clone(), route.path.clone()))
        .collect();
    let cors = Arc::new(cors.clone());
    for task in tasks {
        let Some(route) = task.model.trigger.route() else { continue };
        let methods = methods(routes.iter().filter(|(_, path)| *path == route.path).map(|(method, _)| method.as_str()));
        let (cors, service, has_own) = (Arc::clone(&cors), task.service.clone(), route.method == OPTIONS);
        task.service = TaskService::new(move |invocation| {
            let origin = first_header(invocation.raw(), "origin").map(str::to_owned);
            let method = Source::of(invocation.raw()).and_then(|source| source.method(invocation.raw()));
            if !has_own && method.is_ok_and(|method| method == OPTIONS) {
                return Box::pin(ready(Ok(preflight(&cors, &methods, origin.as_deref()))));
            }
            let (cors, run) = (Arc::clone(&cors), service.run(invocation));
            Box::pin(async move {
                let mut answer = run.await?;
                allow(&cors, origin.as_deref(), &mut answer);
                Ok(answer)
            })
        });
    }
}

/// The value of `Access-Control-Allow-Methods` for a path with routes of these methods.
pub(crate) fn methods<'a>(of_path: impl Iterator<Item = &'a str>) -> String {
    let of_path: Vec<&str> = of_path.collect();
    let is_any = of_path.contains(&"ANY");
    let methods = METHODS.into_iter().filter(|method| is_any || *method == OPTIONS || of_path.contains(method));
    methods.collect::<Vec<_>>().join(",")
}

/// The answer to a browser that asks what it may do.
pub(crate) fn preflight(cors: &Cors, methods: &str, origin: Option<&str>) -> Value {
    let mut answer = json!({ "statusCode": 200, "headers": {}, "body": "", "isBase64Encoded": false });
    if cors.origin_for(origin).is_some() {
        answer["headers"] = json!({
            "access-control-allow-methods": methods,
            "access-control-allow-headers": cors.allowed_headers(),
            "access-control-max-age": cors.max_age().to_string(),
        });
    }
    allow(cors, origin, &mut answer);
    answer
}

/// Gives a proxy response the headers for a request with this origin, unless it has them.
fn allow(cors: &Cors, origin: Option<&str>, answer: &mut Value) {
    if !answer["statusCode"].is_u64() || first_header(answer, ALLOW_ORIGIN).is_some() {
        return;
    }
    if cors.only_origin().is_none() {
        vary(answer);
    }
    let Some(origin) = cors.origin_for(origin) else { return };
    let exposes = first_header(answer, EXPOSE_HEADERS).is_some();
    let headers = map(answer);
    headers.insert(ALLOW_ORIGIN.to_owned(), origin.into());
    if cors.has_credentials() {
        headers.insert("access-control-allow-credentials".to_owned(), "true".into());
    }
    let exposed = cors.expose_headers.as_ref().filter(|exposed| !exposed.is_empty() && !exposes);
    if let Some(exposed) = exposed {
        headers.insert(EXPOSE_HEADERS.to_owned(), exposed.join(",").into());
    }
}

/// Says that an answer depends on the request's origin, to caches.
fn vary(answer: &mut Value) {
    const ORIGIN: &str = "Origin";
    let has_origin = |known: &str| {
        known.split(',').any(|name| matches!(name.trim(), "*") || name.trim().eq_ignore_ascii_case(ORIGIN))
    };
    for headers in ["headers", "multiValueHeaders"] {
        let Some(headers) = answer.get_mut(headers).and_then(Value::as_object_mut) else { continue };
        match headers.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(VARY)) {
            Some((_, Value::String(known))) if has_origin(known) => return,
            Some((_, Value::String(known))) => return known.push_str(", Origin"),
            Some((_, Value::Array(known))) if known.iter().filter_map(Value::as_str).any(has_origin) => return,
            Some((_, Value::Array(known))) => return known.push(ORIGIN.into()),
            _ => {}
        }
    }
    map(answer).insert(VARY.to_owned(), ORIGIN.into());
}

/// The headers of an answer that have one value each.
fn map(answer: &mut Value) -> &mut Map<String, Value> {
    let headers = &mut answer["headers"];
    if !headers.is_object() {
        *headers = json!({});
    }
    headers.as_object_mut().expect("it is an object now")
}
