//! Mistakes in an application as a whole.

use std::collections::BTreeMap;

use crate::{
    AppModel, Problem, TableUse, TaskId, TaskModel, TaskOptions, Trigger, calls, groups, suggest::did_you_mean,
    trigger::Seen,
};

/// Tasks, by their ids. What is only about ids is this map too: each type of map is compiled for itself.
pub(crate) type Tasks<'a> = BTreeMap<&'a TaskId, &'a TaskModel>;

/// The longest name of a function.
pub(crate) const MAX_FUNCTION_NAME: usize = 64;

impl AppModel {
    /// Invocations of the application itself as of another one: nothing would know of loops and payloads there.
    fn own_external(&self, task: &TaskModel) -> impl Iterator<Item = Problem> {
        let own = task.invokes_external.iter().filter(|target| target.app == self.name);
        own.map(|target| Problem::Trigger {
            task: task.id.clone(),
            message: format!(
                "must invoke tasks of other applications with `InvokeExternal`, got its own, `{}`",
                target.app
            ),
            help: Some(format!("write `Invoke<{}>`", target.task)),
            origin: task.origin.clone(),
        })
    }

    /// All mistakes in the application as a whole, in the order of its tasks.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut tasks = Tasks::new();
        let mut twice = Tasks::new();
        let mut seen = Seen::default();
        for task in &self.tasks {
            if let Some(first) = tasks.get(&task.id) {
                let (first, second) = (first.origin.clone(), task.origin.clone());
                problems.push(Problem::DuplicateTask { id: task.id.clone(), first, second });
                twice.insert(&task.id, task);
                continue;
            }
            tasks.insert(&task.id, task);
            task.trigger.check(task, &mut seen, &mut problems);
            problems.extend(short_retention(task));
            problems.extend(wrong_backoff(task));
            let name = format!("{}-{}", self.name, task.id);
            if name.len() > MAX_FUNCTION_NAME {
                problems.push(Problem::LongName { task: task.id.clone(), name, origin: task.origin.clone() });
            }
        }
        let ids = || tasks.keys().map(|id| id.as_str());
        for task in &self.tasks {
            for target in task.targets() {
                let (id, origin) = (task.id.clone(), task.origin.clone());
                match tasks.get(target).map(|task| &task.trigger) {
                    Some(trigger) if trigger.is_invocable() => {}
                    // Which of the two is meant is not known.
                    Some(_) if twice.contains_key(target) => {}
                    Some(trigger) => {
                        let (target, trigger) = (target.clone(), trigger.to_string());
                        problems.push(Problem::NotInvocable { task: id, target, trigger, origin });
                    }
                    None => {
                        let similar = did_you_mean(target.as_str(), ids());
                        problems.push(Problem::UnknownTarget { task: id, target: target.clone(), similar, origin });
                    }
                }
            }
        }
        self.check_dead_letters(&tasks, &mut problems);
        problems.extend(groups::check(&self.tasks, &tasks));
        problems.extend(self.tasks.iter().flat_map(|task| self.own_external(task)));
        self.check_tables(&mut problems);
        let cors = self.cors.as_ref().and_then(|cors| cors.check().err());
        problems.extend(cors.map(|source| Problem::Cors { source, origin: self.origin.clone() }));
        calls::check(&self.tasks, &tasks, &twice, &mut problems);
        // What a task of two registrations invokes is not known either.
        tasks.retain(|id, _| !twice.contains_key(id));
        for path in loops(&tasks) {
            let origin = tasks[&path[0]].origin.clone();
            problems.push(Problem::Loop { path, origin });
        }
        problems
    }

    /// A table has a key that can be, and the same one for all tasks.
    fn check_tables(&self, problems: &mut Vec<Problem>) {
        let mut known: Vec<(&TaskModel, &TableUse)> = Vec::new();
        for task in &self.tasks {
            for table in &task.tables {
                let problem = |message, help: Option<&str>| {
                    let (task, help, origin) = (task.id.clone(), help.map(str::to_owned), task.origin.clone());
                    Problem::Trigger { task, message, help, origin }
                };
                let name = table.name.as_str();
                match known.iter().find(|(_, known)| known.name == table.name) {
                    Some((first, other)) if other.key() != table.key() => {
                        let (first, key, other) = (&first.id, table.key(), other.key());
                        let message = format!(
                            "table `{name}`: must have one key in all tasks, got {key}, and {other} in task `{first}`"
                        );
                        problems.push(problem(message, Some("two types have this name: give one of them another")));
                    }
                    Some(_) => {}
                    None => {
                        problems.extend(table.wrong_key().map(|message| problem(message, None)));
                        known.push((task, table));
                    }
                }
            }
        }
    }

    /// Dead letters go to tasks that take them. Of one task that does not, one problem is enough.
    fn check_dead_letters(&self, tasks: &Tasks<'_>, problems: &mut Vec<Problem>) {
        let mut wrong = Vec::new();
        for task in &self.tasks {
            let Some(target) = &task.options.dead_letters else { continue };
            let trigger = tasks.get(target).map(|task| &task.trigger);
            if !trigger.is_some_and(Trigger::takes_dead_letters) && !wrong.contains(&target) {
                wrong.push(target);
                let known = tasks.values().filter(|task| task.trigger.takes_dead_letters());
                problems.push(Problem::NoDeadLetterTask {
                    task: task.id.clone(),
                    target: target.clone(),
                    trigger: trigger.map(ToString::to_string),
                    similar: did_you_mean(target.as_str(), known.map(|task| task.id.as_str())),
                    origin: task.origin.clone(),
                });
            }
        }
    }
}

