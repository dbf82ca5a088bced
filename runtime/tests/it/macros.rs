//! `#[handler]` accepts what is right, and the derive forwards edges.

use async_lambda::prelude::*;
use serde_json::json;

struct Mail;
struct Log;

impl Task for Mail {
    const ID: &'static str = "Mail";
    type Payload = String;
}

impl Task for Log {
    const ID: &'static str = "Log";
    type Payload = String;
}

struct Settings {
    greeting: String,
}

#[derive(FromInvocation)]
struct Outputs {
    mail: Invoke<Mail>,
    log: Option<Invoke<Log>>,
}

#[derive(FromInvocation)]
struct Pair<T: Task>(Invoke<T>, Context);

#[handler]
async fn tick(_: ScheduledEvent, settings: State<Settings>, outputs: Outputs) -> Result<(), Error> {
    outputs.mail.send(settings.greeting.clone()).await?;
    if let Some(log) = outputs.log {
        log.send(settings.greeting.clone()).await?;
    }
    Ok(())
}

#[handler(Schedule)]
async fn without_event(pair: Pair<Mail>) -> Result<String, SendError> {
    pair.0.send(pair.1.request_id.clone()).await?;
    Ok(pair.1.request_id)
}

#[handler]
async fn mail(_: ManagedSqsEvent<Mail>) -> Result<(), Error> {
    Ok(())
}

#[handler]
async fn log(_: ManagedSqsEvent<Log>) -> Result<(), std::io::Error> {
    Ok(())
}

#[handler]
async fn get(_: ApiEvent) -> Result<Json<u32>, Error> {
    Ok(Json(1))
}

#[tokio::test]
async fn handlers_with_attributes_run() {
    let app = App::new("demo")
        .async_task(Mail, mail)
        .async_task(Log, log)
        .api_task("Get", Method::GET, "/", get)
        .with_state(Settings { greeting: "hello".to_owned() })
        .scheduled_task("Tick", schedule!("rate(1 day)"), tick)
        .scheduled_task("Without", schedule!("rate(1 day)"), without_event);
    let model = app.model().unwrap();
    let edges = |task: &str| model.task(task).unwrap().invokes.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(edges("Tick"), ["Mail", "Log"]);
    assert_eq!(edges("Without"), ["Mail"]);
    let (engine, recorder) = crate::engine(app);
    engine.invoke("Tick", json!({}), Context::default()).await.unwrap();
    let sent: Vec<String> = recorder.take_sent().iter().map(|(task, _)| task.to_string()).collect();
    assert_eq!(sent, ["Mail", "Log"]);
    let mut context = Context::default();
    context.request_id = "r-1".to_owned();
    assert_eq!(engine.invoke("Without", json!({}), context).await.unwrap(), "r-1");
}
