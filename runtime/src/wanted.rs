//! Clients of AWS that only some applications need: what needs one says so here, and is what brings it into a bootstrap.

/// For messages with a schedule.
pub(crate) fn schedules() {
    #[cfg(feature = "aws")]
    crate::lambda::want_schedules();
}

/// For calls of function tasks.
pub(crate) fn calls() {
    #[cfg(feature = "aws")]
    crate::lambda::want_calls();
}

/// For work that is done once for each key.
pub(crate) fn once_table() {
    #[cfg(feature = "aws")]
    crate::lambda::want_once_table();
}

/// For tables of the application.
#[cfg(feature = "table")]
pub(crate) fn tables() {
    #[cfg(feature = "aws")]
    crate::lambda::want_tables();
}

/// For messages that failed and come again after a time of their own.
pub(crate) fn visibility() {
    #[cfg(feature = "aws")]
    crate::lambda::want_visibility();
}
