//! Stacks inside of stacks: of a program, and of an application with groups.

use std::fs;

use async_lambda_constructs::prelude::*;
use insta::assert_snapshot;
use pretty_assertions::assert_eq;

use super::{Exit, Run, folder, listing, run_in};

/// A stack with a stack inside that has one, too. `give` is whether the inner one gets all of its parameters.
fn program(give: bool) -> Program {
    let mut queues = Stack::new("shop-queues");
    let seconds = queues.nested_input::<i64>("Seconds");
    let is_open = queues.nested_input::<bool>("IsOpen");
    let open = queues.condition("Open", Condition::equals(is_open.value(), "true"));
    let jobs = queues.add("Jobs", sqs::Queue::new().delay_seconds(if_(&open, seconds.value(), 900)));
    let jobs_arn = queues.nested_output("JobsArn", jobs.arn());

    let mut storage = Stack::new("shop-storage");
    let zones = storage.nested_input::<intrinsic::List<String>>("Zones");
    let nested = NestedStack::new(queues).input(&is_open, true);
    let nested = if give { nested.input(&seconds, 60) } else { nested };
    let queues = storage.add("Queues", nested);
    let topic = storage.add("Topic", sns::Topic::new().display_name(select(0, zones.value())));
    let arn = storage.nested_output("JobsArn", queues.output(&jobs_arn));
    let topic_arn = storage.nested_output("TopicArn", topic.topic_arn());

    let mut shop = Stack::new("shop");
    let storage = shop.add("Storage", NestedStack::new(storage).input(&zones, ["a", "b"]));
    shop.output("JobsArn", Output::new(storage.output(&arn)));
    shop.output("TopicArn", Output::new(storage.output(&topic_arn)));
    Program::new().stack(shop).tag("team", "core")
}

fn synth(test: &str, program: Program, arguments: &[&str]) -> Run {
    run_in(folder(test), program, arguments, "")
}

