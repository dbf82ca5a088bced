//! Sends messages to a FIFO queue: in order, so one call after the other.

use std::{collections::BTreeSet, sync::Arc};

use async_lambda_model::TaskId;
use tokio::sync::Semaphore;

use super::{
    Call, Choices, SendFailure, Sender, Unsent, in_order,
    plan::{Payloads, Plan, parted},
};
use crate::{BoxFuture, Task};

impl Sender {
    /// Sends messages, each of which has a group. Where one could not be sent, the later ones of its group are not: they
    /// must not overtake it. Those that could not be sent come back, in the order of their indices.
    pub(crate) fn send_in_order<'a, T: Task>(
        &'a self,
        task: &'a TaskId,
        messages: impl IntoIterator<Item = (T::Payload, Choices)>,
    ) -> impl Future<Output = Vec<Unsent>> + Send + 'a {
        self.send_parted_in_order(task, parted(messages))
    }

    fn send_parted_in_order<'a>(
        &'a self,
        task: &'a TaskId,
        messages: (Vec<Choices>, Box<dyn Payloads>),
    ) -> BoxFuture<'a, Vec<Unsent>> {
        Box::pin(self.send_planned_in_order(task, Plan::new(self, task, messages)))
    }

    async fn send_planned_in_order(&self, task: &TaskId, mut plan: Plan<'_>) -> Vec<Unsent> {
        let call = Call { sender: self.clone(), task: task.clone(), uploads: Arc::new(Semaphore::new(1)) };
        let not_tried = |index, reason: &str| Unsent {
            index,
            reason: SendFailure::NotTried { task: task.clone(), reason: reason.to_owned() },
        };
        let mut failed: BTreeSet<String> = BTreeSet::new();
        let mut unsent = Vec::new();
        while let Some(mut batch) = plan.batch() {
            batch.drafts.retain(|draft| {
                let is_behind = draft.fifo_group().is_some_and(|group| failed.contains(group));
                if is_behind {
                    unsent.push(not_tried(draft.index, "an earlier message of its group was not sent"));
                }
                !is_behind
            });
            if batch.drafts.is_empty() {
                continue;
            }
            let groups: Vec<(usize, Option<String>)> =
                batch.drafts.iter().map(|draft| (draft.index, draft.fifo_group().map(ToOwned::to_owned))).collect();
            let delivered = call.clone().deliver(batch).await;
            for lost in &delivered.unsent {
                let group = groups.iter().find(|(index, _)| *index == lost.index).and_then(|(_, group)| group.clone());
                failed.extend(group);
            }
            unsent.extend(delivered.unsent);
            if let Some(reason) = delivered.stop {
                unsent.extend(plan.rest().into_iter().map(|index| not_tried(index, &reason)));
            }
        }
        unsent.append(&mut plan.unsent);
        in_order(unsent)
    }
}
