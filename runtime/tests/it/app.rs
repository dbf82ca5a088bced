//! An application's description of itself.

use async_lambda::{
    extract::{Edge, Invocation},
    model::{MemorySize, Problem, TaskModel, Trigger as TriggerModel, trigger::ManagedSqs},
    prelude::*,
    trigger::Trigger,
};
use pretty_assertions::assert_eq;

struct A;
struct B;
struct Bounded;

impl Task for A {
    const ID: &'static str = "A";
    type Payload = ();
}

impl Task for B {
    const ID: &'static str = "B";
    type Payload = ();
}

impl Task for Bounded {
    const ID: &'static str = "Bounded";
    type Payload = u32;
    const RECURSION: Option<u32> = Some(3);
}

async fn a(_: ManagedSqsEvent<A>) -> Result<(), Error> {
    Ok(())
}

async fn b(_: ManagedSqsEvent<B>) -> Result<(), Error> {
    Ok(())
}

async fn bounded(event: ManagedSqsEvent<Bounded>, again: Invoke<Bounded>) -> Result<(), Error> {
    Ok(again.send(event.payload + 1).await?)
}

async fn to_a_twice(_: ScheduledEvent, _: Option<Invoke<B>>, _: Invoke<A>, _: Invoke<A>) -> Result<(), Error> {
    Ok(())
}

struct Both {
    _a: Invoke<A>,
    _b: Invoke<B>,
}

impl<Tr: Trigger> FromInvocation<Tr> for Both {
    const EDGES: &'static [Edge] =
        &[Edge::group(<Invoke<A> as FromInvocation<Tr>>::EDGES), Edge::group(<Invoke<B> as FromInvocation<Tr>>::EDGES)];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(Both {
            _a: <Invoke<A> as FromInvocation<Tr>>::from_invocation(invocation).await?,
            _b: <Invoke<B> as FromInvocation<Tr>>::from_invocation(invocation).await?,
        })
    }
}

async fn with_both(_: UnmanagedSqsEvent, _: Both) -> Result<(), Error> {
    Ok(())
}

fn problems(app: App, expected: &[&str]) {
    let problems = app.model().map(|_| Vec::new()).unwrap_or_else(|problems| problems);
    let problems: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert_eq!(problems, expected);
}

fn daily() -> async_lambda::model::ScheduleExpression {
    schedule!("rate(1 day)")
}

#[test]
fn signatures_are_the_edges() {
    let app = App::new("demo")
        .scheduled_task("Tick", daily(), to_a_twice)
        .sqs_task("Import", serde_json::json!({"Fn::ImportValue": "Orders"}), with_both)
        .api_task("Any", "ANY", "/{proxy+}", async |_: ApiEvent| Ok::<_, Error>("hello"))
        .async_task(A, a)
        .async_task(B, b)
        .async_task(Bounded, bounded)
        .scheduled_task("Nothing", daily(), async || Ok::<_, Error>(()));
    let model = app.model().unwrap();
    let edges = |task: &TaskModel| task.invokes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let lines: Vec<String> =
        model.tasks.iter().map(|task| format!("{} [{}] -> {}", task.id, task.trigger, edges(task))).collect();
    assert_eq!(
        lines,
        [
            "Tick [schedule rate(1 day)] -> B A",
            r#"Import [sqs {"Fn::ImportValue":"Orders"}] -> A B"#,
            "Any [api ANY /{proxy+}] -> ",
            "A [async] -> ",
            "B [async] -> ",
            "Bounded [async] -> Bounded",
            "Nothing [schedule rate(1 day)] -> ",
        ]
    );
    assert_eq!(model.tasks[5].recursion, Some(3));
    assert_eq!(model.tasks[3].trigger, TriggerModel::ManagedSqs(ManagedSqs::default()));
}

#[test]
fn options_are_kept() {
    let app = App::new("demo").async_task(
        A,
        task(a).memory_mb(512).timeout_secs(120).maximum_concurrency(5).max_receive_count(3).ephemeral_storage_mb(1024),
    );
    let options = &app.model().unwrap().tasks[0].options;
    assert_eq!(options.memory, Some(MemorySize::of::<512>()));
    let numbers = (
        options.timeout.map(|it| it.get()),
        options.maximum_concurrency.map(|it| it.get()),
        options.max_receive_count.map(|it| it.get()),
        options.ephemeral_storage.map(|it| it.get()),
    );
    assert_eq!(numbers, (Some(120), Some(5), Some(3), Some(1024)));
}

