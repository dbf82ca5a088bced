//! The states of a [`StateMachine`](super::StateMachine), and how one leads to another.
//!
//! Data is shaped in JSONata: a string that is `{% .. %}`, which [`jsonata`] makes, is an expression, in which `$states.input` is what the
//! state got, and `$states.result` what its work gave.

use cfn_model::{IntoNode, Value};

use super::{
    flow::{Shape, State, expression},
    retry::retry,
};

pub use super::{
    flow::{Flow, jsonata},
    retry::Retry,
    task::Task,
};

/// The methods that states of all kinds have, and those of some.
macro_rules! state {
    ($kind:ident: $($method:ident)*) => {
        $(state!(@$method $kind);)*

        impl From<$kind> for Flow {
            fn from(state: $kind) -> Flow {
                state.0.into()
            }
        }

        impl $kind {
            /// Goes on with this state, or these.
            pub fn then(self, next: impl Into<Flow>) -> Flow {
                Flow::from(self).then(next)
            }

            /// Goes on with a state that is elsewhere in the same state machine, by its name.
            pub fn go_to(self, state: impl Into<String>) -> Flow {
                Flow::from(self).go_to(state)
            }

            /// A comment in the definition.
            pub fn comment(mut self, text: impl Into<String>) -> $kind {
                self.0.set("Comment", text.into());
                self
            }
        }
    };
    (@output $kind:ident) => {
        impl $kind {
            /// What it hands to the next state: JSON with expressions in it. By default its result, or, where it has none, its input.
            pub fn output(mut self, value: impl IntoNode) -> $kind {
                self.0.set("Output", value);
                self
            }
        }
    };
    (@assign $kind:ident) => {
        impl $kind {
            /// Keeps values in variables, an object with one member each: later states have them as `$name`.
            pub fn assign(mut self, variables: impl IntoNode) -> $kind {
                self.0.set("Assign", variables);
                self
            }
        }
    };
    (@errors $kind:ident) => {
        impl $kind {
            /// Tries again after these errors.
            pub fn retry(mut self, again: Retry) -> $kind {
                retry(&mut self.0, again);
                self
            }

            /// Goes on here after one of these errors, when there are no tries left: `["States.ALL"]` is any. What it gets is the error,
            /// with `Error` and `Cause`. It ends by itself; `go_to` leads back.
            pub fn catch<E: Into<String>>(mut self, errors: impl IntoIterator<Item = E>, flow: impl Into<Flow>) -> $kind {
                self.0.catches.push((errors.into_iter().map(Into::into).collect(), flow.into()));
                self
            }
        }
    };
}
/// Does nothing but shape data.
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until a state machine has it"]
pub struct Pass(State);

/// Waits.
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until a state machine has it"]
pub struct Wait(State);

/// Ends the execution, or the branch, with success.
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until a state machine has it"]
pub struct Succeed(State);

/// Ends the execution with an error.
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until a state machine has it"]
pub struct Fail(State);

/// Goes one way or another. A branch goes on behind the choice when its own states are done.
///
/// ```
/// use async_lambda_constructs::constructs::states::{Choice, Fail, Flow, Pass};
///
/// let flow = Choice::new("Paid?")
///     .when("$states.input.paid", Pass::new("Note"))
///     .otherwise(Fail::new("Unpaid", "NotPaid", "the order has no payment"))
///     .then(Pass::new("Ship"));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until a state machine has it"]
pub struct Choice(State);

/// Does several things at once, and goes on with the list of their results when all are done.
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until a state machine has it"]
pub struct Parallel(State);

/// Does the same for each item of a list, and goes on with the list of the results.
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until a state machine has it"]
pub struct Map(State);

state!(Pass: output assign);
state!(Wait: output assign);
state!(Succeed: output);
state!(Fail:);
state!(Choice: output assign);
state!(Parallel: output assign errors);
state!(Map: output assign errors);

impl Pass {
    /// A state that hands its input on.
    pub fn new(name: impl Into<String>) -> Pass {
        Pass(State::new("Pass", name, Shape::Plain))
    }
}

