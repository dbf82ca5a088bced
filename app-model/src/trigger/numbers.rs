//! The numbers of a trigger that were out of their range.

use crate::{IntoBounded, Origin, OutOfRange, Problem, TaskModel};

/// Numbers that a trigger was given and could not take, each with its line. They are problems of the task.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct WrongNumbers(Vec<(OutOfRange, Origin)>);

impl WrongNumbers {
    /// The number, or `None` for one that is kept here.
    #[track_caller]
    pub(super) fn check<V>(&mut self, number: impl IntoBounded<V>) -> Option<V> {
        match number.into_bounded() {
            Ok(number) => Some(number),
            Err(error) => {
                self.0.push((error, Origin::caller()));
                None
            }
        }
    }

    pub(super) fn report(&self, task: &TaskModel, problems: &mut Vec<Problem>) {
        problems.extend(self.0.iter().map(|(source, origin)| Problem::Option {
            task: task.id.to_string(),
            source: source.clone(),
            origin: origin.clone(),
        }));
    }
}
