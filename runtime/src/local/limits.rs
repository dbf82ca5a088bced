//! Lambda's limits on events and answers.

use std::io;

use serde_json::Value;

use crate::{Context, Engine, engine::InvocationError};

/// The largest event and the largest answer of a synchronous invocation, in bytes of JSON.
pub(crate) const MAX_PAYLOAD: usize = 6 * 1024 * 1024;

/// The reason why an invocation has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("event: must have at most {MAX_PAYLOAD} bytes of JSON on Lambda, has {0}")]
    Event(usize),
    #[error("answer: must have at most {MAX_PAYLOAD} bytes of JSON on Lambda, has {0}")]
    Answer(usize),
    #[error("answer: must come within 29 s, since API Gateway waits no longer")]
    TooLate,
    #[error(transparent)]
    Failed(InvocationError),
}

/// Runs a task on an event as Lambda would.
pub(crate) async fn invoke(engine: &Engine, task: &str, event: Value, context: Context) -> Result<Value, Refused> {
    let size = size(&event);
    if size > MAX_PAYLOAD {
        return Err(Refused::Event(size));
    }
    let answer = engine.invoke(task, event, context).await.map_err(Refused::Failed)?;
    let size = self::size(&answer);
    if size > MAX_PAYLOAD { Err(Refused::Answer(size)) } else { Ok(answer) }
}

/// The size of a value as JSON, in bytes.
fn size(value: &Value) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // A value has no keys that are no strings, and counting does not fail.
    serde_json::to_writer(&mut count, value).map_or(usize::MAX, |()| count.0)
}

#[cfg(test)]
mod tests {
    use async_lambda_model::schedule;
    use serde_json::json;

    use super::*;
    use crate::{App, Error, Recorder, ScheduledEvent};

    async fn echo(event: ScheduledEvent) -> Result<String, Error> {
        // As JSON, `ü` has two bytes and `"` too.
        Ok("\"".repeat(usize::try_from(event.raw()["quotes"].as_u64().unwrap())?))
    }

    #[tokio::test]
    async fn sizes_are_those_of_json() {
        let engine =
            Engine::new(App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), echo), Recorder::new());
        let engine = engine.unwrap();
        let run = async |event: Value| match invoke(&engine, "Tick", event, Context::default()).await {
            Ok(_) => String::new(),
            Err(refused) => refused.to_string(),
        };
        assert_eq!(run(json!({ "quotes": MAX_PAYLOAD / 2 - 1 })).await, "");
        let rule = "must have at most 6291456 bytes of JSON on Lambda";
        assert_eq!(run(json!({ "quotes": MAX_PAYLOAD / 2 })).await, format!("answer: {rule}, has 6291458"));
        let event = |length: usize| json!({ "quotes": 0, "x": "ü".repeat(length / 2) });
        let frame = size(&event(0));
        assert_eq!(run(event(MAX_PAYLOAD - frame)).await, "");
        let size = size(&event(MAX_PAYLOAD - frame + 2));
        assert_eq!(run(event(MAX_PAYLOAD - frame + 2)).await, format!("event: {rule}, has {size}"));
    }
}
