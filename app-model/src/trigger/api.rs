//! A route of the application's API.

use std::fmt;

use super::{Kind, Seen, Synth};
use crate::{Problem, TaskId, TaskModel, TaskOptions, Timeout, data::Object, route};

/// Requests to a route of the application's API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Api {
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path, with parameters in braces: `/orders/{id}`.
    pub path: String,
}

/// The routes of the tasks so far.
#[derive(Default)]
pub(super) struct Routes<'a> {
    tasks: Vec<(&'a Api, &'a TaskId)>,
    /// The name of the path parameter at a place, and the task that gave it.
    parameters: Vec<(String, &'a str, &'a TaskId)>,
}

impl Kind for Api {
    fn default_timeout(&self) -> Timeout {
        TaskOptions::DEFAULT_API_TIMEOUT
    }
}

impl Synth for Api {
    const NAME: &'static str = "api";

    fn data(&self) -> Object {
        Object::new().with("method", &*self.method).with("path", &*self.path)
    }

    fn check<'a>(&'a self, task: &'a TaskModel, seen: &mut Seen<'a>, problems: &mut Vec<Problem>) {
        let (id, origin) = (|| task.id.clone(), || task.origin.clone());
        let (Api { method, path }, routes) = (self, &mut seen.routes);
        let route = format!("{method} {path}");
        if let Some(route::Broken { rule, help }) = route::method(method).or_else(|| route::path(path)) {
            problems.push(Problem::Route { task: id(), route, rule, help, origin: origin() });
            return;
        }
        if let Some((_, first)) = routes.tasks.iter().find(|(known, _)| *known == self) {
            let first = (*first).clone();
            problems.push(Problem::DuplicateRoute { route, first, second: id(), origin: origin() });
            return;
        }
        routes.tasks.push((self, &task.id));
        for (place, name) in route::parameters(path) {
            match routes.parameters.iter().find(|(known, ..)| *known == place) {
                Some((_, first_name, first)) if *first_name != name => {
                    let (first, route) = ((*first).clone(), route.clone());
                    let (name, first_name) = (name.to_owned(), (*first_name).to_owned());
                    problems.push(Problem::TwoNames { task: id(), route, name, first, first_name, origin: origin() });
                }
                Some(_) => {}
                None => routes.parameters.push((place, name, &task.id)),
            }
        }
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "api {} {}", self.method, self.path)
    }
}
