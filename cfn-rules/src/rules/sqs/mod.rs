//! Queues.

pub(crate) mod alarm_on_nothing;
pub(crate) mod dead_letter_kind;
pub(crate) mod dead_letter_retention;
pub(crate) mod delay;
pub(crate) mod fifo_name;
pub(crate) mod fifo_properties;
pub(crate) mod no_dead_letter_queue;
pub(crate) mod own_dead_letter_queue;
pub(crate) mod redrive_to_other_kind;
pub(crate) mod same_name;
pub(crate) mod several_policies;
pub(crate) mod throttled_once;
pub(crate) mod unwatched_dead_letters;
pub(crate) mod visibility_below_timeout;
