//! The dashboard, with an application in memory that has a task of every kind and no code.
//!
//! `cargo run -p async-lambda-local --example dashboard -- [PORT] [busy|empty|many|hostile]`

mod application;
mod runner;

use std::{sync::Arc, time::Duration};

use async_lambda_local::{
    bucket::Bucket,
    cloud::Cloud,
    dashboard::{Dashboard, LARGEST_BODY, PORT},
    http::{listen, serve},
    mapping::poll,
    plan::Plan,
    queue::NewMessage,
    time::Clock,
};
use runner::{Sample, Starter, envelope};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().map_or(Ok(PORT), |port| port.parse())?;
    let scene = arguments.next().unwrap_or_else(|| "busy".to_owned());

    let cloud = Cloud::in_memory(Plan::of(&application::model()), Clock::system(), 7);
    let bucket = Arc::new(Bucket::in_memory());
    let runner = Arc::new(Sample::new(cloud.clone()));
    for mapping in cloud.plan().mappings.clone() {
        tokio::spawn(poll(cloud.clone(), mapping, runner.clone()));
    }
    let keeper = cloud.clone();
    tokio::spawn(async move { keeper.keep_time().await });
    let starter = Starter { cloud: cloud.clone(), runner: runner.clone() };
    match scene.as_str() {
        "busy" => busy(&cloud, &bucket, &starter)?,
        "many" => many(&cloud)?,
        "hostile" => hostile(&cloud, &bucket)?,
        "empty" => {}
        other => return Err(format!("scene: must be busy, empty, many or hostile, got `{other}`").into()),
    }
    let dashboard = Arc::new(Dashboard::new(cloud, bucket, starter));
    let listener = listen(port).await?;
    println!("http://{}", listener.local_addr()?);
    serve(listener, dashboard, LARGEST_BODY).await;
    Ok(())
}

/// Requests, schedules and messages for as long as the program runs.
fn busy(cloud: &Cloud, bucket: &Bucket, starter: &Starter) -> Result<(), Box<dyn std::error::Error>> {
    let key = "2026/11/23/report.json";
    let rows: Vec<_> = (0..20_000).map(|row| json!({"row": row, "amount": row * 7 % 1000})).collect();
    bucket.put(key, json!({"report": "year", "rows": rows}).to_string().into())?;
    let large = json!({"source_task_id": null, "destination_task_id": "BuildReport", "invocation_id": "large-report",
        "s3_payload_key": key});
    send(cloud, "BuildReport", &large.to_string())?;
    send(cloud, "Import", r#"<order id="17"><item>tea & biscuits</item></order>"#)?;
    for number in 0..40 {
        let payload = json!({"order": 9_000 + number, "customer": "nobody", "items": []}).to_string();
        send(cloud, "Charge", &envelope(None, "Charge", &format!("stale-{number}"), &payload, 0))?;
        // Some that had failed before the program started.
        cloud.send(
            cloud.plan().dead_letters,
            NewMessage::new(envelope(None, "SendMail", &format!("old-{number}"), &payload, 0)),
        )?;
    }
    tokio::spawn(runner::customers(starter.clone()));
    tokio::spawn(runner::schedules(starter.clone()));
    Ok(())
}

/// Queues with 10,000 messages, which nobody reads, and as many dead letters.
fn many(cloud: &Cloud) -> Result<(), Box<dyn std::error::Error>> {
    for queue in ["Charge", "SendMail"].into_iter().filter_map(|task| cloud.plan().queue_read_by(task)) {
        cloud.pause(queue, true);
    }
    for number in 0..10_000 {
        let payload = json!({"order": number, "customer": format!("customer {}", number % 97), "items": ["tea"],
            "note": "a note that makes the payload as long as one usually is ".repeat(12)});
        let payload = payload.to_string();
        send(cloud, "Charge", &envelope(None, "Charge", &format!("chain-{number}"), &payload, 0))?;
        let letter = envelope(None, "SendMail", &format!("mail-{number}"), &payload, 0);
        cloud.send(cloud.plan().dead_letters, NewMessage::new(letter))?;
    }
    Ok(())
}

/// Bodies that nobody should trust.
fn hostile(cloud: &Cloud, bucket: &Bucket) -> Result<(), Box<dyn std::error::Error>> {
    let markup = r#"<img src=x onerror="alert(1)"><script>alert(2)</script></title><svg onload=alert(3)>"#;
    let control: String =
        (0..32).filter_map(char::from_u32).chain("\u{7f}\u{85}\u{202e}txt.exe\u{feff}".chars()).collect();
    let payloads = [
        json!(markup).to_string(),
        json!({ "text": control, markup: markup }).to_string(),
        r#"{"__proto__": {"polluted": true}, "constructor": {"prototype": {"x": 1}}, "toString": 1}"#.to_owned(),
        r#""\ud800 \udfff \u0000 \uffff""#.to_owned(),
        r#"{"big": 123456789012345678901234567890, "small": 1e-400, "a": 1, "a": 2}"#.to_owned(),
        json!("x".repeat(700_000)).to_string(),
        format!("{}{}", "[".repeat(60_000), "]".repeat(60_000)),
        (0..40_000).map(|_| "[1,2]").collect::<Vec<_>>().join("\n"),
        "javascript:alert(4)".to_owned(),
        String::new(),
    ];
    bucket.put("bad.bin", vec![0xff, 0xfe, 0x00, b'<', b'b', b'>'].into())?;
    for payload in &payloads {
        send(cloud, "Import", payload)?;
        send(cloud, "SendMail", &envelope(Some(markup), "SendMail", markup, payload, 3))?;
        let letter = envelope(Some(markup), "SendMail", markup, payload, 3);
        cloud.send(cloud.plan().dead_letters, NewMessage::new(letter))?;
    }
    for key in ["bad.bin", "../../etc/passwd", "missing.json"] {
        let body = json!({"source_task_id": "X", "destination_task_id": "BuildReport", "invocation_id": "b",
            "s3_payload_key": key});
        send(cloud, "BuildReport", &body.to_string())?;
    }
    let clock = cloud.clock().clone();
    tokio::spawn(async move {
        // Five failures make dead letters.
        for _ in 0..6 {
            tokio::time::sleep(Duration::from_millis(900)).await;
            clock.advance(400_000);
        }
    });
    Ok(())
}

fn send(cloud: &Cloud, task: &str, body: &str) -> Result<(), Box<dyn std::error::Error>> {
    let queue = cloud.plan().queue_read_by(task).ok_or("the task has no queue")?;
    cloud.send(queue, NewMessage::new(body))?;
    Ok(())
}