#[test]
fn nested_stacks_are_files_beside_their_parents() {
    let path = folder("nested");
    let run = run_in(path.clone(), program(true), &["--output", "out/"], "");
    assert_snapshot!("nested", run);
    let files = ["manifest.json", "shop-queues.template.json", "shop-storage.template.json", "template.json"];
    assert_eq!(listing(&path.join("out")), files);
    assert_snapshot!("nested_template", fs::read_to_string(path.join("out/shop-storage.template.json")).unwrap());
    assert_snapshot!("nested_manifest", fs::read_to_string(path.join("out/manifest.json")).unwrap());
    // Tags of the program reach the queue in the innermost.
    let queues = fs::read_to_string(path.join("out/shop-queues.template.json")).unwrap();
    assert!(queues.contains(r#""Key": "team""#), "{queues}");
    let again = run_in(path, program(true), &["--output", "out/"], "");
    assert!(again.exit == Exit::Done && !again.err.contains("wrote"), "{again}");
}

#[test]
fn a_file_of_yaml_names_files_of_yaml() {
    let path = folder("nested_yaml");
    let run = run_in(path.clone(), program(true), &["--format", "yaml"], "");
    assert_eq!(run.exit, Exit::Done, "{run}");
    let template = fs::read_to_string(path.join("template.yaml")).unwrap();
    assert!(template.contains("TemplateURL: shop-storage.template.yaml"), "{template}");
    assert!(path.join("shop-queues.template.yaml").is_file());
}

#[test]
fn one_file_does_not_hold_several_templates() {
    let run = synth("nested_one", program(true), &["--output", "shop.json"]);
    assert_eq!(run.exit, Exit::Usage, "{run}");
    assert_snapshot!(run.err, @r"
    error: `--output shop.json`: must be a folder, because there are 3 stacks
      = help: end the name with a slash: `--output out/`
    ");
}

#[test]
fn a_nested_stack_is_validated_with_its_parent() {
    let run = synth("nested_wrong", program(false), &[]);
    assert_eq!(run.exit, Exit::Failed, "{run}");
    assert!(run.err.contains("error[E3043]: `shop-queues.template.json` needs the parameters `Seconds`"), "{run}");

    let (mut one, mut other) = (Stack::new("one"), Stack::new("other"));
    let queue = one.add("Queue", sqs::Queue::new());
    let arn = one.nested_output("QueueArn", queue.arn());
    let _unused = one.export("QueueName", queue.queue_name());
    other.add("Topic", sns::Topic::new());
    let mut stack = Stack::new("stack");
    stack.add("One", NestedStack::new(one));
    let other = stack.add("Other", NestedStack::new(other));
    stack.output("QueueArn", Output::new(other.output(&arn)));
    let run = synth("nested_foreign", Program::new().stack(stack), &[]);
    assert_eq!(run.exit, Exit::Failed, "{run}");
    assert!(
        run.err.contains("error[AL0526]: export `QueueName` of nested stack `one`: must be an output of it"),
        "{run}"
    );
    assert!(
        run.err.contains("error[AL0521]: `Outputs.QueueArn` of `Other`: must be an output of stack `other`"),
        "{run}"
    );
}

#[test]
fn ls_shows_stacks_in_stacks() {
    assert_snapshot!(synth("nested_ls", program(true), &["ls"]).out, @r"
    shop  1 resource
      Storage  2 resources
        Queues  1 resource
    ");
}

#[cfg(feature = "app")]
mod groups {
    use pretty_assertions::assert_eq;
    use serde_json::Value as Json;

    use super::*;
    use crate::application::{App, app};

    fn shop(group: Option<&str>, letters: &str) -> App {
        let task = |line: u32, id: &str, trigger: Json| json!({"id": id, "trigger": trigger, "origin": {"file": "src/app.rs", "line": line}});
        let mut report = task(4, "Report", json!({"managed_sqs": {}}));
        if let Some(group) = group {
            report["options"] = json!({"group": group, "dead_letters": letters});
        }
        let mut tick = task(3, "Tick", json!({"schedule": {"expression": "rate(1 day)"}}));
        tick["invokes"] = json!(["Report"]);
        tick["options"] = json!({"group": "clock"});
        app(json!([tick, report, task(5, "Letters", json!({"dead_letters": {}}))]))
    }

    #[test]
    fn a_task_that_moves_is_a_warning() {
        let path = folder("groups_moved");
        let run = |app: App| run_in(path.clone(), app, &["--output", "out/"], "");
        assert_snapshot!("groups", run(shop(Some("mail"), "Letters")));
        let moved = run(shop(Some("billing"), "Letters"));
        let message = "warning[AL0525]: `ReportALFunc`, `ReportALQueue`: must stay in the stack in which they were deployed, and \
                       move from nested stack `mailALGroup` to nested stack `billingALGroup` since the last synthesis";
        assert!(moved.exit == Exit::Done && moved.err.contains(message), "{moved}");
        assert!(!run(shop(Some("billing"), "Letters")).err.contains("AL0525"));
        let back = run(shop(None, ""));
        assert!(back.err.contains("move from nested stack `billingALGroup` to the outer stack"), "{back}");
    }

    #[test]
    fn extras_are_those_of_the_whole() {
        let path = folder("groups_extras");
        let extras = r#"{"Resources": {"ReportALFunc": {"Properties": {"Environment": {"Variables": {"TABLE": {"Ref": "Table"}}}}},
            "Table": {"Type": "AWS::Serverless::SimpleTable"}}}"#;
        fs::write(path.join("extras.json"), extras).unwrap();
        let app = shop(Some("mail"), "Letters");
        let run = run_in(path.clone(), app, &["--extras", "extras.json"], "");
        assert_eq!(run.exit, Exit::Done, "{run}");
        let template =
            |name: &str| serde_json::from_str::<Json>(&fs::read_to_string(path.join(name)).unwrap()).unwrap();
        let group = template("my_shop-mail.template.json");
        assert_eq!(
            group["Resources"]["ReportALFunc"]["Properties"]["Environment"]["Variables"]["TABLE"]["Ref"],
            "Table"
        );
        assert_eq!(group["Parameters"]["Table"], json!({"Type": "String"}));
        let root = template("template.json");
        assert_eq!(root["Resources"]["mailALGroup"]["Properties"]["Parameters"]["Table"], json!({"Ref": "Table"}));
    }

    #[test]
    fn mistakes_of_an_application_are_said_of_its_groups() {
        let app = shop(Some("mail"), "Letters").with_resources(|stack| {
            let function = stack.task_by_id("Report").function();
            stack.override_property(&function, "Events.ManagedSQS.Properties.FunctionResponseTypes", json!([]));
        });
        let run = run_in(folder("groups_wrong"), app, &[], "");
        assert_eq!(run.exit, Exit::Failed, "{run}");
        let message = "error[AL0005]: event `ManagedSQS` of task `Report`: `FunctionResponseTypes` must be \
                       `[ReportBatchItemFailures]`, got an empty list";
        assert!(run.err.contains(message) && run.err.contains("(stack my_shop-mail)"), "{run}");
        assert_eq!(run.err.matches("error[").count(), 1, "{run}");
    }
}
