//! Tasks that answer requests.

use async_lambda_model::{TaskModel, trigger::Api};

use super::{Kind, NewTask};
use crate::{
    Construct, FunctionHandle, RestApiHandle, Stack,
    app::TaskFunction,
    graph::{self, Graph},
};

/// A task that answers a route of the application's API.
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct ApiTask {
    function: TaskFunction,
    api: RestApiHandle,
    method: String,
    path: String,
    answers_preflights: bool,
}

impl ApiTask {
    /// A task with this function on a route: `ApiTask::new(function, &api, "GET", "/orders/{id}")`.
    pub fn new(
        function: TaskFunction,
        api: &RestApiHandle,
        method: impl AsRef<str>,
        path: impl Into<String>,
    ) -> ApiTask {
        // The Python package writes methods in lower case, and so does SAM's documentation.
        ApiTask {
            function,
            api: api.clone(),
            method: method.as_ref().to_lowercase(),
            path: path.into(),
            answers_preflights: false,
        }
    }

    /// Hands preflight requests for the path on to the function, too.
    fn answers_preflights(mut self, answers: bool) -> ApiTask {
        self.answers_preflights = answers;
        self
    }
}

impl Kind for Api {
    fn add(&self, task: NewTask<'_>, stack: &mut Stack) {
        if let Some(api) = task.app.api() {
            let answers_preflights = task.app.answers_preflights(task.model.id.as_str());
            let task_of_api = ApiTask::new(task.function, api, &self.method, self.path.as_str());
            stack.add(task.model.id.as_str(), task_of_api.answers_preflights(answers_preflights));
        }
    }

    fn draw(&self, task: &TaskModel, app: &str, graph: &mut Graph) {
        let api = graph::node(graph::API.to_owned(), app.to_owned(), "API", graph::Kind::Api);
        graph.start(task.id.as_str(), api, &format!("{} {}", self.method, self.path));
    }
}

impl Construct for ApiTask {
    type Handle = FunctionHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> FunctionHandle {
        let (id, mut function) = self.function.knows_binary_media_types().knows_cors().finish(id, false);
        if self.answers_preflights {
            function = function.event("CORSEvent", self.api.route("options", self.path.as_str()));
        }
        stack.add(id, function.event("APIEvent", self.api.route(self.method, self.path)))
    }
}
