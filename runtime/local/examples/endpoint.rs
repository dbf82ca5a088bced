//! SQS and S3 on a local port, with a few queues and no application: for tests of clients.
//!
//! Prints its address. The clock stands still: `POST /clock/1500` moves it by 1.5 s.

use std::{error::Error, sync::Arc};

use async_lambda_local::{
    bucket::Bucket,
    cloud::Cloud,
    http::{Call, Response, Service, is_local, listen, response, serve},
    plan::{Plan, PlannedQueue, Role},
    queue::QueueConfig,
    run::BoxFuture,
    sqs::{Endpoint, MAX_REQUEST_BYTES},
    time::Clock,
};
use async_lambda_model::{AppModel, AppName, AppOptions, Origin};
use http::StatusCode;

/// The time at which the clock begins: 2026-11-23, 12:00 UTC.
const BEGIN: u64 = 1_795_435_200_000;

struct Movable {
    endpoint: Endpoint,
    clock: Clock,
}

impl Service for Movable {
    fn call(&self, call: Call) -> BoxFuture<'_, Response> {
        let by = call.request.uri().path().strip_prefix("/clock/").and_then(|by| by.parse().ok());
        match by.filter(|_| is_local(call.request.headers())) {
            None => self.endpoint.call(call),
            Some(by) => {
                self.clock.advance(by);
                Box::pin(async { response(StatusCode::NO_CONTENT, "text/plain", "") })
            }
        }
    }

    fn half_close(&self) -> bool {
        self.endpoint.half_close()
    }
}

fn plan() -> Plan {
    let model = AppModel {
        name: AppName::literal("clients"),
        tasks: Vec::new(),
        delete_payloads: false,
        binary_media_types: Vec::new(),
        cors: None,
        options: AppOptions::default(),
        origin: Origin::default(),
    };
    let fifo = |name| QueueConfig { fifo: true, ..QueueConfig::new(name) };
    let configs = [
        QueueConfig::new("dead"),
        QueueConfig { redrive: Some((0, 2)), ..QueueConfig::new("jobs") },
        QueueConfig { delay: 5_000, visibility: 10_000, ..QueueConfig::new("slow") },
        fifo("dead.fifo"),
        QueueConfig { redrive: Some((3, 2)), ..fifo("orders.fifo") },
        QueueConfig { content_based_deduplication: true, ..fifo("events.fifo") },
    ];
    let role = |name: &str| if name.starts_with("dead") { Role::DeadLetters } else { Role::Former };
    let planned = |config: QueueConfig| PlannedQueue { role: role(&config.name), config };
    let queues = configs.into_iter().map(planned).collect();
    Plan { model, queues, mappings: Vec::new(), dead_letters: 0, fifo_dead_letters: Some(3) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let clock = Clock::stopped_at(BEGIN);
    let cloud = Cloud::in_memory(plan(), clock.clone(), 1);
    let endpoint = Endpoint::new(cloud, Arc::new(Bucket::in_memory()));
    let listener = listen(0).await?;
    println!("http://{}", listener.local_addr()?);
    serve(listener, Arc::new(Movable { endpoint, clock }), MAX_REQUEST_BYTES).await;
    Ok(())
}
