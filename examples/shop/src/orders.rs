//! Orders, over HTTP and from the queue of an older system.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_lambda::prelude::*;

use crate::{BuildReport, Report};

/// An order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// Its number.
    pub id: u32,
    /// What was ordered.
    pub item: String,
    /// The mail addresses of those who get the report, besides the owner.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<String>,
}

/// Orders that this function has seen. A real shop has a database here.
#[derive(Default)]
struct Orders(Mutex<BTreeMap<u32, Order>>);

impl Orders {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Order>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[handler]
async fn import(event: UnmanagedSqsEvent, orders: State<Orders>) -> Result<(), Error> {
    let order: Order = event.json()?;
    assert!(order.id > 0, "the old system must not give an order the number 0");
    orders.lock().insert(order.id, order);
    Ok(())
}

#[handler]
async fn get_order(event: ApiEvent, orders: State<Orders>) -> Result<Json<Order>, StatusCode> {
    let id = event.path_parameter("id").and_then(|id| id.parse().ok()).ok_or(StatusCode::BAD_REQUEST)?;
    orders.lock().get(&id).cloned().map(Json).ok_or(StatusCode::NOT_FOUND)
}

#[handler]
async fn post_order(
    event: ApiEvent,
    orders: State<Orders>,
    build: Invoke<BuildReport>,
) -> Result<(StatusCode, String), Error> {
    let order: Order = match event.json() {
        Ok(order) => order,
        Err(error) => return Ok((StatusCode::BAD_REQUEST, error.to_string())),
    };
    let answer = format!("/orders/{}", order.id);
    let readers = std::iter::once(None).chain(order.copies.iter().cloned().map(Some));
    let reports: Vec<Report> = readers.map(|to| Report { day: "today".to_owned(), to }).collect();
    orders.lock().insert(order.id, order);
    build.send_all(reports).await?;
    Ok((StatusCode::CREATED, answer))
}

pub fn app() -> App {
    App::new("orders")
        .with_state(Orders::default())
        .sqs_task("Import", "arn:aws:sqs:us-east-1:123456789012:legacy-orders", task(import).maximum_concurrency(2))
        .api_task("GetOrder", Method::GET, "/orders/{id}", get_order)
        .api_task("PostOrder", Method::POST, "/orders", task(post_order).timeout_secs(29))
}
