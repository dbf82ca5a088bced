//! A small shop: a route that tells prices, a route that takes orders, and a task that ships each order.

use async_lambda::prelude::*;

/// An order: the body of `POST /orders`, and the payload of [`Ship`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// What is ordered.
    pub item: String,
    /// How many.
    pub count: u32,
}

/// The answer of `GET /prices/{item}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// The price of one, in cents.
    pub cents: u32,
}

/// A task is a type. This one has a queue of its own, and each message in the queue is an [`Order`].
pub struct Ship;

impl Task for Ship {
    const ID: &'static str = "Ship";
    type Payload = Order;
}

/// A real shop asks its database.
fn price_of(item: &str) -> Option<Price> {
    let cents = match item {
        "tea" => 350,
        "cups" => 900,
        _ => return None,
    };
    Some(Price { cents })
}

#[handler]
async fn get_price(event: ApiEvent) -> Result<Json<Price>, StatusCode> {
    let item = event.path_parameter("item").unwrap_or_default();
    price_of(item).map(Json).ok_or(StatusCode::NOT_FOUND)
}

/// `Invoke<Ship>` in the signature is the permission to send to the task's queue. An error is a response with status 500.
#[handler]
async fn post_order(event: ApiEvent, ship: Invoke<Ship>) -> Result<(StatusCode, String), Error> {
    let order: Order = match event.json() {
        Ok(order) => order,
        Err(error) => return Ok((StatusCode::BAD_REQUEST, error.to_string())),
    };
    if price_of(&order.item).is_none() {
        return Ok((StatusCode::NOT_FOUND, format!("there is no {}", order.item)));
    }
    ship.send(order).await?;
    Ok((StatusCode::ACCEPTED, "it will be shipped".to_owned()))
}

#[handler]
async fn ship(event: ManagedSqsEvent<Ship>) -> Result<(), Error> {
    let Order { item, count } = &event.payload;
    println!("{count} of {item} are on their way");
    Ok(())
}

/// The whole application.
pub fn app() -> App {
    App::new("{{ name }}")
        .api_task("GetPrice", Method::GET, "/prices/{item}", get_price)
        .api_task("PostOrder", Method::POST, "/orders", post_order)
        .async_task(Ship, ship)
}
