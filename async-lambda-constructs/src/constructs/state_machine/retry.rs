//! Further tries of a state that failed.

use cfn_model::{IntoNode, Node, Object};

use super::flow::State;

/// When and how often a state is tried again.
///
/// | | default |
/// |---|---|
/// | tries | 3 more, as with Step Functions itself |
/// | first pause | 1 second |
/// | each further pause | twice as long, since what is overloaded needs time |
/// | jitter | on: executions that failed together are not tried together |
#[derive(Clone, Debug, PartialEq)]
#[must_use = "does nothing until a state has it"]
pub struct Retry {
    errors: Vec<String>,
    attempts: u32,
    interval: u32,
    backoff: f64,
    max_delay: Option<u32>,
    jitter: bool,
}

impl Retry {
    /// After these errors: `["States.Timeout"]`, or names that a function's errors have.
    pub fn on<E: Into<String>>(errors: impl IntoIterator<Item = E>) -> Retry {
        let errors = errors.into_iter().map(Into::into).collect();
        Retry { errors, attempts: 3, interval: 1, backoff: 2.0, max_delay: None, jitter: true }
    }

    /// After any error.
    pub fn on_all() -> Retry {
        Retry::on(["States.ALL"])
    }

    /// How many more tries: up to 99,999,999.
    pub fn attempts(mut self, count: u32) -> Retry {
        self.attempts = count;
        self
    }

    /// How many seconds before the first of them: 1 or more.
    pub fn interval_seconds(mut self, seconds: u32) -> Retry {
        self.interval = seconds;
        self
    }

    /// By how much each pause is longer than the one before: 1 or more.
    pub fn backoff(mut self, rate: f64) -> Retry {
        self.backoff = rate;
        self
    }

    /// The longest pause in seconds: longer than the first one, and less than 31,622,400.
    pub fn max_delay_seconds(mut self, seconds: u32) -> Retry {
        self.max_delay = Some(seconds);
        self
    }

    /// Without jitter.
    pub fn without_jitter(mut self) -> Retry {
        self.jitter = false;
        self
    }

    fn problems(&self, state: &str) -> Vec<(String, &'static str)> {
        let mut problems = Vec::new();
        if self.interval == 0 {
            let help = "1 second is the shortest";
            problems.push((format!("the pause before a retry of `{state}` must be 1 second or more, got 0"), help));
        }
        if !(self.backoff >= 1.0 && self.backoff.is_finite()) {
            let message = format!("the backoff of a retry of `{state}` must be 1 or more, got {}", self.backoff);
            problems.push((message, "1 makes all pauses equally long, 2 doubles them"));
        }
        if self.attempts > 99_999_999 {
            let message = format!("the tries of `{state}` must be 99999999 or fewer, got {}", self.attempts);
            problems.push((message, "say how often it is worth it"));
        }
        if let Some(delay) = self.max_delay.filter(|delay| *delay <= self.interval || *delay >= 31_622_400) {
            let message = format!(
                "the longest pause before a retry of `{state}` must be longer than the first, {} s, and less than 31622400 s, got {delay}",
                self.interval
            );
            problems.push((message, "a longer maximum, or a shorter first pause"));
        }
        problems
    }

    fn node(self) -> Node {
        let mut members = vec![
            ("ErrorEquals", self.errors.into_node()),
            ("IntervalSeconds", self.interval.into_node()),
            ("MaxAttempts", self.attempts.into_node()),
            ("BackoffRate", self.backoff.into_node()),
        ];
        if let Some(delay) = self.max_delay {
            members.push(("MaxDelaySeconds", delay.into_node()));
        }
        if self.jitter {
            members.push(("JitterStrategy", "FULL".into_node()));
        }
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Object>().into_node()
    }
}

/// Gives a state one more retry.
pub(super) fn retry(state: &mut State, again: Retry) {
    let problems = again.problems(&state.name);
    state.problems.extend(problems);
    match state.fields.get_mut("Retry") {
        Some(Node::Array(retries)) => retries.push(again.node()),
        _ => {
            state.fields.insert("Retry".to_owned(), vec![again.node()].into_node());
        }
    }
}

/// Gives a state the retries for the errors of a service that go by, before all others, without the errors that it names itself.
pub(super) fn retry_service_errors(state: &mut State, errors: &[&str]) {
    let mut retries = match state.fields.get("Retry") {
        Some(Node::Array(retries)) => retries.clone(),
        _ => Vec::new(),
    };
    let own: Vec<&str> = retries.iter().flat_map(errors_of).collect();
    let errors: Vec<&str> = errors.iter().copied().filter(|error| !own.contains(error)).collect();
    if !errors.is_empty() {
        retries.insert(0, Retry::on(errors).attempts(6).interval_seconds(2).node());
        state.set("Retry", retries);
    }
}

/// The errors that a retry, or a catch, names.
pub(super) fn errors_of(retry: &Node) -> impl Iterator<Item = &str> {
    let errors = retry.get("ErrorEquals").and_then(Node::as_array).unwrap_or_default();
    errors.iter().filter_map(Node::as_str)
}
