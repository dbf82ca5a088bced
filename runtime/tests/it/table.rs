//! Tables of the application, in memory.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use async_lambda::{
    BoxFuture, Client, Recorder, TableError,
    extract::{Edge, Invocation},
    model::TaskId,
    prelude::*,
    table::{Cursor, ReadWrite},
    testing::{Outbox, TestApp},
    transport::{OutgoingMessage, Refused, TableAnswer, TableCall, TableOperation, Transport, TransportError},
};
use bytes::Bytes;
use pretty_assertions::assert_eq;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    id: String,
    cents: i64,
    note: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
}

struct Orders;
impl TableOf for Orders {
    const NAME: &'static str = "Orders";
    type Item = Order;
    type Key = String;
    const KEY: &'static str = "id";
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Visit {
    customer: String,
    at: u64,
    page: String,
}

struct Visits;
impl TableOf for Visits {
    const NAME: &'static str = "Visits";
    type Item = Visit;
    type Key = (String, u64);
    const KEY: (&'static str, &'static str) = ("customer", "at");
}

struct Pay;
impl Task for Pay {
    const ID: &'static str = "Pay";
    type Payload = String;
}

fn order(id: &str, cents: i64) -> Order {
    Order { id: id.to_owned(), cents, note: None, tags: vec!["new".to_owned()] }
}

fn visit(customer: &str, at: u64) -> Visit {
    Visit { customer: customer.to_owned(), at, page: "p".repeat(10) }
}

fn times(visits: &[Visit]) -> Vec<u64> {
    visits.iter().map(|visit| visit.at).collect()
}

async fn pay(event: ManagedSqsEvent<Pay>, orders: Table<Orders>) -> Result<(), Error> {
    let id = event.payload;
    let Some(order) = orders.get(&id).await? else { return Err(format!("no order `{id}`").into()) };
    orders.update(&id).set("note", "paid").add("cents", -order.cents).send().await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_handler_reads_and_writes_a_table() {
    let app = TestApp::new(App::new("shop").async_task(Pay, pay));
    let orders = app.table::<Orders>();
    orders.put(&order("a", 500)).await.unwrap();
    app.send::<Pay>("a".to_owned()).await;
    let runs = app.run_until_idle().await;
    assert!(runs[0].result.is_ok(), "{:?}", runs[0].result);
    let expected = Order { note: Some("paid".to_owned()), ..order("a", 0) };
    assert_eq!(orders.get("a").await.unwrap(), Some(expected));
    app.send::<Pay>("b".to_owned()).await;
    app.run_until_idle().await;
    assert_eq!(app.dead_letters()[0].reason, "no order `b`");
}

#[test]
#[should_panic(expected = "table `Visits`: must be one that a handler of the application takes")]
fn a_table_of_nobody_is_none() {
    TestApp::new(App::new("shop").async_task(Pay, pay)).table::<Visits>();
}

#[tokio::test]
async fn an_item_is_written_read_and_deleted() {
    let orders: Table<Orders> = Outbox::new().table();
    assert_eq!(orders.get("a").await.unwrap(), None);
    orders.put_new(&order("a", 1)).await.unwrap();
    let error = orders.put_new(&order("a", 2)).await.unwrap_err();
    assert!(matches!(error, TableError::AlreadyThere { .. }));
    assert_eq!(error.to_string(), r#"table `Orders`: item "a" is there already"#);
    assert_eq!(orders.consistent().get("a").await.unwrap(), Some(order("a", 1)));
    orders.put(&order("a", 3)).await.unwrap();
    assert_eq!(orders.get("a").await.unwrap().unwrap().cents, 3);
    orders.delete("a").await.unwrap();
    orders.delete("a").await.unwrap();
    assert_eq!(orders.get("a").await.unwrap(), None);
}

#[tokio::test]
async fn keys_and_items_that_cannot_be_are_refused_before_a_call() {
    let orders: Table<Orders> = Outbox::new().table();
    let text = |error: TableError| error.to_string();
    assert_eq!(text(orders.get("").await.unwrap_err()), "table `Orders`: key must not be an empty string");
    let expected = "table `Orders`: key of the item: field `id` must be a string that is not empty, got `{\"S\":\"\"}`";
    assert_eq!(text(orders.put(&order("", 1)).await.unwrap_err()), expected);
    let large = Order { note: Some("x".repeat(410_000)), ..order("a", 1) };
    let error = text(orders.put(&large).await.unwrap_err());
    assert!(error.starts_with("table `Orders`: item must have at most 409600 bytes, has 4100"), "{error}");
    let error = text(orders.update("a").set("id", "b").send().await.unwrap_err());
    assert_eq!(error, "table `Orders`: field `id`: must not change, it is of the key");
    let error = text(orders.update("a").add("cents", "1").send().await.unwrap_err());
    assert_eq!(error, "table `Orders`: field `cents`: what is added must be a number");
    let error = text(orders.update("a").send().await.unwrap_err());
    assert_eq!(error, "table `Orders`: an update must set, add or remove a field");
}

#[tokio::test]
async fn some_fields_of_an_item_change() {
    let orders: Table<Orders> = Outbox::new().table();
    let error = orders.update("a").set("cents", &1).send().await.unwrap_err();
    assert!(matches!(error, TableError::NotThere { .. }), "{error}");
    assert_eq!(orders.get("a").await.unwrap(), None);
    let made = orders.update("a").add("cents", 5).or_insert().set("note", "hello").returning().await.unwrap();
    assert_eq!(made, Order { note: Some("hello".to_owned()), tags: Vec::new(), ..order("a", 5) });
    let error = orders.update("a").add("cents", 1).only_if("note", "bye").send().await.unwrap_err();
    assert!(matches!(error, TableError::NotAsExpected { .. }), "{error}");
    orders.update("a").add("cents", -7).only_if("note", "hello").remove("note").send().await.unwrap();
    assert_eq!(orders.get("a").await.unwrap().unwrap(), Order { tags: Vec::new(), ..order("a", -2) });
    let error = orders.update("a").set("cents", "many").returning().await.unwrap_err();
    assert!(matches!(error, TableError::Unreadable { .. }), "{error}");
    let error = orders.update("a").add("cents", 1).send().await.unwrap_err().to_string();
    assert!(error.contains("sum of field `cents`: it must be a number, got"), "{error}");
}

#[tokio::test]
async fn a_partition_is_read_in_order_and_in_pages() {
    let visits: Table<Visits> = Outbox::new().table();
    let all: Vec<Visit> = [100, 9, 20, 3].map(|at| visit("ada", at)).into_iter().chain([visit("bob", 5)]).collect();
    visits.put_all(&all).await.unwrap();
    assert_eq!(times(&visits.query("ada").all().await.unwrap()), [3, 9, 20, 100]);
    assert_eq!(times(&visits.query("ada").from(9).up_to(20).all().await.unwrap()), [9, 20]);
    assert_eq!(times(&visits.query("ada").from(10).descending().all().await.unwrap()), [100, 20]);
    assert_eq!(times(&visits.query("ada").up_to(9).all().await.unwrap()), [3, 9]);
    assert_eq!(times(&visits.query("ada").limit(3).all().await.unwrap()), [3, 9, 20]);
    assert_eq!(visits.query("eve").all().await.unwrap(), []);
    assert_eq!(visits.scan().all().await.unwrap().len(), 5);
    assert_eq!(visits.get(("ada", 20)).await.unwrap(), Some(visit("ada", 20)));
    let first = visits.query("ada").limit(2).page().await.unwrap();
    assert_eq!(times(&first.items), [3, 9]);
    let cursor = Cursor::new(first.next.unwrap().as_str());
    let second = visits.query("ada").limit(2).after(cursor.clone()).page().await.unwrap();
    assert_eq!(times(&second.items), [20, 100]);
    let last = visits.query("ada").after(second.next.unwrap()).page().await.unwrap();
    assert_eq!((last.items.len(), last.next), (0, None));
    for cursor in [cursor, Cursor::new("x"), Cursor::new("{}")] {
        let error = visits.query("bob").after(cursor).page().await.unwrap_err().to_string();
        assert!(error.contains("key of the cursor: must be one that this read gave"), "{error}");
    }
    let error = visits.query("ada").from(2).up_to(1).all().await.unwrap_err().to_string();
    assert!(error.contains("`from` must not be larger than `up_to`"), "{error}");
}

#[tokio::test]
async fn a_page_has_a_megabyte() {
    let visits: Table<Visits> = Outbox::new().table();
    for at in 0..5 {
        visits.put(&Visit { page: "p".repeat(300_000), ..visit("ada", at) }).await.unwrap();
    }
    let first = visits.query("ada").page().await.unwrap();
    assert_eq!(times(&first.items), [0, 1, 2, 3]);
    assert!(first.next.is_some());
    assert_eq!(visits.query("ada").all().await.unwrap().len(), 5);
}

#[tokio::test]
async fn many_items_are_in_the_order_of_their_keys() {
    let orders: Table<Orders> = Outbox::new().table();
    let all: Vec<Order> = (0..130).map(|id| order(&id.to_string(), id)).collect();
    orders.put_all(all.iter().chain([&order("7", 700)])).await.unwrap();
    let keys: Vec<String> = (100..140).map(|id: i64| id.to_string()).collect();
    let found = orders.get_all(keys.iter().chain([&"7".to_owned(), &"7".to_owned()])).await.unwrap();
    let cents: Vec<Option<i64>> = found.into_iter().map(|order| order.map(|order| order.cents)).collect();
    let mut expected: Vec<Option<i64>> = (100..140).map(|id| (id < 130).then_some(id)).collect();
    expected.extend([Some(700), Some(700)]);
    assert_eq!(cents, expected);
    orders.delete_all((0..125).map(|id| id.to_string())).await.unwrap();
    assert_eq!(orders.scan().all().await.unwrap().len(), 5);
}

#[test]
fn a_parameter_is_the_use_of_a_table() {
    async fn read(_: ScheduledEvent, _: ReadTable<Orders>, _: Option<WriteTable<Visits>>) -> Result<(), Error> {
        Ok(())
    }
    async fn both(_: ScheduledEvent, _: ReadTable<Orders>, _: WriteTable<Orders>) -> Result<(), Error> {
        Ok(())
    }
    async fn none(_: ScheduledEvent) -> Result<(), Error> {
        Ok(())
    }
    let every_day = || schedule!("rate(1 day)");
    let app = App::new("shop")
        .scheduled_task("Read", every_day(), read)
        .scheduled_task("Both", every_day(), both)
        .scheduled_task("None", every_day(), none);
    let model = app.model().unwrap();
    let uses = model.tasks.iter().map(|task| {
        let tables =
            task.tables.iter().map(|table| format!("{} {} {}", table.name, table.key(), table.access.as_str()));
        tables.collect::<Vec<_>>().join(", ")
    });
    let read = "Orders `id` (S) read, Visits `customer` (S) and `at` (N) write";
    assert_eq!(uses.collect::<Vec<_>>(), [read, "Orders `id` (S) read_write", ""]);
}

struct Wrong;
impl TableOf for Wrong {
    const NAME: &'static str = "my-orders";
    type Item = Order;
    type Key = String;
    const KEY: &'static str = "id";
}

#[test]
fn a_wrong_name_is_found_with_the_line_of_the_task() {
    async fn tick(_: ScheduledEvent, _: ReadTable<Wrong>) -> Result<(), Error> {
        Ok(())
    }
    let app = App::new("shop").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    let problems = app.model().unwrap_err();
    let expected = "table name `my-orders`: must be 1 to 32 letters and digits; write `myOrders`";
    assert!(problems.len() == 1 && problems[0].to_string().ends_with(expected), "{problems:?}");
}

/// A table without its edges.
struct Hidden(Table<Orders>);

impl<Tr: async_lambda::trigger::Trigger> FromInvocation<Tr> for Hidden {
    const EDGES: &'static [Edge] = <ReadTable<Orders> as FromInvocation<Tr>>::EDGES;

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(Hidden(<Table<Orders, ReadWrite> as FromInvocation<Tr>>::from_invocation(invocation).await?))
    }
}

#[tokio::test]
async fn what_is_not_declared_is_not_given() {
    async fn tick(_: ManagedSqsEvent<Pay>, hidden: Hidden) -> Result<(), Error> {
        Ok(hidden.0.delete("a").await?)
    }
    let app = TestApp::new(App::new("shop").async_task(Pay, tick));
    app.send::<Pay>(String::new()).await;
    app.run_until_idle().await;
    let expected = "task `Pay`: an extractor uses the table `Orders` without its edges";
    assert_eq!(app.dead_letters()[0].reason, expected);
}

/// A table whose first answers are lost, after the call was made; and which processes one item of many.
#[derive(Default)]
struct Lossy {
    recorder: Recorder,
    lost: Mutex<Vec<TransportError>>,
    calls: AtomicU32,
}

impl Lossy {
    fn orders(self) -> (Table<Orders>, Arc<Lossy>) {
        let lossy = Arc::new(self);
        (Client::new(lossy.clone()).table(), lossy)
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }
}

impl Transport for Lossy {
    through_the_recorder!();

    fn table<'a>(&'a self, call: &'a TableCall) -> BoxFuture<'a, Result<TableAnswer, TransportError>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let mut call = call.clone();
            let mut rest = TableAnswer::Done;
            match &mut call.operation {
                TableOperation::WriteAll { items, deleted } if items.len() > 1 => {
                    rest = TableAnswer::Left { items: items.split_off(1), deleted: deleted.clone() };
                }
                TableOperation::GetAll { keys, .. } if keys.len() > 1 => {
                    rest = TableAnswer::Items { items: Vec::new(), left: keys.split_off(1) };
                }
                _ => {}
            }
            let answer = self.recorder.table(&call).await?;
            if let Some(lost) = self.lost.lock().unwrap().pop() {
                return Err(lost);
            }
            Ok(match (answer, rest) {
                (TableAnswer::Items { items, .. }, TableAnswer::Items { left, .. }) => {
                    TableAnswer::Items { items, left }
                }
                (TableAnswer::Left { .. }, left @ TableAnswer::Left { .. }) => left,
                (answer, _) => answer,
            })
        })
    }
}