#[test]
fn wrong_values_are_problems_with_a_line() {
    let line = line!() + 1;
    let app = App::new("demo").async_task(A, task(a).memory_mb(64).timeout_secs(901));
    let at = format!("{}:{line}: task `A`", file!());
    problems(
        app,
        &[
            &format!("{at}: memory size: must be 128 to 10240 MB, got 64 MB"),
            &format!("{at}: timeout: must be 1 to 900 s, got 901 s"),
        ],
    );
    let line = line!() + 1;
    let app = App::new("demo").scheduled_task("my task", daily(), to_a_twice);
    problems(
        app,
        &[&format!("{}:{line}: task id `my task`: must be 1 to 32 letters and digits; write `myTask`", file!())],
    );
    problems(
        App::new("my app"),
        &[&format!(
            "{}:{}: application name `my app`: must be 1 to 62 letters, digits, `-` and `_`; write `myApp`",
            file!(),
            line!() - 4
        )],
    );
}

#[test]
fn merging_names_both_places() {
    let first = line!() + 1;
    let app = App::new("demo").async_task(A, a);
    let second = line!() + 1;
    let other = App::new("other").async_task(A, a).async_task(B, b);
    let place = |line: u32| format!("{}:{line}", file!());
    problems(
        app.merge(other),
        &[&format!(
            "{}: task `A`: must be registered once, is registered at {} already; give one of the two another id",
            place(second),
            place(first)
        )],
    );
}

#[test]
fn loops_and_missing_tasks_are_problems() {
    async fn to_b(_: ManagedSqsEvent<A>, _: Invoke<B>) -> Result<(), Error> {
        Ok(())
    }
    async fn to_a(_: ManagedSqsEvent<B>, _: Invoke<A>) -> Result<(), Error> {
        Ok(())
    }
    let line = line!() + 1;
    let app = App::new("demo").async_task(A, to_b).async_task(B, to_a);
    problems(
        app,
        &[&format!(
            "{}:{line}: task `A`: invocations form a loop: A -> B -> A; \
             give a task in it `const RECURSION: Option<u32> = Some(hops)` if that is meant",
            file!()
        )],
    );
    let line = line!() + 1;
    let app = App::new("demo").async_task(A, to_b);
    problems(
        app,
        &[&format!(
            "{}:{line}: task `A`: invokes `B`, which is not registered; register it with `.async_task(B, ...)`",
            file!()
        )],
    );
}

#[tokio::test]
async fn a_hidden_edge_is_refused() {
    struct Hidden;
    impl<Tr: Trigger> FromInvocation<Tr> for Hidden {
        const EDGES: &'static [Edge] = &[];

        async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
            <Invoke<A> as FromInvocation<Tr>>::from_invocation(invocation).await.map(|_| Hidden)
        }
    }
    let app = App::new("demo").async_task(A, a).scheduled_task("Tick", daily(), async |_: Hidden| Ok::<_, Error>(()));
    let (engine, _) = crate::engine(app);
    let error = engine.invoke("Tick", serde_json::json!({}), Context::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "task `Tick`: an extractor uses `Invoke` of `A` without the edge");
}

#[test]
fn a_state_that_nobody_gave_is_a_problem() {
    struct Limits;
    struct Database;
    async fn tick(_: ScheduledEvent, _: State<Limits>, _: Option<State<Database>>) -> Result<(), Error> {
        Ok(())
    }
    let app = || App::new("demo").scheduled_task("Tick", daily(), task(tick).memory_mb(512));
    let line = line!() - 1;
    let path = "it::app::a_state_that_nobody_gave_is_a_problem";
    let expected = format!(
        "runtime/tests/it/app.rs:{line}: task `Tick`: handler `{path}::tick` takes `State<{path}::Limits>`, and the \
         application has no such state; add a `Limits` with `.with_state(..)` or `.with_state_async(..)` to the `App`"
    );
    problems(app(), &[&expected]);
    problems(App::new("whole").merge(app()), &[&expected]);
    // Given before or after the task, to the whole or to the part.
    problems(app().with_state(Limits), &[]);
    problems(App::new("whole").with_state(Limits).merge(app()), &[]);
    problems(App::new("whole").merge(app()).with_state_async(async || Ok::<_, Error>(Limits)), &[]);
}

