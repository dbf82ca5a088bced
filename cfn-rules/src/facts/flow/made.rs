//! The queues that SAM makes between a topic and a function. Nothing about them can be set.

use cfn_model::{Node, Path};

use super::model::{Model, SAM_FUNCTION, flag, properties};

/// How to get a queue with settings in place of SAM's.
pub(crate) const OWN_QUEUE: &str = "make a queue of your own, subscribe it to the topic with an \
                                    `AWS::SNS::Subscription`, and let an event of type `SQS` consume it";

/// A queue that SAM makes for an event.
pub(crate) struct MadeQueue {
    /// The function that consumes it.
    pub(crate) function: usize,
    /// The property that asks for it.
    pub(crate) path: Path,
    /// The queue, for a message.
    pub(crate) subject: String,
}

/// The queues that SAM makes.
pub(crate) fn made_queues<'m>(model: &'m Model<'_>) -> impl Iterator<Item = MadeQueue> + 'm {
    let is_there = |number: &usize| {
        let function = &model.resources[*number];
        function.kind == SAM_FUNCTION && model.together(&[&function.facts])
    };
    model.functions.iter().copied().filter(is_there).flat_map(|number| {
        let function = &model.resources[number];
        let events = function.properties.get("Events").and_then(Node::as_object);
        let makes = |event: &Node| {
            let is_made = properties(event).get("SqsSubscription").and_then(flag) == Some(true);
            is_made && event["Type"].as_str() == Some("SNS")
        };
        events.into_iter().flatten().filter(move |(_, event)| makes(event)).map(move |(name, _)| MadeQueue {
            function: number,
            path: function.path(&["Events", name, "Properties", "SqsSubscription"]),
            subject: format!("event `{name}` of `{}`: the queue that SAM makes for it", function.id),
        })
    })
}
