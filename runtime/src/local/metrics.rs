//! Metrics of local runs: lines of the log at the level `debug`, on stderr. Nothing makes metrics of them.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{App, metrics::documents};

/// Logs the metrics of each invocation, where the application has some.
pub(super) fn log(app: &mut App) {
    let Some(meter) = &mut app.meter else { return };
    meter.give_to(Arc::new(|report| {
        let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        for document in documents(report, u64::try_from(millis).unwrap_or_default(), &[]) {
            tracing::debug!("metrics {document}");
        }
    }));
}
