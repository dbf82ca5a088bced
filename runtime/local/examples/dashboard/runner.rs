//! Tasks without code: they take their time, fail now and then, and send messages.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_lambda_local::{
    cloud::Cloud,
    dashboard::actions::{Action, ActionError, Actions, ApiRequest, ApiResponse, Started},
    history::Cause,
    queue::{Attributes, Later, NewMessage},
    run::{Answer, BoxFuture, Failure, FailureKind, Invocation, RunId, Runner},
    time::Millis,
};
use async_lambda_model::{TaskId, Trigger};
use http::StatusCode;
use serde_json::{Value, json};

const HOUR: Millis = 3_600_000;

pub(crate) struct Sample {
    cloud: Cloud,
    luck: AtomicU64,
}

/// A message between tasks.
pub(crate) fn envelope(from: Option<&str>, to: &str, chain: &str, payload: &str, hops: u32) -> String {
    json!({"source_task_id": from, "destination_task_id": to, "invocation_id": chain, "payload": payload, "hops": hops})
        .to_string()
}

impl Sample {
    pub(crate) fn new(cloud: Cloud) -> Sample {
        Sample { cloud, luck: AtomicU64::new(1) }
    }

    /// The same numbers at every start.
    fn dice(&self, sides: u64) -> u64 {
        let next = self.luck.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (next ^ next >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) % 1_000_003 % sides
    }

    fn say(&self, run: RunId, level: &str, text: &str) {
        let line = json!({"level": level, "message": text, "reason": (level == "ERROR").then_some(text)});
        self.cloud.log(run, &line.to_string());
    }

    fn send(&self, run: RunId, from: &str, to: &str, chain: &str, payload: &Value) {
        let Some(queue) = self.cloud.plan().queue_of(to, 0) else { return };
        let attributes = Attributes { sender: Some(run), ..Attributes::default() };
        let mut message = NewMessage::new(envelope(Some(from), to, chain, &payload.to_string(), 1));
        message.attributes = Some(Arc::new(attributes));
        if self.cloud.plan().queue(queue).config.fifo {
            let group = payload["customer"].as_str().unwrap_or("none");
            message.group = Some(group.into());
            message.deduplication = Some(format!("{run}-{to}").into());
        }
        if to == "Remind" {
            let at = self.cloud.clock().now() + 24 * HOUR;
            let later = Later { name: format!("remind-{run}"), at, queue, token: run.to_string(), message };
            drop(self.cloud.schedule(later));
        } else {
            drop(self.cloud.send(queue, message));
        }
    }

