//! A shop with a task of every kind.

use async_lambda_model::{
    AppModel, AppName, AppOptions, LaneCount, Origin, TaskId, TaskModel, Timeout, Trigger, schedule,
    trigger::{Api, DeadLetters, DynamoDb, Fifo, Function, ManagedSqs, ManagedSqsBatch, Schedule, Sqs},
};

fn task(id: &'static str, trigger: impl Into<Trigger>, line: u32) -> TaskModel {
    let origin = Origin { file: "src/lib.rs".to_owned(), line, column: 0 };
    let mut task = TaskModel::new(TaskId::literal(id), trigger, origin);
    // Failures come again soon.
    task.options.timeout = Some(Timeout::of::<5>());
    task
}

fn ids<const N: usize>(ids: [&'static str; N]) -> Vec<TaskId> {
    ids.map(TaskId::literal).into()
}

fn api(method: &str, path: &str) -> Api {
    Api { method: method.to_owned(), path: path.to_owned() }
}

pub(crate) fn model() -> AppModel {
    let mut place = task("PlaceOrder", api("POST", "/orders"), 31);
    place.invokes = ids(["Charge", "Ship"]);
    place.calls = ids(["Price"]);
    let mut charge = task("Charge", ManagedSqs::default(), 58);
    charge.invokes = ids(["SendMail"]);
    charge.options.dead_letters = Some(TaskId::literal("Rescue"));
    charge.options.lanes = Some(LaneCount::of::<2>());
    let mut ship = task("Ship", Fifo::default(), 77);
    ship.invokes_later = ids(["Remind"]);
    let mut nightly = task("Nightly", Schedule::new(schedule!("cron(0 3 * * ? *)")), 90);
    nightly.invokes = ids(["BuildReport"]);
    let mut report = task("BuildReport", ManagedSqs::default(), 104);
    report.invokes = ids(["SendMail"]);
    let mut import = task("Import", Sqs::new("arn:aws:sqs:us-east-1:111111111111:legacy-orders"), 120);
    import.invokes = ids(["Charge"]);
    let stream = "arn:aws:dynamodb:us-east-1:111111111111:table/Stock/stream/2026-01-01T00:00:00.000";
    let mut stock = task("StockChanged", DynamoDb::new(stream), 133);
    stock.invokes = ids(["Count"]);
    AppModel {
        name: AppName::literal("shop"),
        tasks: vec![
            place,
            task("GetOrder", api("GET", "/orders/{id}"), 44),
            task("Price", Function::default(), 50),
            charge,
            ship,
            nightly,
            report,
            task("SendMail", ManagedSqs::default(), 112),
            task("Remind", ManagedSqs::default(), 116),
            import,
            stock,
            task("Count", ManagedSqsBatch::default(), 140),
            task("Rescue", DeadLetters::default(), 148),
        ],
        delete_payloads: false,
        binary_media_types: Vec::new(),
        cors: None,
        options: AppOptions::default(),
        origin: Origin { file: "src/lib.rs".to_owned(), line: 20, column: 0 },
    }
}
