//! Messages that move from one queue to another: into the dead-letter queue, and back.

use std::collections::BTreeSet;

use super::{Broker, Change, Message, Place, QueueId, Reply, Seq, Why};

impl Broker {
    /// Moves a message to another queue. Its id stays on the way to a dead-letter queue, and its receives still count for its
    /// receivers, not for the redrive policy there; on the way back both begin anew. A standard queue keeps the time of sending, a FIFO queue begins it anew.
    pub(super) fn shift(
        &mut self,
        from: QueueId,
        to: QueueId,
        seq: Seq,
        source: Option<QueueId>,
        out: &mut Vec<Change>,
    ) {
        let (now, next) = (self.now, self.next);
        let Some(mut message) = self.queue_mut(from).leave(seq) else { return };
        out.push(Change::Remove { queue: from, seq, why: Why::Moved });
        self.next += 1;
        let target = self.queue_mut(to);
        (message.place, message.source, message.seq) = (Place::Ready, source, next);
        (message.earlier_receives, message.receives) = (message.all_receives(), 0);
        if source.is_none() || target.config.fifo {
            message.sent = now;
        }
        if source.is_none() {
            // Back in its queue it is a new message.
            (message.id, message.earlier_receives, message.first_received) = (next, 0, 0);
        }
        if message.deduplication.is_some() {
            // A dead-letter queue knows a message by its own id.
            message.deduplication = Some(format!("{}", message.id).into());
        }
        out.push(Change::Put { queue: to, message: message.clone() });
        target.enter(message);
    }

    pub(super) fn redrive(
        &mut self,
        id: QueueId,
        to: Option<QueueId>,
        only: Option<Vec<Seq>>,
        max: usize,
        out: &mut Vec<Change>,
    ) -> Reply {
        let only: Option<BTreeSet<Seq>> = only.map(|only| only.into_iter().collect());
        let is_meant = |seq: &Seq| only.as_ref().is_none_or(|only| only.contains(seq));
        let queue = self.queue(id);
        // Those that came from nowhere stay, and do not count. A message of a standard queue may have no group.
        let can_take = |target: &QueueId| *target != id && self.queue(*target).config.fifo == queue.config.fifo;
        let target = |message: &Message| to.or(message.source).filter(can_take);
        let mut messages: Vec<(Seq, QueueId)> = queue
            .messages()
            .filter(|message| message.place == Place::Ready && is_meant(&message.seq))
            .filter_map(|message| Some((message.seq, target(message)?)))
            .collect();
        messages.sort_unstable();
        messages.truncate(max);
        for (seq, target) in &messages {
            self.shift(id, *target, *seq, None, out);
        }
        Reply::Moved(messages.len())
    }
}