    async fn work(&self, invocation: &Invocation) -> Answer {
        let (task, run) = (invocation.task.as_str(), invocation.run);
        tokio::time::sleep(Duration::from_millis(40 + self.dice(700))).await;
        let event: Value = serde_json::from_str(&invocation.event).unwrap_or_default();
        let body = event["Records"][0]["body"].as_str().unwrap_or_default();
        let envelope: Value = serde_json::from_str(body).unwrap_or_default();
        let chain = envelope["invocation_id"].as_str().map_or_else(|| format!("chain-{run}"), str::to_owned);
        let payload: Value =
            envelope["payload"].as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        self.say(run, "INFO", &format!("{task} begins, hop {}", envelope["hops"]));
        if task == "Charge" && payload["customer"] == "nobody" {
            self.say(run, "ERROR", &format!("order {}: the customer must have an account, has none", payload["order"]));
            return Ok(json!({"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}).to_string());
        }
        match (task, self.dice(20)) {
            ("SendMail", 0..4) => {
                let text = format!("mail server: connection {run} refused after 3 attempts");
                return Err(Failure::new(FailureKind::Error, text));
            }
            ("BuildReport", 0..6) => {
                return Err(Failure::new(FailureKind::Timeout, "the function's time of 5 s is up"));
            }
            ("Ship", 0) => return Err(Failure::new(FailureKind::Crash, "the process ended with signal 9")),
            _ => {}
        }
        if let Some(model) = self.cloud.plan().model.task(task) {
            for target in model.targets() {
                let order =
                    json!({"order": run, "customer": format!("customer {}", run % 7), "items": ["tea", "milk"]});
                self.send(run, task, target.as_str(), &chain, &order);
            }
            for called in &model.calls {
                let answer = self.start(called, Cause::Call { from: Some(run) }, r#"{"items": 2}"#).await;
                self.say(run, "INFO", &format!("{called} answers {answer:?}"));
            }
        }
        Ok(match task {
            "GetOrder" if self.dice(3) == 0 => json!({"statusCode": 404, "body": "no such order"}),
            "GetOrder" => json!({"statusCode": 200, "body": json!({"id": 7, "items": ["tea"]}).to_string()}),
            "PlaceOrder" => {
                json!({"statusCode": 201, "headers": {"content-type": "text/plain"}, "body": format!("/orders/{run}")})
            }
            "Price" => json!(14),
            _ => json!({"batchItemFailures": []}),
        }
        .to_string())
    }

    async fn start(&self, task: &TaskId, cause: Cause, event: &str) -> (RunId, Answer) {
        let run = self.cloud.begin(task.clone(), cause, event);
        let begin = Instant::now();
        let timeout = Duration::from_secs(5);
        let answer =
            Box::pin(self.work(&Invocation { run, task: task.clone(), event: event.to_owned(), timeout })).await;
        self.cloud.end(run, begin.elapsed().as_secs_f64() * 1_000.0, &answer, &[]);
        (run, answer)
    }
}

impl Runner for Sample {
    fn run(&self, invocation: Invocation) -> BoxFuture<'_, Answer> {
        Box::pin(async move { self.work(&invocation).await })
    }
}

/// Starts the tasks of the sample.
#[derive(Clone)]
pub(crate) struct Starter {
    pub(crate) cloud: Cloud,
    pub(crate) runner: Arc<Sample>,
}

impl Actions for Starter {
    fn offers(&self, task: &TaskId, action: Action) -> bool {
        let Some(task) = self.cloud.plan().model.task(task.as_str()) else { return false };
        match &task.trigger {
            Trigger::Schedule(_) => action == Action::FireSchedule,
            Trigger::Api(_) => action == Action::Request,
            Trigger::DeadLetters(_) => false,
            _ => action == Action::Send,
        }
    }

    fn send<'a>(&'a self, task: &'a TaskId, input: &'a str) -> BoxFuture<'a, Result<Started, ActionError>> {
        Box::pin(async move {
            let plan = self.cloud.plan();
            let Some(queue) = plan.queue_read_by(task.as_str()) else {
                let (run, _) = self.runner.start(task, Cause::Manual, input).await;
                return Ok(Started { message: None, run: Some(run) });
            };
            let is_own = plan.model.task(task.as_str()).is_some_and(|task| task.trigger.has_own_queue());
            let chain = format!("by-hand-{}", self.cloud.clock().now());
            let body = if is_own { envelope(None, task.as_str(), &chain, input, 0) } else { input.to_owned() };
            let mut message = NewMessage::new(body);
            if plan.queue(queue).config.fifo {
                (message.group, message.deduplication) = (Some("by hand".into()), Some(chain.into()));
            }
            let message = self.cloud.send(queue, message).map_err(|error| ActionError::Failed(error.to_string()))?;
            Ok(Started { message: Some(message), run: None })
        })
    }

    fn fire_schedule<'a>(&'a self, task: &'a TaskId) -> BoxFuture<'a, Result<Started, ActionError>> {
        Box::pin(async move {
            let event = json!({"source": "aws.scheduler", "time": self.cloud.clock().now()}).to_string();
            let (run, _) = self.runner.start(task, Cause::Schedule, &event).await;
            Ok(Started { message: None, run: Some(run) })
        })
    }

    fn request<'a>(&'a self, request: ApiRequest) -> BoxFuture<'a, Result<ApiResponse, ActionError>> {
        Box::pin(async move {
            let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
            let task = match (request.method.as_str(), path) {
                ("POST", "/orders") => "PlaceOrder",
                ("GET", path) if path.starts_with("/orders/") => "GetOrder",
                _ => {
                    let body = r#"{"message":"Missing Authentication Token"}"#.into();
                    return Ok(ApiResponse { status: StatusCode::FORBIDDEN, headers: Vec::new(), body, run: None });
                }
            };
            let headers: serde_json::Map<String, Value> =
                request.headers.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
            let query: serde_json::Map<String, Value> = query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| (name.to_owned(), json!([value])))
                .collect();
            let event = json!({
                "httpMethod": request.method, "path": path, "multiValueHeaders": headers,
                "multiValueQueryStringParameters": query,
                "body": String::from_utf8_lossy(&request.body), "isBase64Encoded": false,
            });
            let line = format!("{} {}", request.method, request.path);
            let (run, answer) =
                self.runner.start(&TaskId::literal(task), Cause::Request { line }, &event.to_string()).await;
            let answer = answer.map_err(|failure| ActionError::Failed(failure.message))?;
            let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
            let status = answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(502);
            Ok(ApiResponse {
                status: StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY),
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body: answer["body"].as_str().unwrap_or_default().to_owned().into(),
                run: Some(run),
            })
        })
    }

    fn next_fire(&self, task: &TaskId) -> Option<Millis> {
        let day = 24 * HOUR;
        (task.as_str() == "Nightly")
            .then(|| (self.cloud.clock().now().saturating_sub(3 * HOUR) / day + 1) * day + 3 * HOUR)
    }
}

/// People who order tea.
pub(crate) async fn customers(starter: Starter) {
    for number in 0_u64.. {
        let (method, path) = if number % 3 == 2 {
            ("GET", format!("/orders/{number}?full=yes"))
        } else {
            ("POST", "/orders".to_owned())
        };
        let body = json!({"id": number, "items": ["tea"], "customer": format!("customer {}", number % 7)}).to_string();
        let headers = vec![("accept".to_owned(), "application/json".to_owned())];
        let request = ApiRequest { method: method.to_owned(), path, headers, body: body.into() };
        drop(starter.request(request).await);
        tokio::time::sleep(Duration::from_millis(if number < 25 { 60 } else { 2_500 })).await;
    }
}

/// The schedule, as the clock has it.
pub(crate) async fn schedules(starter: Starter) {
    let task = TaskId::literal("Nightly");
    loop {
        drop(starter.fire_schedule(&task).await);
        let Some(next) = starter.next_fire(&task) else { return };
        starter.cloud.clock().sleep_until(next).await;
    }
}
