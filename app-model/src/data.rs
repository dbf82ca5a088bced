//! JSON of tasks, as `ls` shows them, and of settings for functions. It is written by hand: serde's derive would be a
//! twentieth of the synth build of a program about stacks.

use serde_json::{Map, Value};

use crate::{Cors, GroupName, Origin, TaskId, TaskModel, TaskOptions};

/// A JSON object that is being written.
#[derive(Debug, Default)]
pub(crate) struct Object(Map<String, Value>);

impl Object {
    pub(crate) fn new() -> Object {
        Object::default()
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Object {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// With a value, if there is one.
    pub(crate) fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Object {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With `true`, or without.
    pub(crate) fn with_true(self, name: &str, value: bool) -> Object {
        self.with_some(name, value.then_some(true))
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Value::Object(object.0)
    }
}

impl TaskModel {
    /// All of it as a JSON object. Lists that are empty, `false`, and options that came later than the first six are left out
    /// where they say nothing; options of a task that are not set are `null` otherwise.
    pub fn to_json(&self) -> Value {
        let TaskModel {
            id,
            trigger,
            options,
            invokes,
            invokes_later,
            invokes_external,
            calls,
            writes_dead_letters,
            once,
            tables,
            recursion,
            origin,
        } = self;
        let external = invokes_external.iter().map(|target| {
            Value::from(Object::new().with("app", target.app.as_str()).with("task", target.task.as_str()))
        });
        let external: Vec<Value> = external.collect();
        let tables: Vec<Value> = tables.iter().map(|table| table.data().into()).collect();
        let object = Object::new()
            .with("id", id.as_str())
            .with("trigger", trigger.data())
            .with("invokes", ids(invokes))
            .with("calls", ids(calls))
            .with("options", options.data())
            .with("origin", origin.data())
            .with_some("invokes_later", (!invokes_later.is_empty()).then(|| ids(invokes_later)))
            .with_some("invokes_external", (!external.is_empty()).then_some(external))
            .with_true("writes_dead_letters", *writes_dead_letters)
            .with_true("once", *once)
            .with_some("tables", (!tables.is_empty()).then_some(tables))
            .with_some("recursion", *recursion);
        object.into()
    }
}

impl Cors {
    /// The members that are set, as a JSON object: `cors` of the config file.
    pub fn to_json(&self) -> Value {
        let Cors { allow_origins, allow_headers, expose_headers, allow_credentials, max_age } = self;
        let object = Object::new()
            .with_some("allow_origins", (!allow_origins.is_empty()).then(|| allow_origins.clone()))
            .with_some("allow_headers", allow_headers.clone())
            .with_some("expose_headers", expose_headers.clone())
            .with_some("allow_credentials", *allow_credentials)
            .with_some("max_age", *max_age);
        object.into()
    }
}

impl TaskOptions {
    fn data(&self) -> Object {
        let TaskOptions {
            memory,
            timeout,
            ephemeral_storage,
            max_receive_count,
            maximum_concurrency,
            lane_concurrency,
            batch_size,
            batching_window,
            record_concurrency,
            dead_letters,
            lanes,
            propagate_lane,
            reserved_concurrency,
            backoff,
            queue_retention,
            group,
        } = self;
        let lane_concurrency: Vec<i64> = lane_concurrency.iter().map(|number| number.get()).collect();
        let backoff =
            backoff.map(|backoff| Object::new().with("first", backoff.first.get()).with("most", backoff.most.get()));
        Object::new()
            .with("memory", memory.map(i64::from))
            .with("timeout", timeout.map(i64::from))
            .with("ephemeral_storage", ephemeral_storage.map(i64::from))
            .with("max_receive_count", max_receive_count.map(i64::from))
            .with("maximum_concurrency", maximum_concurrency.map(i64::from))
            .with_some("lane_concurrency", (!lane_concurrency.is_empty()).then_some(lane_concurrency))
            .with_some("batch_size", batch_size.map(i64::from))
            .with_some("batching_window", batching_window.map(i64::from))
            .with("record_concurrency", record_concurrency.map(i64::from))
            .with_some("dead_letters", dead_letters.as_ref().map(TaskId::as_str))
            .with_some("lanes", lanes.map(i64::from))
            .with_some("propagate_lane", *propagate_lane)
            .with_some("reserved_concurrency", reserved_concurrency.map(i64::from))
            .with_some("backoff", backoff)
            .with_some("queue_retention", queue_retention.map(i64::from))
            .with_some("group", group.as_ref().map(GroupName::as_str))
    }
}

impl Origin {
    fn data(&self) -> Object {
        let column = Some(self.column).filter(|column| *column > 0);
        Object::new().with("file", &*self.file).with("line", self.line).with_some("column", column)
    }
}

fn ids(ids: &[TaskId]) -> Vec<Value> {
    ids.iter().map(|id| id.as_str().into()).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use crate::{
        AppName, Backoff, ExternalTask, KeyField, KeyType, MaximumConcurrency, MemorySize, RetryDelay, TableAccess,
        TableName, TableUse, TaskId, TaskModel, Trigger, schedule,
        trigger::{Api, DynamoDb, ManagedSqs, Schedule, Sqs, testing::origin},
    };

    fn check(trigger: impl Into<Trigger>, expected: serde_json::Value) {
        let task = TaskModel::new(TaskId::literal("A"), trigger, origin(7));
        assert_eq!(
            task.to_json(),
            json!({
                "id": "A",
                "trigger": expected,
                "invokes": [],
                "calls": [],
                "options": {
                    "memory": null, "timeout": null, "ephemeral_storage": null, "max_receive_count": null,
                    "maximum_concurrency": null, "record_concurrency": null,
                },
                "origin": {"file": "src/lib.rs", "line": 7},
            })
        );
    }

    #[test]
    fn triggers_are_data() {
        check(ManagedSqs {}, json!({"managed_sqs": {}}));
        let route = Api { method: "GET".to_owned(), path: "/orders".to_owned() };
        check(route, json!({"api": {"method": "GET", "path": "/orders"}}));
        check(
            Schedule::new(schedule!("rate(1 day)")).time_zone("Europe/Berlin").enabled(false),
            json!({"schedule": {"expression": "rate(1 day)", "time_zone": "Europe/Berlin", "disabled": true}}),
        );
        check(
            Sqs::new("arn").batch_size(5).filter(json!({"body": {"a": ["b"]}})),
            json!({"sqs": {"queue_arn": "arn", "batch_size": 5, "filters": [{"body": {"a": ["b"]}}]}}),
        );
        check(
            DynamoDb::new(json!({"Fn::GetAtt": ["Orders", "StreamArn"]})),
            json!({"dynamodb": {
                "stream_arn": {"Fn::GetAtt": ["Orders", "StreamArn"]}, "starting_position": "TRIM_HORIZON",
                "maximum_retry_attempts": 10, "maximum_record_age": 86_400, "bisect": true,
                "dead_letters": true,
            }}),
        );
    }

    #[test]
    fn a_task_is_data() {
        let id = TaskId::literal;
        let mut task = TaskModel::new(id("A"), ManagedSqs {}, origin(7));
        task.origin.column = 9;
        (task.invokes, task.invokes_later, task.calls) = (vec![id("B")], vec![id("C")], vec![id("D")]);
        task.invokes_external = vec![ExternalTask { app: AppName::literal("billing"), task: id("E") }];
        (task.writes_dead_letters, task.once, task.recursion) = (true, true, Some(3));
        let field = |name: &str, key_type| KeyField { name: name.to_owned(), key_type };
        task.tables = vec![TableUse {
            name: TableName::literal("Visits"),
            partition: field("customer", KeyType::Text),
            sort: Some(field("at", KeyType::Number)),
            access: TableAccess::ReadWrite,
        }];
        task.options.memory = Some(MemorySize::of::<512>());
        task.options.lane_concurrency = vec![MaximumConcurrency::of::<2>(), MaximumConcurrency::of::<5>()];
        task.options.backoff = Some(Backoff { first: RetryDelay::of::<1>(), most: RetryDelay::of::<60>() });
        task.options.propagate_lane = Some(false);
        let data = task.to_json();
        assert_eq!(
            (&data["invokes"], &data["invokes_later"], &data["calls"]),
            (&json!(["B"]), &json!(["C"]), &json!(["D"]))
        );
        assert_eq!(data["invokes_external"], json!([{"app": "billing", "task": "E"}]));
        assert_eq!((&data["writes_dead_letters"], &data["recursion"]), (&json!(true), &json!(3)));
        assert_eq!(data["once"], true);
        let (partition, sort) = (json!({"name": "customer", "type": "S"}), json!({"name": "at", "type": "N"}));
        let table = json!({"name": "Visits", "partition": partition, "sort": sort, "access": "read_write"});
        assert_eq!(data["tables"], json!([table]));
        assert_eq!(serde_json::from_value::<TableUse>(table).unwrap(), task.tables[0]);
        assert_eq!(data["origin"], json!({"file": "src/lib.rs", "line": 7, "column": 9}));
        let options = &data["options"];
        assert_eq!((&options["memory"], &options["lane_concurrency"]), (&json!(512), &json!([2, 5])));
        assert_eq!(
            (&options["backoff"], &options["propagate_lane"]),
            (&json!({"first": 1, "most": 60}), &json!(false))
        );
    }

    #[test]
    fn data_is_read_and_checked() {
        let task = json!({
            "id": "A", "trigger": {"managed_sqs": {}}, "options": {"memory": 512, "lanes": 2}, "invokes": ["B"],
            "origin": {"file": "src/lib.rs", "line": 7},
        });
        let read: TaskModel = serde_json::from_value(task.clone()).unwrap();
        let data = read.to_json();
        assert_eq!((&data["trigger"], &data["invokes"]), (&task["trigger"], &task["invokes"]));
        assert_eq!(serde_json::from_value::<TaskModel>(data).unwrap(), read);
        let wrong = |at: &str, value: serde_json::Value| {
            let mut task = task.clone();
            *task.pointer_mut(at).unwrap() = value;
            serde_json::from_value::<TaskModel>(task).unwrap_err().to_string()
        };
        assert_eq!(wrong("/options/memory", json!(64)), "memory size: must be 128 to 10240 MB, got 64 MB");
        assert_eq!(wrong("/id", json!("my task")), "task id `my task`: must be 1 to 32 letters and digits");
    }
}
