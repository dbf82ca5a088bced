//! Log lines in the JSON format of Lambda's own logging: one object a line, with `timestamp`, `level`, `message`, the
//! fields of all spans around it, and its own.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    env, fmt,
    io::{self, Write},
    panic::PanicHookInfo,
    time::{SystemTime, UNIX_EPOCH},
};

use aws_smithy_types::date_time::{DateTime, Format};
use serde_json::{Map, Value};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

use crate::{
    failure::{chain, panic_text},
    noise::quiet,
};

/// Writes lines from the level on that Lambda's logging configuration says, and panics as lines.
pub(super) fn init() {
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| match level.as_str() {
        "FATAL" => Some(LevelFilter::ERROR),
        level => level.parse().ok(),
    });
    let subscriber =
        tracing_subscriber::registry().with(targets(level.unwrap_or(LevelFilter::INFO))).with(Lines(io::stdout));
    // An application that has set its own subscriber keeps it, and its panic hook.
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

fn targets(level: LevelFilter) -> Targets {
    // Of a handler's error, the engine has said more than `lambda_runtime` knows.
    quiet(level).with_target("lambda_runtime::layers::panic", LevelFilter::OFF)
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    let reason = panic_text(panic.payload());
    tracing::error!(kind = "panic", location, backtrace, reason, "panic");
}

/// The fields that say what a line is and what it belongs to; that of the outermost span counts.
const LEADING: [&str; 8] =
    ["timestamp", "level", "message", "task", "requestId", "messageId", "invocationId", "attempt"];

/// Writes a line for each event.
struct Lines<W>(fn() -> W);

/// The fields of a span.
struct Fields(Map<String, Value>);

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Write + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields(Map::new());
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        // Before the span is locked: a value's `Display` is anybody's code, and may write a line, or panic.
        let mut recorded = Fields(Map::new());
        values.record(&mut recorded);
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            fields.0.extend(recorded.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut own = Fields(Map::new());
        event.record(&mut own);
        let mut line = Map::new();
        line.insert("timestamp".to_owned(), timestamp(SystemTime::now()).into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        line.insert("message".to_owned(), own.0.remove("message").unwrap_or_default());
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(fields) = span.extensions().get::<Fields>() {
                for (name, value) in &fields.0 {
                    // Nor by a field of an inner span.
                    let is_hidden = LEADING.contains(&&**name) && line.get(name).is_some_and(|known| known != value);
                    let name = if is_hidden { format!("fields.{name}") } else { name.clone() };
                    line.insert(name, value.clone());
                }
            }
        }
        for (name, value) in own.0 {
            // A field that happens to have the same name does not hide what a line belongs to.
            let name = if line.contains_key(&name) { format!("fields.{name}") } else { name };
            line.insert(name, value);
        }
        let line = format!("{}\n", Value::Object(line));
        // There is nobody to tell that a line could not be written.
        (self.0)().write_all(line.as_bytes()).ok();
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        let number = serde_json::Number::from_f64(value);
        self.set(field, number.map_or_else(|| Value::from(value.to_string()), Value::Number));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.set(field, chain(value));
    }
}

impl Fields {
    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

/// `2026-11-23T09:00:00.123Z`.
pub(super) fn timestamp(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = DateTime::from_secs(i64::try_from(since.as_secs()).unwrap_or_default());
    // Every time that a clock shows can be written.
    let seconds = seconds.fmt(Format::DateTime).unwrap_or_default();
    format!("{}.{:03}Z", seconds.trim_end_matches('Z'), since.subsec_millis())
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{Mutex, MutexGuard},
        time::Duration,
    };

    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::*;

    static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

    struct Memory(MutexGuard<'static, Vec<u8>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_has_the_fields_of_its_spans() {
        let subscriber = tracing_subscriber::registry()
            .with(targets(LevelFilter::TRACE))
            .with(Lines(|| Memory(LINES.lock().unwrap())));
        tracing::subscriber::with_default(subscriber, || {
            let invocation = tracing::error_span!("invocation", task = "Resize", requestId = "r");
            let _invocation = invocation.enter();
            let record =
                tracing::error_span!("record", messageId = "m", invocationId = tracing::field::Empty, attempt = 2);
            let _record = record.enter();
            record.record("invocationId", "i");
            tracing::info!(width = 800, ratio = f64::NAN, task = "mine", "resized {}", "a.png");
            tracing::trace!(target: "aws_smithy_runtime::client", "signature");
            tracing::debug!(target: "hyper_util::client", "body");
            tracing::warn!(target: "rustls::conn", "odd");
        });
        let text = String::from_utf8(std::mem::take(&mut *LINES.lock().unwrap())).unwrap();
        let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for line in &mut lines {
            assert!(line["timestamp"].take().as_str().unwrap().ends_with('Z'));
        }
        let span = |line: Value| {
            let mut whole = json!({
                "timestamp": null, "task": "Resize", "requestId": "r", "messageId": "m", "invocationId": "i", "attempt": 2,
            });
            whole.as_object_mut().unwrap().extend(line.as_object().unwrap().clone());
            whole
        };
        let own =
            json!({"level": "INFO", "message": "resized a.png", "width": 800, "ratio": "NaN", "fields.task": "mine"});
        assert_eq!(lines, [span(own), span(json!({"level": "WARN", "message": "odd"}))]);
    }

    /// Writes a line whenever it is written.
    struct Chatty;

    impl fmt::Display for Chatty {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            tracing::info!("written");
            f.write_str("chatty")
        }
    }

    #[test]
    fn a_value_may_write_lines_while_it_is_written() {
        static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
        let subscriber = tracing_subscriber::registry().with(Lines(|| Memory(LINES.lock().unwrap())));
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::error_span!("record", id = tracing::field::Empty);
            span.in_scope(|| span.record("id", tracing::field::display(Chatty)));
            span.in_scope(|| tracing::info!("then"));
        });
        let text = String::from_utf8(std::mem::take(&mut *LINES.lock().unwrap())).unwrap();
        assert!(text.contains(r#""message":"then","id":"chatty""#), "{text}");
    }

    #[test]
    fn timestamps_have_milliseconds() {
        let time = UNIX_EPOCH + Duration::from_millis(1_795_424_400_007);
        assert_eq!(timestamp(time), "2026-11-23T09:00:00.007Z");
    }
}
