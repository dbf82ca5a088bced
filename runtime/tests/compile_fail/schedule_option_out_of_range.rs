use async_lambda::{
    model::{FlexibleTimeWindow, ScheduleEventAge, ScheduleRetryAttempts},
    prelude::*,
};

fn main() {
    let _ = Schedule::new(schedule!("rate(1 day)"))
        .flexible_time_window_minutes(FlexibleTimeWindow::of::<0>())
        .maximum_retry_attempts(ScheduleRetryAttempts::of::<186>())
        .maximum_event_age_secs(ScheduleEventAge::of::<59>());
}
