//! States one after the other.

use cfn_model::{IntoNode, Node, Object};

use crate::iam::PolicyDocument;

/// States one after the other. The last one ends the state machine, or the branch that the flow is.
///
/// ```
/// use async_lambda_constructs::constructs::states::{Choice, Fail, Flow, Succeed, Wait};
///
/// let flow = Flow::start(Wait::seconds("Pause", 60))
///     .then(Choice::new("Done?").when("$states.input.done", Succeed::new("Finished")))
///     .go_to("Pause");
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a flow does nothing until a state machine has it"]
pub struct Flow {
    pub(super) states: Vec<State>,
    /// The state of another place at which it goes on.
    pub(super) goes_to: Option<String>,
}

/// A state, of whatever kind.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) name: String,
    /// Its fields, without those that say where it leads.
    pub(super) fields: Object,
    pub(super) shape: Shape,
    /// The errors that it catches, each with what happens then.
    pub(super) catches: Vec<(Vec<String>, Flow)>,
    /// What the role must be allowed.
    pub(super) allowed: Vec<PolicyDocument>,
    /// It waits for something for as long as that takes, which only standard state machines do.
    pub(super) waits_for: Option<&'static str>,
    pub(super) problems: Vec<(String, &'static str)>,
}

/// What is inside of a state, and what may come behind it.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// The next state comes behind it.
    Plain,
    /// Nothing comes behind it.
    Last,
    Choice {
        branches: Vec<(String, Flow)>,
        otherwise: Option<Flow>,
    },
    Parallel(Vec<Flow>),
    Map(Flow),
}

impl Flow {
    /// Begins with this state.
    pub fn start(state: impl Into<Flow>) -> Flow {
        state.into()
    }

    /// Goes on with this state, or these.
    pub fn then(mut self, next: impl Into<Flow>) -> Flow {
        let next = next.into();
        if let Some(state) = self.goes_to.take() {
            // Nothing comes behind a jump: the definition says that of the states that follow.
            self.states.push(State::jump(state));
        }
        self.states.extend(next.states);
        self.goes_to = next.goes_to;
        self
    }

    /// Goes on with a state that is elsewhere in the same state machine, by its name: an earlier one makes a loop.
    pub fn go_to(self, state: impl Into<String>) -> Flow {
        self.then(Flow::jump(state))
    }

    /// Nothing but going on with a state that is elsewhere: for branches of a [`Choice`](super::states::Choice).
    pub fn jump(state: impl Into<String>) -> Flow {
        Flow { states: Vec::new(), goes_to: Some(state.into()) }
    }
}

impl State {
    pub(super) fn new(kind: &str, name: impl Into<String>, shape: Shape) -> State {
        State {
            name: name.into(),
            fields: Object::from_iter([("Type".to_owned(), kind.into_node())]),
            shape,
            catches: Vec::new(),
            allowed: Vec::new(),
            waits_for: None,
            problems: Vec::new(),
        }
    }

    /// A jump in the middle of a flow, which has a state behind it that nothing leads to.
    fn jump(to: String) -> State {
        let mut state = State::new("Succeed", format!("go_to({to})"), Shape::Last);
        state.problems.push((
            format!("`go_to(\"{to}\")` must be the last of its flow, has a state behind it"),
            "nothing leads to what is behind a jump: put it before, or into a branch of a choice",
        ));
        state
    }

    pub(super) fn set(&mut self, field: &str, value: impl IntoNode) {
        self.fields.insert(field.to_owned(), value.into_node());
    }
}

impl From<State> for Flow {
    fn from(state: State) -> Flow {
        Flow { states: vec![state], goes_to: None }
    }
}

/// An expression of JSONata, in the `{% %}` by which Step Functions knows it.
pub(super) fn expression(text: impl Into<String>) -> String {
    let text = text.into();
    let trimmed = text.trim();
    match trimmed.starts_with("{%") {
        true => trimmed.to_owned(),
        false => format!("{{% {trimmed} %}}"),
    }
}

/// An expression of JSONata as a value of [`arguments`](super::states::Task::arguments), `output` and the like:
/// `jsonata("$states.input.order")` is the text `{% $states.input.order %}`.
pub fn jsonata(expression_text: impl Into<String>) -> Node {
    expression(expression_text).into_node()
}
