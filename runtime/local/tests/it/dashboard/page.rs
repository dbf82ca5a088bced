//! The page, and the promises of the API as a whole.

use std::{collections::BTreeSet, time::Duration};

use async_lambda_local::{dashboard::commands::COMMANDS, http::Body};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{World, text};

const LOCAL: [(&str, &str); 1] = [("host", "127.0.0.1:8001")];

#[tokio::test]
async fn requests_of_other_origins_are_refused() {
    let world = World::new();
    world.send("First", "{}");
    let purge = r#"{"queue": "First"}"#;
    for headers in [
        [("host", "evil.example"), ("accept", "*/*")],
        [("host", "127.0.0.1:8001"), ("origin", "https://evil.example")],
        [("host", "127.0.0.1:8001"), ("origin", "null")],
    ] {
        for (method, path, body) in [("POST", "/api/queue/purge", purge), ("GET", "/api/status", ""), ("GET", "/", "")]
        {
            let response = world.call(method, path, &headers, body).await;
            assert_eq!(response.status(), 403, "{headers:?} {path}");
            let said = text(response);
            let is_named = headers.iter().any(|(_, value)| said.contains(&format!("`{value}`")));
            assert!(said.contains("must come from this machine") && is_named, "{said}");
        }
    }
    let status = world.get("status").await;
    assert_eq!(status["queues"]["shop-First"]["ready"], 1);
}

#[tokio::test]
async fn the_page_is_made_of_files_and_runs_nothing_else() {
    let world = World::new();
    let (mut seen, mut next) = (BTreeSet::new(), vec!["/".to_owned()]);
    while let Some(path) = next.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let response = world.call("GET", &path, &LOCAL, "").await;
        assert_eq!(response.status(), 200, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        let file = text(response);
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "style=\"", "<script>"]
        {
            assert!(!file.contains(word), "{path}: {word}");
        }
        for start in ["from \"./", "src=\"/", "href=\"/"] {
            let names = file.split(start).skip(1).filter_map(|rest| rest.split('"').next());
            next.extend(names.map(|name| format!("/{name}")));
        }
    }
    assert_eq!(seen.len(), 22, "{seen:?}");
    assert_eq!(world.call("GET", "/other.js", &LOCAL, "").await.status(), 404);
    assert_eq!(world.call("POST", "/app.js", &LOCAL, "").await.status(), 405);
}

#[tokio::test]
async fn each_command_of_the_table_is_in_the_api() {
    let world = World::new();
    let help = world.get("help").await;
    assert_eq!(help["commands"].as_array().unwrap().len(), COMMANDS.len());
    let mut names = BTreeSet::new();
    for command in COMMANDS {
        assert!(names.insert(command.name), "{} twice", command.name);
        let other = if command.method() == "GET" { "POST" } else { "GET" };
        assert_eq!(world.call(other, &command.path(), &LOCAL, "").await.status(), 405, "{}", command.name);
        let unknown = match other {
            "GET" => world.call("POST", &command.path(), &LOCAL, r#"{"nonsense": 1}"#).await,
            _ => world.call("GET", &format!("{}?nonsense=1", command.path()), &LOCAL, "").await,
        };
        assert_eq!(unknown.status(), 400, "{}", command.name);
        let said = text(unknown);
        assert!(said.contains("nonsense"), "{said}");
    }
    assert_eq!(world.call("GET", "/api/queue", &LOCAL, "").await.status(), 404);
    assert_eq!(world.call("POST", "/api/clock/next", &LOCAL, "[1]").await.status(), 400);
}

/// The next event of a stream, or none within ten seconds.
async fn event(stream: &mut tokio::sync::mpsc::Receiver<bytes::Bytes>) -> Option<Value> {
    let piece = tokio::time::timeout(Duration::from_secs(10), stream.recv()).await.ok()??;
    let piece = String::from_utf8(piece.to_vec()).unwrap();
    let data = piece.strip_prefix("data: ").and_then(|rest| rest.strip_suffix("\n\n"));
    Some(serde_json::from_str(data.unwrap_or_else(|| panic!("{piece}"))).unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_stream_has_an_event_for_each_change_and_no_other() {
    let world = World::new();
    let response = world.call("GET", "/api/watch", &LOCAL, "").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let Body::Stream(mut stream) = response.into_body() else { panic!("no stream") };
    assert_eq!(event(&mut stream).await.unwrap()["queues"]["shop-First"]["ready"], 0);
    assert_eq!(event(&mut stream).await, None);

    // Many changes at once are one event.
    for _ in 0..100 {
        world.send("First", "{}");
    }
    assert_eq!(event(&mut stream).await.unwrap()["queues"]["shop-First"]["ready"], 100);
    assert_eq!(event(&mut stream).await, None);

    world.post("queue/pause", json!({"queue": "First"})).await;
    assert_eq!(event(&mut stream).await.unwrap()["queues"]["shop-First"]["paused"], true);
    world.post("clock/speed", json!({"factor": "60"})).await;
    assert_eq!(event(&mut stream).await.unwrap()["speed"], 60.0);
}

#[tokio::test(start_paused = true)]
async fn a_stream_shows_what_the_time_alone_changes() {
    let world = World::new();
    world.send("First", "{}");
    world.run("First", &Err(async_lambda_local::run::Failure::new(async_lambda_local::run::FailureKind::Error, "no")));
    let Body::Stream(mut stream) = world.call("GET", "/api/watch", &LOCAL, "").await.into_body() else { panic!() };
    assert_eq!(event(&mut stream).await.unwrap()["queues"]["shop-First"]["in_flight"], 1);
    world.cloud.clock().advance(360_000);
    let counts = &event(&mut stream).await.unwrap()["queues"]["shop-First"];
    assert_eq!((&counts["in_flight"], &counts["ready"]), (&json!(0), &json!(1)));
}