#[tokio::test(start_paused = true)]
async fn an_item_that_was_written_without_an_answer_is_not_there_already() {
    let (orders, lossy) = Lossy::default().orders();
    lossy.lost.lock().unwrap().push(TransportError::transient("no answer"));
    orders.put_new(&order("a", 1)).await.unwrap();
    assert_eq!(lossy.calls(), 2);
    let error = orders.put_new(&order("a", 1)).await.unwrap_err();
    assert!(matches!(error, TableError::AlreadyThere { .. }), "the first attempt of this call finds it: {error}");
    lossy.lost.lock().unwrap().push(TransportError::transient("no answer"));
    let error = orders.put_new(&order("a", 2)).await.unwrap_err();
    assert!(matches!(error, TableError::AlreadyThere { .. }), "another item: {error}");
}

#[tokio::test(start_paused = true)]
async fn what_a_call_leaves_undone_is_done_by_the_next() {
    let (orders, lossy) = Lossy::default().orders();
    orders.put_all(&[order("a", 1), order("b", 2), order("c", 3)]).await.unwrap();
    assert_eq!(lossy.calls(), 3);
    let found = orders.get_all(["c", "x", "a"]).await.unwrap();
    assert_eq!(found, [Some(order("c", 3)), None, Some(order("a", 1))]);
    assert_eq!(lossy.calls(), 6);
}

#[tokio::test(start_paused = true)]
async fn errors_that_stay_are_those_of_the_last_attempt() {
    let (orders, lossy) = Lossy::default().orders();
    *lossy.lost.lock().unwrap() = (0..6).map(|number| TransportError::transient(format!("lost {number}"))).collect();
    let error = orders.put(&order("a", 1)).await.unwrap_err();
    assert_eq!((error.to_string().as_str(), lossy.calls()), ("table `Orders`: lost 0", 6));
    lossy.lost.lock().unwrap().push(TransportError::permanent("AccessDenied"));
    assert_eq!(orders.put(&order("a", 1)).await.unwrap_err().to_string(), "table `Orders`: AccessDenied");
    assert_eq!(lossy.calls(), 7);
}
