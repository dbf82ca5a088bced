//! Orders come in by a request, and are charged one by one. The list of orders is a table, which belongs to another stack.

use async_lambda::{TableError, prelude::*};

/// What somebody ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// What the customer calls it.
    pub id: String,
    /// What it costs.
    pub cents: u64,
    /// Whether that was paid.
    #[serde(default)]
    pub is_paid: bool,
}

/// The list of orders.
pub struct Orders;

impl TableOf for Orders {
    const NAME: &'static str = "Orders";
    type Item = Order;
    type Key = String;
    const KEY: &'static str = "id";
}

/// Charges the order of this id.
pub struct Charge;

impl Task for Charge {
    const ID: &'static str = "Charge";
    type Payload = String;
}

#[handler]
async fn create(event: ApiEvent, orders: WriteTable<Orders>, charge: Invoke<Charge>) -> Result<StatusCode, Error> {
    let order: Order = event.json()?;
    match orders.put_new(&order).await {
        Err(TableError::AlreadyThere { .. }) => return Ok(StatusCode::CONFLICT),
        done => done?,
    }
    charge.send(order.id).await?;
    Ok(StatusCode::ACCEPTED)
}

#[handler]
async fn charge(event: ManagedSqsEvent<Charge>, orders: Table<Orders>) -> Result<(), Error> {
    match orders.get(&event.payload).await? {
        Some(order) if !order.is_paid => println!("charging {} cents for {}", order.cents, order.id),
        _ => return Ok(()),
    }
    Ok(orders.update(&event.payload).set("is_paid", &true).send().await?)
}

/// The whole application.
pub fn app() -> App {
    App::new("shop").api_task("Create", Method::POST, "/orders", create).async_task(Charge, charge)
}

#[cfg(test)]
mod tests {
    use async_lambda::testing::TestApp;
    use pretty_assertions::assert_eq;

    use super::*;

    #[tokio::test]
    async fn an_order_is_charged_once() {
        let app = TestApp::new(app());
        let tea = Order { id: "tea".into(), cents: 350, is_paid: false };
        assert_eq!(app.request(ApiEvent::post("/orders").json(&tea)).await.status, StatusCode::ACCEPTED);
        assert_eq!(app.request(ApiEvent::post("/orders").json(&tea)).await.status, StatusCode::CONFLICT);
        app.run_until_idle().await;
        let order = app.table::<Orders>().get("tea").await.unwrap().unwrap();
        assert_eq!(order, Order { is_paid: true, ..tea });
    }
}
