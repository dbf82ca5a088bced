//! Function tasks: calls, and their answers.

use async_lambda::{
    CallError,
    extract::{Edge, Invocation},
    prelude::*,
    testing::TestApp,
    trigger::Trigger,
};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::engine;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    items: u32,
}

struct Price;

impl CallTask for Price {
    const ID: &'static str = "Price";
    type Request = Order;
    type Answer = u32;
}

struct Send;

impl Task for Send {
    const ID: &'static str = "Send";
    type Payload = u32;
}

#[handler]
async fn price(event: CallEvent<Price>, send: Invoke<Send>) -> Result<u32, Error> {
    match event.request.items {
        0 => Err("nothing was ordered".into()),
        7 => panic!("on purpose"),
        items => {
            send.send(items).await?;
            Ok(items * 5)
        }
    }
}

#[handler]
async fn send(_: ManagedSqsEvent<Send>) -> Result<(), Error> {
    Ok(())
}

#[handler]
async fn order(event: ApiEvent, price: Call<Price>) -> Result<String, Error> {
    match price.call(Order { items: event.query("items").unwrap_or("0").parse()? }).await {
        Ok(price) => Ok(price.to_string()),
        Err(CallError::Failed { kind, reason, .. }) => Ok(format!("{kind}/{reason}")),
        Err(error) => Err(error.into()),
    }
}

fn app() -> App {
    App::new("shop").function_task(Price, price).async_task(Send, send).api_task("Order", Method::GET, "/order", order)
}

#[test]
fn the_signature_says_who_calls() {
    let model = app().model().unwrap();
    let calls: Vec<(&str, usize)> = model.tasks.iter().map(|task| (task.id.as_str(), task.calls.len())).collect();
    assert_eq!(calls, [("Price", 0), ("Send", 0), ("Order", 1)]);
    assert_eq!(model.tasks[2].calls[0].as_str(), "Price");
    let problems = App::new("shop").api_task("Order", Method::GET, "/order", order).model().unwrap_err();
    assert!(problems[0].to_string().contains("task `Order`: calls `Price`, which is not registered"));
}

#[tokio::test]
async fn a_call_runs_the_task_and_gives_its_answer() {
    let app = TestApp::new(app());
    let answer = async |items: &str| app.request(ApiEvent::get("/order").query("items", items)).await.text().to_owned();
    assert_eq!(answer("2").await, "10");
    assert_eq!(answer("0").await, "error/nothing was ordered");
    assert_eq!(answer("7").await, "panic/panic: on purpose");
    assert_eq!(app.payloads::<Send>(), [2]);
}

#[tokio::test]
async fn an_invocation_from_outside_is_a_call_too() {
    let (engine, _) = engine(app());
    let answer = engine.invoke("Price", json!({ "items": 3 }), async_lambda::Context::default()).await.unwrap();
    assert_eq!(answer, 15);
    let error = engine.invoke("Price", json!({ "item": 3 }), async_lambda::Context::default()).await.unwrap_err();
    assert_eq!((error.kind, error.reason.as_str()), ("payload", "payload of `Price`: missing field `items`"));
}

#[tokio::test]
async fn a_handler_is_called_with_answers() {
    let request = ApiEvent::get("/order").query("items", "4").build();
    let price = Call::answering(|order: Order| Ok(order.items));
    assert_eq!(order(request.clone(), price).await.unwrap(), "4");
    let failing = Call::answering(|_| Err("closed".into()));
    assert_eq!(order(request, failing).await.unwrap(), "error/closed");
    assert_eq!(CallEvent::<Price>::new(&Order { items: 1 }).request, Order { items: 1 });
}

#[tokio::test]
async fn a_request_that_is_too_large_is_not_sent() {
    struct Echo;
    impl CallTask for Echo {
        const ID: &'static str = "Echo";
        type Request = String;
        type Answer = String;
    }
    async fn echo(event: CallEvent<Echo>) -> Result<String, Error> {
        Ok(event.request)
    }
    async fn tick(_: ScheduledEvent, echo: Call<Echo>) -> Result<String, Error> {
        assert_eq!(echo.call("x".to_owned()).await?, "x");
        Ok(echo.call("x".repeat(6 * 1024 * 1024)).await.unwrap_err().to_string())
    }
    let app = App::new("shop").function_task(Echo, echo).scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    let message = "call of `Echo`: request must have at most 6291456 bytes of JSON, has 6291458";
    assert_eq!(TestApp::new(app).run_schedule("Tick").await.unwrap(), message);
}

#[tokio::test]
async fn an_extractor_cannot_hide_a_call() {
    struct Hidden;
    impl<Tr: Trigger> FromInvocation<Tr> for Hidden {
        const EDGES: &'static [Edge] = &[];

        async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
            <Call<Price> as FromInvocation<Tr>>::from_invocation(invocation).await.map(|_| Hidden)
        }
    }
    async fn tick(_: ScheduledEvent, _: Hidden) -> Result<(), Error> {
        Ok(())
    }
    let app = app().scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    let error = TestApp::new(app).run_schedule("Tick").await.unwrap_err();
    assert_eq!(error.reason, "task `Tick`: an extractor uses `Call` of `Price` without the edge");
}