/// A message that expires while it is hidden never comes back, and is no dead letter either.
fn short_retention(task: &TaskModel) -> Option<Problem> {
    let retention = task.options.queue_retention?.get();
    let visibility = task.visibility_timeout();
    let (task, origin) = (task.id.clone(), task.origin.clone());
    (retention <= visibility).then_some(Problem::ShortRetention { task, retention, visibility, origin })
}

/// A message that expires while it waits for its next attempt is no dead letter.
fn wrong_backoff(task: &TaskModel) -> Option<Problem> {
    let backoff = task.options.backoff?;
    let (first, most) = (backoff.first.get(), backoff.most.get());
    let wrong = |message, help: &str| {
        let (task, help, origin) = (task.id.clone(), Some(help.to_owned()), task.origin.clone());
        Some(Problem::Trigger { task, message, help, origin })
    };
    if first > most {
        let message = format!("backoff: the first delay must be at most the longest, got {first} s and {most} s");
        return wrong(message, "give the smaller one first");
    }
    let retention = task.options.queue_retention.unwrap_or(TaskOptions::DEFAULT_QUEUE_RETENTION).get();
    let total = backoff.total(task);
    if task.trigger.is_invocable() && total >= retention {
        let attempts = task.max_receive_count().get();
        let message = format!(
            "backoff: all delays must be shorter than the queue retention of {retention} s, got {total} s for \
             {attempts} attempts"
        );
        return wrong(
            message,
            "lower the longest delay or `max_receive_count`: a message would expire before it is a dead letter",
        );
    }
    None
}