#[tokio::test]
async fn states_are_found_by_their_types() {
    struct Name(&'static str);
    struct Number(u32);
    async fn both(_: ScheduledEvent, name: State<Name>, number: Option<State<Number>>) -> Result<String, Error> {
        Ok(format!("{} {:?}", name.0, number.map(|number| number.0)))
    }
    let part = |id: &str| App::new("part").scheduled_task(id, daily(), both);
    let app = App::new("demo")
        .merge(part("Own").with_state(Name("own")))
        .merge(part("Shared"))
        .with_state(Number(1))
        .with_state(Name("shared"))
        .with_state(Number(2));
    let (engine, _) = crate::engine(app);
    for (task, expected) in [("Own", "own Some(2)"), ("Shared", "shared Some(2)")] {
        let value = engine.invoke(task, serde_json::json!({}), Context::default()).await.unwrap();
        assert_eq!(value, expected);
    }
    let (engine, _) = crate::engine(part("Alone").with_state(Name("alone")));
    assert_eq!(engine.invoke("Alone", serde_json::json!({}), Context::default()).await.unwrap(), "alone None");
}

#[tokio::test]
async fn a_state_that_cannot_be_made_fails_its_own_tasks_only() {
    struct Database;
    async fn query(_: ScheduledEvent, _: State<Database>) -> Result<(), Error> {
        Ok(())
    }
    let app = App::new("demo")
        .with_state_async(async || Err::<Database, _>("the database is down"))
        .scheduled_task("Query", daily(), query)
        .scheduled_task("Idle", daily(), async || Ok::<_, Error>(()));
    let (engine, _) = crate::engine(app);
    assert_eq!(engine.prepare("Query").await.unwrap_err().to_string(), "the database is down");
    engine.prepare("Idle").await.unwrap();
    engine.invoke("Idle", serde_json::json!({}), Context::default()).await.unwrap();
}

#[tokio::test]
async fn state_is_made_once_and_not_for_the_model() {
    use std::sync::atomic::{AtomicU32, Ordering};
    static MADE: AtomicU32 = AtomicU32::new(0);
    struct Counter(AtomicU32);
    async fn count(_: ScheduledEvent, counter: State<Counter>) -> Result<u32, Error> {
        Ok(counter.0.fetch_add(1, Ordering::SeqCst))
    }
    let app = App::new("demo")
        .with_state_async(async || {
            MADE.fetch_add(1, Ordering::SeqCst);
            Ok::<_, Error>(Counter(AtomicU32::new(7)))
        })
        .scheduled_task("Stateless", daily(), async || Ok::<_, Error>(()))
        .scheduled_task("Count", daily(), count);
    // A merged application keeps its own state.
    let app = App::new("whole").merge(app);
    app.model().unwrap();
    assert_eq!(MADE.load(Ordering::SeqCst), 0);
    let (engine, _) = crate::engine(app);
    engine.prepare("Stateless").await.unwrap();
    engine.invoke("Stateless", serde_json::json!({}), Context::default()).await.unwrap();
    assert_eq!(MADE.load(Ordering::SeqCst), 0);
    engine.prepare("Count").await.unwrap();
    for expected in [7, 8] {
        let value = engine.invoke("Count", serde_json::json!({}), Context::default()).await.unwrap();
        assert_eq!(value, expected);
    }
    assert_eq!(MADE.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn layers_wrap_invocations() {
    use async_lambda::{BoxError, BoxFuture, layer::TaskService};
    use serde_json::Value;

    #[derive(Clone)]
    struct Twice(TaskService);
    impl tower_service::Service<Invocation> for Twice {
        type Response = Value;
        type Error = BoxError;
        type Future = BoxFuture<'static, Result<Value, BoxError>>;

        fn poll_ready(&mut self, context: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), BoxError>> {
            self.0.poll_ready(context)
        }

        fn call(&mut self, invocation: Invocation) -> Self::Future {
            let inner = self.0.call(invocation);
            Box::pin(async move { Ok(serde_json::json!([inner.await?])) })
        }
    }
    struct TwiceLayer;
    impl tower_layer::Layer<TaskService> for TwiceLayer {
        type Service = Twice;

        fn layer(&self, inner: TaskService) -> Twice {
            Twice(inner)
        }
    }
    let app = App::new("demo")
        .scheduled_task("Inner", daily(), async || Ok::<_, Error>("one"))
        .layer(TwiceLayer)
        .scheduled_task("Outer", daily(), async || Ok::<_, Error>("two"));
    let (engine, _) = crate::engine(app);
    for (task, expected) in [("Inner", serde_json::json!(["one"])), ("Outer", serde_json::json!("two"))] {
        assert_eq!(engine.invoke(task, serde_json::json!({}), Context::default()).await.unwrap(), expected);
    }
    let error = engine.invoke("Other", serde_json::json!({}), Context::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "task `Other`: must be one of Inner, Outer");
}

#[test]
fn the_id_of_a_task_is_checked_where_it_is_registered_and_where_it_is_invoked() {
    struct Wrong;
    impl Task for Wrong {
        const ID: &'static str = "re-size";
        type Payload = ();
    }
    async fn wrong(_: ManagedSqsEvent<Wrong>) -> Result<(), Error> {
        Ok(())
    }
    async fn tick(_: ScheduledEvent, wrong: Invoke<Wrong>) -> Result<(), Error> {
        Ok(wrong.send(()).await?)
    }
    let line = line!() + 1;
    let app = App::new("demo").async_task(Wrong, wrong).scheduled_task("Tick", daily(), tick);
    let message = format!("{}:{line}: task id `re-size`: must be 1 to 32 letters and digits; write `reSize`", file!());
    problems(app, &[&message, &message]);
}
