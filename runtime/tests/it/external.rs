//! Tasks of other applications.

use async_lambda::{
    extract::{Edge, Invocation},
    invoke::SendFailure,
    prelude::*,
    testing::{Outbox, TestApp},
    trigger::Trigger,
};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{body, engine, failures, record};

struct Billing;
impl OtherApp for Billing {
    const NAME: &'static str = "billing";
}

struct Invoice;
impl Task for Invoice {
    const ID: &'static str = "Invoice";
    type Payload = String;
}

struct Order;
impl Task for Order {
    const ID: &'static str = "Order";
    type Payload = String;
}

async fn order(event: ManagedSqsEvent<Order>, invoice: InvokeExternal<Invoice, Billing>) -> Result<(), Error> {
    invoice.message(event.payload).group("g").delay_secs(5).send().await?;
    Ok(())
}

/// A task of the same id as the other application's.
async fn own(_: ManagedSqsEvent<Invoice>) -> Result<(), Error> {
    Err("must not run".into())
}

#[tokio::test]
async fn a_message_is_that_of_the_python_package() {
    let (engine, recorder) = engine(App::new("shop").async_task(Order, order));
    let mut from_lane = record("m", &body("Order", &json!("7")));
    from_lane["eventSourceARN"] = "arn:aws:sqs:us-east-1:123456789012:shop-Order-L1".into();
    assert_eq!(failures(&engine, "Order", vec![from_lane]).await, [""; 0]);
    let sent = recorder.sent();
    let (task, message) = &sent[0];
    assert_eq!((task.as_str(), message.application.as_deref(), message.lane), ("Invoice", Some("billing"), 0));
    assert_eq!((message.delay_secs, message.group.as_deref()), (5, Some("g")));
    assert_eq!(
        message.body,
        r#"{"source_task_id":"Order","destination_task_id":"billing-Invoice","#.to_owned()
            + r#""invocation_id":"2f1f4a5e-6f0c-4f55-9d0c-0f6c2b6f7f10","source_app":"shop","payload":"\"7\"","hops":1}"#
    );

    // The other application reads it.
    async fn read(event: ManagedSqsEvent<Invoice>) -> Result<(), Error> {
        let (from, to) = (event.source_app.as_deref(), &event.destination_task_id[..]);
        assert_eq!((from, to, &event.payload[..]), (Some("shop"), "billing-Invoice", "7"));
        Ok(())
    }
    let (billing, _) = crate::engine(App::new("billing").async_task(Invoice, read));
    assert_eq!(failures(&billing, "Invoice", vec![record("m", &message.body)]).await, [""; 0]);
}

#[tokio::test]
async fn large_payloads_are_refused_by_index() {
    let outbox = Outbox::new();
    let invoice = outbox.invoke_external::<Invoice, Billing>();
    let large = || "x".repeat(300_000);
    let error = invoice.send_all(["a".to_owned(), large(), "b".to_owned(), large()]).await.unwrap_err();
    let unsent: Vec<usize> = error.unsent().iter().map(|unsent| unsent.index).collect();
    assert_eq!(unsent, [1, 3]);
    assert!(matches!(error.unsent()[0].reason, SendFailure::TooLarge { bytes: 300_002, .. }));
    assert_eq!(
        error.unsent()[0].reason.to_string(),
        "message to `Invoice`: payload of 300002 bytes is too large for a message to another application, which cannot \
         read this one's bucket; send where the data is instead"
    );
    let sent = outbox.sent::<Invoice>();
    assert_eq!(sent.iter().map(|sent| &sent.payload[..]).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(sent[0].application.as_deref(), Some("billing"));
    // A message to one application does not go to the other by mistake.
    let own = outbox.invoke::<Invoice>();
    let error = own.send_messages([own.message("d".to_owned()), invoice.message("e".to_owned())]).await.unwrap_err();
    assert_eq!(
        (error.unsent().len(), error.unsent()[0].index, error.unsent()[0].reason.to_string()),
        (
            1,
            1,
            "message to `Invoice`: must be written with the `Invoke` that sends it, got one of another `Invoke`"
                .to_owned()
        )
    );
    // Nobody knows its lanes.
    invoice.message("c".to_owned()).lane(3).send().await.unwrap();
    assert_eq!(outbox.sent::<Invoice>()[3].lane, 0);
}

#[tokio::test]
async fn a_test_sees_it_and_does_not_run_it() {
    let app = TestApp::new(App::new("shop").async_task(Order, order).async_task(Invoice, own));
    app.send::<Order>("7".to_owned()).await;
    let runs = app.run_until_idle().await;
    assert_eq!(runs.iter().map(|run| &run.task[..]).collect::<Vec<_>>(), ["Order"]);
    let sent = &app.sent::<Invoice>()[0];
    assert_eq!((&sent.payload[..], sent.application.as_deref()), ("7", Some("billing")));
}

#[tokio::test]
async fn the_signature_says_which() {
    let model = App::new("shop").async_task(Order, order).model().unwrap();
    assert_eq!(model.tasks[0].invokes_external[0].to_string(), "billing-Invoice");
    assert!(model.tasks[0].invokes.is_empty());

    struct Wrong;
    impl OtherApp for Wrong {
        const NAME: &'static str = "bill ing";
    }
    async fn tick(_: ScheduledEvent, _: InvokeExternal<Invoice, Wrong>) -> Result<(), Error> {
        Ok(())
    }
    let problems = App::new("shop").scheduled_task("Tick", schedule!("rate(1 day)"), tick).model().unwrap_err();
    assert!(problems[0].to_string().contains("application name `bill ing`: must be 1 to 62 letters"), "{problems:?}");

    struct Hidden(InvokeExternal<Invoice, Billing>);
    impl<Tr: Trigger> FromInvocation<Tr> for Hidden {
        const EDGES: &'static [Edge] = &[];
        async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
            Ok(Hidden(<InvokeExternal<Invoice, Billing> as FromInvocation<Tr>>::from_invocation(invocation).await?))
        }
    }
    async fn hidden(event: ManagedSqsEvent<Order>, hidden: Hidden) -> Result<(), Error> {
        Ok(hidden.0.send(event.payload).await?)
    }
    let (engine, recorder) = engine(App::new("shop").async_task(Order, hidden));
    assert_eq!(failures(&engine, "Order", vec![record("m", &body("Order", &json!("7")))]).await, ["m"]);
    assert!(recorder.sent().is_empty());
}