/// One path for each way back, among the tasks that did not opt in. A loop that has a task that did is broken
/// by leaving that task out.
fn loops(tasks: &Tasks<'_>) -> Vec<Vec<TaskId>> {
    let mut found = Vec::new();
    let mut done = Tasks::new();
    for start in tasks.keys() {
        // The path so far, each with the number of its edges that were followed: a stack of our own, since a
        // chain may be as long as an application has tasks.
        let mut path: Vec<(&TaskId, usize)> = vec![(start, 0)];
        while let Some((id, edge)) = path.last_mut() {
            let task = tasks.get(*id).filter(|task| task.recursion.is_none() && !done.contains_key(*id));
            let Some(target) = task.and_then(|task| task.leads_to().nth(*edge)) else {
                done.extend(tasks.get_key_value(*id));
                path.pop();
                continue;
            };
            *edge += 1;
            match path.iter().position(|(id, _)| *id == target) {
                Some(first) => found.push(path[first..].iter().map(|(id, _)| (*id).clone()).collect()),
                None => path.push((target, 0)),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{
        BatchSize, KeyField, KeyType, QueueRetention, TableAccess, TableName, Timeout,
        trigger::{
            Api, DeadLetters, Fifo, ManagedSqs, ManagedSqsBatch, Sqs,
            testing::{model, origin},
        },
    };

    fn task(line: u32, id: &'static str, trigger: Trigger, invokes: &[&'static str]) -> TaskModel {
        let invokes = invokes.iter().map(|id| TaskId::new(*id).unwrap()).collect();
        TaskModel { invokes, ..TaskModel::new(TaskId::new(id).unwrap(), trigger, origin(line)) }
    }

    fn queue(line: u32, id: &'static str, invokes: &[&'static str]) -> TaskModel {
        task(line, id, Trigger::ManagedSqs(ManagedSqs::default()), invokes)
    }

    fn api(method: &str, path: &str) -> Trigger {
        Trigger::Api(Api { method: method.to_owned(), path: path.to_owned() })
    }

    fn check(tasks: Vec<TaskModel>, expected: &[&str]) {
        let problems: Vec<String> = model(tasks).check().iter().map(Problem::to_string).collect();
        assert_eq!(problems, expected);
    }

    #[test]
    fn ids_are_unique() {
        check(
            vec![queue(1, "A", &[]), queue(2, "A", &[])],
            &["src/lib.rs:2: task `A`: must be registered once, is registered at src/lib.rs:1 already; \
               give one of the two another id"],
        );
        // The second `A` is meant by nobody: its invocation of `A` is no loop.
        check(
            vec![queue(1, "A", &["B"]), queue(2, "A", &["A"]), queue(3, "B", &["A"])],
            &["src/lib.rs:2: task `A`: must be registered once, is registered at src/lib.rs:1 already; \
               give one of the two another id"],
        );
    }

    #[test]
    fn a_queue_keeps_messages_longer_than_they_are_hidden() {
        let with = |retention| {
            let mut task = queue(1, "A", &[]);
            task.options.queue_retention = Some(QueueRetention::new(retention).unwrap());
            task.options.timeout = Some(Timeout::of::<100>());
            task
        };
        check(vec![with(601)], &[]);
        check(
            vec![with(600)],
            &[
                "src/lib.rs:1: task `A`: queue retention must be longer than the visibility timeout of 600 s, got 600 s; \
               raise it, or lower the timeout of the task: a message would expire before it comes back",
            ],
        );
    }

    #[test]
    fn a_backoff_ends_before_the_message_expires() {
        let with = |first, most, attempts| {
            let mut task = queue(1, "A", &[]);
            let [first, most] = [first, most].map(|delay| crate::RetryDelay::new(delay).unwrap());
            task.options.backoff = Some(crate::Backoff { first, most });
            task.options.max_receive_count = Some(crate::MaxReceiveCount::new(attempts).unwrap());
            vec![task]
        };
        check(with(10, 10, 1), &[]);
        check(with(42_000, 42_000, 9), &[]);
        check(
            with(42_000, 42_000, 10),
            &[
                "src/lib.rs:1: task `A`: backoff: all delays must be shorter than the queue retention of 345600 s, got 378000 s \
                 for 10 attempts; lower the longest delay or `max_receive_count`: a message would expire before it is a dead \
                 letter",
            ],
        );
        let mut longer = with(42_000, 42_000, 10);
        longer[0].options.queue_retention = Some(QueueRetention::of::<400_000>());
        check(longer, &[]);
        check(
            with(20, 10, 5),
            &[
                "src/lib.rs:1: task `A`: backoff: the first delay must be at most the longest, got 20 s and 10 s; give the \
               smaller one first",
            ],
        );
    }

    #[test]
    fn a_table_has_one_key() {
        let with = |line, id, partition: &str, sort: Option<&str>| {
            let field = |name: &str| KeyField { name: name.to_owned(), key_type: KeyType::Text };
            let table = TableUse {
                name: TableName::literal("Orders"),
                partition: field(partition),
                sort: sort.map(field),
                access: TableAccess::Read,
            };
            TaskModel { tables: vec![table], ..queue(line, id, &[]) }
        };
        check(vec![with(1, "A", "id", None), with(2, "B", "id", None)], &[]);
        check(
            vec![with(1, "A", "id", None), with(2, "B", "id", Some("at"))],
            &[
                "src/lib.rs:2: task `B`: table `Orders`: must have one key in all tasks, got `id` (S) and `at` (S), and `id` (S) \
               in task `A`; two types have this name: give one of them another",
            ],
        );
        let twice =
            "src/lib.rs:1: task `A`: table `Orders`: partition key and sort key must be two fields, both are `id`";
        check(vec![with(1, "A", "id", Some("id"))], &[twice]);
        let empty =
            "src/lib.rs:1: task `A`: table `Orders`: the name of a key's field must have 1 to 255 bytes, got ``";
        check(vec![with(1, "A", "", None)], &[empty]);
    }

    #[test]
    fn targets_exist_and_have_a_queue() {
        check(
            vec![
                queue(1, "Render", &["Notfy", "Mail", "Get"]),
                queue(2, "Notify", &[]),
                task(3, "Get", api("GET", "/c"), &[]),
            ],
            &[
                "src/lib.rs:1: task `Render`: invokes `Notfy`, which is not registered; did you mean `Notify`?",
                "src/lib.rs:1: task `Render`: invokes `Mail`, which is not registered; \
                 register it with `.async_task(Mail, ...)`",
                "src/lib.rs:1: task `Render`: can invoke async tasks only, got `Get`, which is started by api GET /c; \
                 move what both do into an async task, and invoke that one",
            ],
        );
    }

    #[test]
    fn another_application_is_not_this_one() {
        let external = |app| {
            let mut task = queue(1, "A", &[]);
            let target = crate::ExternalTask { app: crate::AppName::literal(app), task: TaskId::new("Mail").unwrap() };
            task.invokes_external = vec![target];
            vec![task]
        };
        check(external("billing"), &[]);
        check(
            external("shop"),
            &[
                "src/lib.rs:1: task `A`: must invoke tasks of other applications with `InvokeExternal`, got its own, `shop`; \
               write `Invoke<Mail>`",
            ],
        );
    }

    #[test]
    fn routes_are_those_of_api_gateway() {
        check(
            vec![task(1, "A", api("GET", "/x"), &[]), task(2, "B", api("GET", "/x"), &[])],
            &["src/lib.rs:2: task `B`: `GET /x` is answered by task `A` already; \
               change the method or the path of one of them"],
        );
        check(
            vec![task(1, "A", api("get", "x"), &[])],
            &["src/lib.rs:1: task `A`: route `get x`: the method must be `ANY`, `DELETE`, `GET`, `HEAD`, `OPTIONS`, \
               `PATCH`, `POST` or `PUT`; write `GET`"],
        );
        check(
            vec![task(1, "A", api("GET", "/x/{id"), &[])],
            &[
                "src/lib.rs:1: task `A`: route `GET /x/{id`: a path parameter must be a whole segment, in a pair of braces; \
               write `{id}` between two slashes, and take it apart in the handler",
            ],
        );
        check(
            vec![
                task(1, "A", api("GET", "/x/{id}"), &[]),
                task(2, "B", api("DELETE", "/x/{id}"), &[]),
                task(3, "C", api("GET", "/x/{order}/lines"), &[]),
                task(4, "D", api("ANY", "/x/{proxy+}"), &[]),
            ],
            &[
                "src/lib.rs:3: task `C`: route `GET /x/{order}/lines`: a path parameter must have one name in all routes, \
               got `{order}`, which is `{id}` for task `A`; write `{id}` instead of `{order}`",
            ],
        );
    }

    #[test]
    fn each_lane_has_a_concurrency_or_none_has() {
        let lanes = |lanes: Option<i64>, concurrency: &[i64]| {
            let mut task = queue(1, "A", &[]);
            task.options.lanes = lanes.map(|lanes| crate::LaneCount::new(lanes).unwrap());
            let concurrency = concurrency.iter().map(|number| crate::MaximumConcurrency::new(*number).unwrap());
            task.options.lane_concurrency = concurrency.collect();
            vec![task]
        };
        check(lanes(Some(2), &[5, 2]), &[]);
        check(lanes(None, &[]), &[]);
        let message = |lanes, given| {
            format!(
                "src/lib.rs:1: task `A`: lane concurrency: must have one number for each of its {lanes} lanes, got {given}; \
                 give `lanes` the same number, or use `maximum_concurrency` for all of them"
            )
        };
        check(lanes(Some(3), &[5, 2]), &[&message(3, 2)]);
        check(lanes(None, &[5, 2]), &[&message(1, 2)]);
    }

    #[test]
    fn a_large_batch_has_a_window() {
        let batch = |size: i64, window: Option<i64>| {
            let mut task = task(1, "A", Trigger::ManagedSqsBatch(ManagedSqsBatch::default()), &[]);
            task.options.batch_size = Some(BatchSize::new(size).unwrap());
            task.options.batching_window = window.map(|window| crate::BatchingWindow::new(window).unwrap());
            task
        };
        let timeouts = |task: &TaskModel| (task.batching_window().get(), task.visibility_timeout());
        assert_eq!(timeouts(&batch(10, None)), (0, 360));
        assert_eq!(timeouts(&batch(11, None)), (30, 390));
        assert_eq!(timeouts(&batch(11, Some(5))), (5, 365));
        check(vec![batch(11, None)], &[]);
        check(vec![batch(10, Some(0))], &[]);
        check(
            vec![batch(11, Some(0))],
            &[
                "src/lib.rs:1: task `A`: batching window: must be at least 1 s for a batch size above 10, got 0 s for 11; \
               give it a window, or a smaller batch size",
            ],
        );
    }

    #[test]
    fn dead_letters_go_to_tasks_that_take_them() {
        let letters = |line, invokes: &[&'static str]| {
            task(line, "Letters", Trigger::DeadLetters(DeadLetters::default()), invokes)
        };
        let with_letters = |line, id, target| {
            let mut task = queue(line, id, &[]);
            task.options.dead_letters = Some(TaskId::new(target).unwrap());
            task
        };
        check(vec![with_letters(1, "A", "Letters"), letters(2, &[])], &[]);
        check(
            vec![with_letters(1, "A", "Leters"), with_letters(2, "B", "Leters"), letters(3, &[])],
            &["src/lib.rs:1: task `A`: dead letters go to `Leters`, which is not registered; did you mean `Letters`?"],
        );
        check(
            vec![with_letters(1, "A", "Mail"), queue(2, "Mail", &[])],
            &[
                "src/lib.rs:1: task `A`: dead letters must go to a dead-letter task, got `Mail`, which is started by async; \
               register it with `.dead_letter_task(\"Mail\", ...)`",
            ],
        );
        check(
            vec![queue(1, "A", &["Letters"]), letters(2, &[])],
            &["src/lib.rs:1: task `A`: can invoke async tasks only, got `Letters`, which is started by dead letters; \
               move what both do into an async task, and invoke that one"],
        );
        // Sending a dead letter back is a loop as any other.
        let back = || vec![with_letters(1, "A", "Letters"), letters(2, &["A"])];
        check(
            back(),
            &["src/lib.rs:1: task `A`: invocations form a loop: A -> Letters -> A; give a task in it \
               `const RECURSION: Option<u32> = Some(hops)` if that is meant"],
        );
        let mut bounded = back();
        bounded[0].recursion = Some(3);
        check(bounded, &[]);
    }

    #[test]
    fn a_fifo_queue_gives_small_batches_at_once() {
        let fifo = |size: i64, window: Option<i64>| {
            let mut task = task(1, "Ship", Trigger::Fifo(Fifo::default()), &[]);
            task.options.batch_size = Some(BatchSize::new(size).unwrap());
            task.options.batching_window = window.map(|window| crate::BatchingWindow::new(window).unwrap());
            vec![task]
        };
        check(fifo(10, None), &[]);
        check(
            fifo(11, Some(5)),
            &[
                "src/lib.rs:1: task `Ship`: batch size: must be at most 10 for a FIFO queue, got 11; lower it, or use an async \
                 task, which keeps no order",
                "src/lib.rs:1: task `Ship`: batching window: a FIFO queue has none, got 5 s; remove it: Lambda takes no window \
                 for a FIFO queue",
            ],
        );
    }

    #[test]
    fn queues_are_arns() {
        let sqs = |arn: &str| task(1, "A", Trigger::Sqs(Sqs::new(arn)), &[]);
        check(vec![sqs("arn:aws-cn:sqs:cn-north-1:123456789012:q")], &[]);
        check(
            vec![sqs("https://sqs.us-east-1.amazonaws.com/1/q")],
            &["src/lib.rs:1: task `A`: queue `https://sqs.us-east-1.amazonaws.com/1/q`: must be an ARN of SQS or an \
               intrinsic function; write it as `arn:aws:sqs:REGION:ACCOUNT:NAME`"],
        );
    }

    #[test]
    fn loops_are_printed_unless_bounded() {
        let opt_in = "give a task in it `const RECURSION: Option<u32> = Some(hops)` if that is meant";
        let message = |start: &str, line: u32, path: &str| {
            format!("src/lib.rs:{line}: task `{start}`: invocations form a loop: {path}; {opt_in}")
        };
        check(vec![queue(1, "A", &["A"])], &[&message("A", 1, "A -> A")]);
        let ring = || vec![queue(1, "A", &["B"]), queue(2, "B", &["C"]), queue(3, "C", &["B", "A"])];
        check(ring(), &[&message("B", 2, "B -> C -> B"), &message("A", 1, "A -> B -> C -> A")]);
        let mut bounded = ring();
        bounded[2].recursion = Some(3);
        check(bounded, &[]);
        let mut elsewhere = ring();
        elsewhere[0].recursion = Some(3);
        check(elsewhere, &[&message("B", 2, "B -> C -> B")]);
        // A diamond is no loop.
        check(vec![queue(1, "A", &["B", "C"]), queue(2, "B", &["D"]), queue(3, "C", &["D"]), queue(4, "D", &[])], &[]);
    }

    #[test]
    fn many_paths_and_long_chains_are_quick() {
        // Every task invokes all later ones: 2^200 paths, no loop.
        let ids: Vec<&'static str> = (0..200).map(|i| &*format!("T{i:04}").leak()).collect();
        let dense = (0..200).map(|i| queue(1, ids[i], &ids[i + 1..])).collect();
        check(dense, &[]);
    }
}