impl Wait {
    /// Waits for so many seconds.
    pub fn seconds(name: impl Into<String>, seconds: u32) -> Wait {
        Wait::new(name, "Seconds", seconds)
    }

    /// Waits for as many seconds as an expression says: `$states.input.delay`.
    pub fn seconds_of(name: impl Into<String>, seconds: impl Into<String>) -> Wait {
        Wait::new(name, "Seconds", expression(seconds))
    }

    /// Waits until the time that an expression says: `$states.input.due`, which must be like `2026-03-14T01:59:00Z`.
    pub fn until(name: impl Into<String>, time: impl Into<String>) -> Wait {
        Wait::new(name, "Timestamp", expression(time))
    }

    fn new(name: impl Into<String>, field: &str, value: impl IntoNode) -> Wait {
        let mut state = State::new("Wait", name, Shape::Plain);
        state.set(field, value);
        Wait(state)
    }
}

impl Succeed {
    /// The end.
    pub fn new(name: impl Into<String>) -> Succeed {
        Succeed(State::new("Succeed", name, Shape::Last))
    }
}

impl Fail {
    /// The end, with the name of an error, and its cause for people. Both may be expressions.
    pub fn new(name: impl Into<String>, error: impl Into<Value<String>>, cause: impl Into<Value<String>>) -> Fail {
        let mut state = State::new("Fail", name, Shape::Last);
        state.set("Error", error.into());
        state.set("Cause", cause.into());
        Fail(state)
    }
}

impl Choice {
    /// A choice without branches.
    pub fn new(name: impl Into<String>) -> Choice {
        Choice(State::new("Choice", name, Shape::Choice { branches: Vec::new(), otherwise: None }))
    }

    /// Goes this way when the condition, an expression, is true; the first that is true wins.
    pub fn when(mut self, condition: impl Into<String>, flow: impl Into<Flow>) -> Choice {
        if let Shape::Choice { branches, .. } = &mut self.0.shape {
            branches.push((expression(condition), flow.into()));
        }
        self
    }

    /// Goes this way when no condition is true. Without it, the execution goes on behind the choice.
    pub fn otherwise(mut self, flow: impl Into<Flow>) -> Choice {
        if let Shape::Choice { otherwise, .. } = &mut self.0.shape {
            *otherwise = Some(flow.into());
        }
        self
    }
}

impl Parallel {
    /// No branches yet.
    pub fn new(name: impl Into<String>) -> Parallel {
        Parallel(State::new("Parallel", name, Shape::Parallel(Vec::new())))
    }

    /// One of the things that are done at once. It gets the state's input.
    pub fn branch(mut self, flow: impl Into<Flow>) -> Parallel {
        if let Shape::Parallel(branches) = &mut self.0.shape {
            branches.push(flow.into());
        }
        self
    }
}

impl Map {
    /// For each of the items that an expression gives, `$states.input.items`, does what the flow says. Each run of it gets an item.
    pub fn new(name: impl Into<String>, items: impl Into<String>, flow: impl Into<Flow>) -> Map {
        let mut state = State::new("Map", name, Shape::Map(flow.into()));
        state.set("Items", expression(items));
        Map(state)
    }

    /// How many run at once, at most: 1 to 40, which is the most that Step Functions does, and what it does by default.
    pub fn max_concurrency(mut self, count: u32) -> Map {
        if !(1..=40).contains(&count) {
            self.0.problems.push((
                format!("`MaxConcurrency` of `{}` must be 1 to 40, got {count}", self.0.name),
                "a map of items in the execution itself runs 40 at once, at most",
            ));
        }
        self.0.set("MaxConcurrency", count);
        self
    }

    /// What each run gets instead of the item, as JSON with expressions in it: `$states.context.Map.Item.Value` is the item.
    pub fn selector(mut self, value: impl IntoNode) -> Map {
        self.0.set("ItemSelector", value);
        self
    }
}
