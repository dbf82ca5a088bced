//! Messages that would be delayed for longer than a queue can.

use cfn_model::{Node, Path, Segment};

use crate::{
    facts::flow::{
        graph::Flow,
        model::{Resource, int},
        text::Text,
    },
    rules::definition::{On, Reporter},
};

/// How deep states are looked for in states.
const DEEPEST_STATES: usize = 8;
/// The longest delay of a message in a queue, in seconds.
const LONGEST_DELAY: i64 = 900;

rule! {
    /// SQS delays a message by at most 900 seconds, 15 minutes. It refuses a longer delay of a queue or of a message.
    /// Where the schema finds the same, it is said once, here.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {DelaySeconds: 3600}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {DelaySeconds: 900}
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint says `E3034` where the value is a literal, `W1030` where it is the default of a parameter and `W1034`
    /// where it is in a mapping. One mistake is one finding, so none of these is given beside this one.
    AL1025: error "message delay exceeds 900 seconds",
    on: On::Flow(check),
    supersedes: ["E3034", "W1030", "W1034"],
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.model.queues.iter().for_each(|number| queue(flow, &flow.model.resources[*number], report));
    state_machine_delays(flow, report);
}

fn queue(flow: &Flow<'_>, queue: &Resource<'_>, report: &mut Reporter<'_>) {
    let mut seconds = queue.ints(flow.model.context, &["DelaySeconds"], None).into_iter();
    let long = seconds.find(|(facts, seconds)| *seconds > LONGEST_DELAY && flow.model.together(&[&queue.facts, facts]));
    if let Some((_, seconds)) = long {
        let message = format!("queue `{}`: the delay must be at most {LONGEST_DELAY} s, got {seconds} s", queue.id);
        report
            .at(queue.path(&["DelaySeconds"]), message)
            .help("let a one-time schedule of EventBridge Scheduler, `at(...)`, send what has to wait longer")
            .expected(format!("at most {LONGEST_DELAY}"))
            .actual(seconds.to_string());
    }
}

/// A task of a state machine that sends with a delay.
fn state_machine_delays(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    for kind in ["AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"] {
        for machine in flow.model.of_type(kind) {
            let Some(definition) = machine.properties.get("Definition") else { continue };
            let mut pending = vec![(definition, machine.path(&["Definition"]), 0)];
            while let Some((definition, place, depth)) = pending.pop() {
                let place = place.join("States");
                for (name, state) in definition.get("States").and_then(Node::as_object).into_iter().flatten() {
                    let place = place.join(Segment::Key(name.clone()));
                    task_delay(machine, name, state, &place, report);
                    if depth == DEEPEST_STATES {
                        continue;
                    }
                    for key in ["Iterator", "ItemProcessor"] {
                        pending.extend(state.get(key).map(|inner| (inner, place.join(key), depth + 1)));
                    }
                    let branches = state.get("Branches").and_then(Node::as_array).unwrap_or_default();
                    let within = place.join("Branches");
                    let branch = |(index, branch)| (branch, within.join(Segment::Index(index)), depth + 1);
                    pending.extend(branches.iter().enumerate().map(branch));
                }
            }
        }
    }
}

fn task_delay(machine: &Resource<'_>, name: &str, state: &Node, place: &Path, report: &mut Reporter<'_>) {
    let to = state.get("Resource").map(|arn| Text::of(arn).to_string());
    if !to.is_some_and(|arn| arn.contains(":states:::sqs:sendMessage")) {
        return;
    }
    for key in ["Parameters", "Arguments"] {
        let seconds = state.get(key).and_then(|given| given.get("DelaySeconds")).and_then(int);
        if let Some(seconds) = seconds.filter(|seconds| *seconds > LONGEST_DELAY) {
            let message = format!(
                "state machine `{}`, state `{name}`: the delay must be at most {LONGEST_DELAY} s, got {seconds} s",
                machine.id
            );
            let help = "put a `Wait` state before it";
            let place = place.join(key).join("DelaySeconds");
            report.at(place, message).help(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{HEAD, all, either, queue, written};

    #[test]
    fn cases() {
        let queue = |seconds: &str| {
            format!("Resources:\n  Jobs: {{Type: AWS::SQS::Queue, Properties: {{DelaySeconds: {seconds}}}}}\n")
        };
        let message = "queue `Jobs`: the delay must be at most 900 s, got 901 s";
        check(&RULE, &queue("901"), &[("Resources/Jobs/Properties/DelaySeconds", message)]);
        check(&RULE, &queue("900"), &[]);
        let machine = |seconds: &str| {
            format!(
                "Resources:\n  M: {{Type: AWS::StepFunctions::StateMachine, Properties: {{Definition: {{StartAt: A, \
                 States: {{A: {{Type: Task, End: true, Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: \
                 {{DelaySeconds: {seconds}}}}}}}}}}}}}\n"
            )
        };
        let place = "Resources/M/Properties/Definition/States/A/Parameters/DelaySeconds";
        let message = "state machine `M`, state `A`: the delay must be at most 900 s, got 1000 s";
        check(&RULE, &machine("1000"), &[(place, message)]);
        check(&RULE, &machine("900"), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("delay.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let machine = |seconds: &str| {
            format!("{HEAD}  M: {{Type: AWS::Serverless::StateMachine, Properties: {{Definition: {{StartAt: A, States: {{A: {{Type: Task, End: true,
    Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: {{DelaySeconds: {seconds}}}}}}}}}}}}}\n")
        };
        let mut wrong = all([queue("DelaySeconds: 901,"), queue("DelaySeconds: '3600',")]);
        wrong.extend([machine("1000"), machine("1000").replace("Serverless", "StepFunctions")]);
        let mut right = all([queue("DelaySeconds: 900,"), queue("DelaySeconds: !Ref Count,")]);
        right.push(machine("900"));
        either(&RULE, &wrong, &right);
    }
}
