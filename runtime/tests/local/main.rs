//! Local runs, as a client and a shell see them. This program is both the test and the application under test.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
#[path = "../harness/mod.rs"]
mod harness;
mod program;

use std::{env, fs, path::PathBuf, process::ExitCode};

use client::{Answer, Server, invoke};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

fn main() -> ExitCode {
    if env::args().nth(1).is_some_and(|command| ["invoke", "web-server"].contains(&command.as_str())) {
        return async_lambda::main(program::app());
    }
    let tests: [harness::Test; 12] = [
        ("events are those of a REST API", events_are_those_of_a_rest_api),
        ("base64 reaches the client without a media type", base64_reaches_the_client_without_a_media_type),
        ("bytes reach the client with a media type", bytes_reach_the_client_with_a_media_type),
        ("media types come from the config file", media_types_come_from_the_config_file),
        ("cors comes from code and the config file", cors_comes_from_code_and_the_config_file),
        ("header values keep their bytes", header_values_keep_their_bytes),
        ("limits are those of Lambda and API Gateway", limits_are_those_of_lambda_and_api_gateway),
        ("broken requests are bad requests", broken_requests_are_bad_requests),
        ("failures are those of API Gateway", failures_are_those_of_api_gateway),
        ("lanes and groups are passed on", lanes_and_groups_are_passed_on),
        ("logs go to stderr", logs_go_to_stderr),
        ("stdout may be closed or full", stdout_may_be_closed_or_full),
    ];
    harness::run(&tests)
}

/// A message of API Gateway itself.
fn of_gateway(message: &str) -> Value {
    json!({ "message": message })
}

fn events_are_those_of_a_rest_api() {
    let server = Server::start(&[], &[]);
    let head = "host: localhost:1\r\nuser-agent: test\r\nx-one: 1\r\nx-one: 2\r\ncontent-type: text/plain\r\n";
    let answer = server.call("POST", "/see/a%20b%2Fc%2525?q=x&q=y+z%26&flag", head, b"hi");
    let seen = answer.json();
    assert_eq!(seen["path"], "/see/a%20b%2Fc%2525");
    assert_eq!(seen["id"], "a b/c%25");
    assert_eq!(seen["query"], json!({ "flag": [""], "q": ["x", "y z&"] }));
    assert_eq!(seen["uri"], "/see/a%20b%2Fc%2525?flag=&q=x&q=y%20z%26");
    assert_eq!(seen["typed"], json!(["y z&", "2"]));
    let raw = &seen["raw"];
    assert_eq!(raw["pathParameters"], json!({ "id": "a%20b%2Fc%2525" }));
    assert_eq!(raw["queryStringParameters"], json!({ "q": "y z&", "flag": "" }));
    assert_eq!(raw["headers"]["x-one"], "2");
    assert_eq!(raw["multiValueHeaders"]["x-one"], json!(["1", "2"]));
    assert_eq!(raw["stageVariables"], Value::Null);
    let context = &raw["requestContext"];
    assert_eq!(context["identity"]["sourceIp"], "127.0.0.1");
    assert_eq!(context["identity"]["userAgent"], "test");
    assert_eq!(context["path"], "/local/see/a%20b%2Fc%2525");
    assert_eq!((&context["resourcePath"], &context["httpMethod"]), (&json!("/see/{id}"), &json!("POST")));
    assert_eq!((&context["stage"], &context["protocol"]), (&json!("local"), &json!("HTTP/1.1")));
    let other = server.call("GET", "/see/7", "", b"").json();
    assert_ne!(other["raw"]["requestContext"]["requestId"], context["requestId"]);
    assert_eq!((&other["raw"]["body"], &other["raw"]["queryStringParameters"]), (&Value::Null, &Value::Null));

    let forwarded = |head: &str| {
        let seen = server.call("GET", "/see/7", head, b"").json();
        let header = |name: &str| seen["raw"]["multiValueHeaders"][name].clone();
        json!([header("X-Forwarded-For"), header("X-Forwarded-Port"), header("X-Forwarded-Proto")])
    };
    let port = server.port();
    assert_eq!(forwarded(""), json!([["127.0.0.1"], [port], ["http"]]));
    let head = "x-forwarded-for: 192.0.2.1\r\nx-forwarded-proto: https\r\n";
    assert_eq!(forwarded(head), json!([["192.0.2.1, 127.0.0.1"], [port], ["http"]]));

    // `invoke` gives the same.
    let run = invoke(&["See", "--path", "/see/a%20b%2Fc%2525?q=x&q=y+z%26&flag", "--header", "x-one=2"], &[]);
    let invoked: Value = serde_json::from_str(run.json()["returned"]["body"].as_str().unwrap()).unwrap();
    for key in ["path", "id", "query", "uri", "typed"] {
        assert_eq!(invoked[key], seen[key], "{key}");
    }
}

const OPTION: &str = "`App::binary_media_types`";

fn base64_reaches_the_client_without_a_media_type() {
    let server = Server::start(&[], &[]);
    for accept in ["", "accept: image/png\r\n", "accept: */*\r\n"] {
        let Answer { status, body, .. } = server.call("GET", "/png", accept, b"");
        assert_eq!((status, &body[..]), (200, &b"iVD/AA=="[..]), "{accept}");
    }
    assert_eq!(server.call("GET", "/compressed", "", b"").body, b"bm90IHJlYWxseQ==");
    // A body that is not UTF-8 is damaged, as it is on AWS.
    let seen = server.call("POST", "/see/7", "content-type: image/png\r\n", b"\x89P").json();
    assert_eq!(seen["raw"]["body"], "\u{fffd}P");
    let log = server.stop();
    assert_eq!(log.matches(OPTION).count(), 5, "one line an answer, and one for the body: {log}");
    assert!(log.lines().filter(|line| line.contains(OPTION)).all(|line| line.contains("ERROR")), "{log}");

    let run = invoke(&["Png", "--header", "accept=image/png"], &[]);
    assert!(run.stderr.contains("ERROR") && run.stderr.contains(OPTION), "{}", run.stderr);
    assert_eq!(run.json()["returned"]["body"], "iVD/AA==");
}

fn bytes_reach_the_client_with_a_media_type() {
    let server = Server::start(&[], &[("TEST_MEDIA_TYPES", "image/*")]);
    let bytes = &b"\x89P\xff\0"[..];
    for (accept, expected) in [
        ("accept: image/png\r\n", bytes),
        ("accept: image/webp;q=0.9, text/html\r\n", bytes),
        ("accept: text/html, image/png\r\n", b"iVD/AA=="),
        ("accept: */*\r\n", b"iVD/AA=="),
        ("", b"iVD/AA=="),
    ] {
        assert_eq!(server.call("GET", "/png", accept, b"").body, expected, "{accept}");
    }
    // A text that is plain stays one.
    assert_eq!(server.call("POST", "/large?n=1", "accept: image/png\r\n", b"").body, b"\"");
    let seen = server.call("POST", "/see/7", "content-type: image/png\r\n", b"\x89P").json();
    assert_eq!(json!([seen["raw"]["body"], seen["raw"]["isBase64Encoded"]]), json!(["iVA=", true]));
    assert_eq!(seen["body"], json!([0x89, 0x50]));
    let seen = server.call("POST", "/see/7", "content-type: text/plain\r\n", b"P").json();
    assert_eq!(json!([seen["raw"]["body"], seen["raw"]["isBase64Encoded"]]), json!(["P", false]));
    let log = server.stop();
    assert!(!log.contains("ERROR"), "{log}");
    assert_eq!(log.matches("WARN").count(), 3, "an answer for which the client asked wrongly: {log}");
    let server = Server::start(&[], &[("TEST_MEDIA_TYPES", "*/*")]);
    assert_eq!(server.call("GET", "/png", "", b"").body, bytes);
}

fn scratch(name: &str, content: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn media_types_come_from_the_config_file() {
    let config = scratch(
        "media-types.json",
        r#"{"binary_media_types": ["image/gif"], "stages": {"prod": {"binary_media_types": ["image/png"]}}}"#,
    );
    let body =
        |arguments: &[&str]| Server::start(arguments, &[]).call("GET", "/png", "accept: image/png\r\n", b"").body;
    assert_eq!(body(&["--config", &config]), b"iVD/AA==");
    assert_eq!(body(&["--config", &config, "--stage", "prod"]), b"\x89P\xff\0");

    let wrong = scratch("wrong.json", r#"{"binary_media_types": ["image~1png"]}"#);
    let number = scratch("number.json", r#"{"stages": {"prod": {"binary_media_types": 7}}}"#);
    let text = scratch("text.json", "{");
    for (arguments, expected) in [
        (&["--config", &config, "--stage", "dev"][..], "--stage: must be a stage that "),
        (&["--config", "nowhere.json"], "nowhere.json: "),
        (
            &["--config", &wrong],
            "binary media type `image~1png`: must be `type/subtype`, `type/*` or `*/*`; write `image/png`",
        ),
        (&["--config", &number, "--stage", "prod"], "`stages/prod/binary_media_types` must be a list of media types"),
        (&["--config", &text], "must be JSON: "),
    ] {
        let run = invoke(&[&["Png"], arguments].concat(), &[]);
        assert_eq!((run.code, &run.stdout[..]), (2, ""), "{}", run.stderr);
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(expected), "{}", run.stderr);
    }
}

fn cors_comes_from_code_and_the_config_file() {
    let config = scratch(
        "cors.json",
        r#"{"cors": {"max_age": 7}, "stages": {"dev": {"cors": {"allow_origins": ["http://localhost:3000"]}}}}"#,
    );
    let in_code = [("TEST_CORS", "https://shop.example")];
    let (allow, age) = ("access-control-allow-origin", "access-control-max-age");
    for (arguments, origin, seconds) in [
        (&[][..], "https://shop.example", "7200"),
        (&["--config", &config], "https://shop.example", "7"),
        (&["--config", &config, "--stage", "dev"], "http://localhost:3000", "7"),
    ] {
        let server = Server::start(arguments, &in_code);
        let preflight = server.call("OPTIONS", "/see/7", "origin: x\r\n", b"");
        assert_eq!((preflight.status, preflight.header(allow)), (200, origin.as_bytes()));
        assert_eq!(preflight.header(age), seconds.as_bytes());
        assert_eq!(server.call("GET", "/see/7", "", b"").header(allow), origin.as_bytes());
        assert_eq!(server.call("GET", "/nowhere", "", b"").header(allow), origin.as_bytes());
    }
    let file = |cors: &str| format!(r#"{{"cors": {cors}, "stages": {{"dev": {{}}}}}}"#);
    for (cors, in_code, expected) in [
        (r#"{"allow_origins": ["shop.example"]}"#, &in_code[..], "got `shop.example`; write `https://shop.example`"),
        (r#"{"origins": []}"#, &in_code, "`cors`: `origins` must be a known member: `allow_origins`, "),
        (r#"{"max_age": 7}"#, &[], "`cors` must come with `App::cors`, got none"),
        (r#"{"allow_origins": []}"#, &in_code, "cors: `allow_origins` must have at least one origin, got none"),
        (r#"[["https://a.example"], null, null, null, 7]"#, &in_code, "`cors`: must be an object, for example"),
        (r#"{"max_age": "10"}"#, &in_code, r#"`cors`: `max_age` must be an integer from 0 to 86400, got `"10"`"#),
        (r#"{"max_age": 7.5}"#, &in_code, "`cors`: `max_age` must be an integer from 0 to 86400, got `7.5`"),
        (r#"{"allow_origins": [{"Ref": "X"}]}"#, &in_code, "`cors`: `allow_origins` must be a list of strings, got"),
        (r#"{"allow_credentials": "true"}"#, &in_code, "`cors`: `allow_credentials` must be true or false, got"),
    ] {
        let config = scratch("wrong-cors.json", &file(cors));
        let run = invoke(&["Png", "--config", &config], in_code);
        assert_eq!((run.code, &run.stdout[..]), (2, ""), "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        for word in ["ASYNC_LAMBDA_CORS", "expected struct", "i64", " at line "] {
            assert!(!run.stderr.contains(word), "{word}: {}", run.stderr);
        }
    }
    // As `synth` takes them.
    for (cors, in_code) in
        [(r#"{"max_age": 600.0, "expose_headers": null}"#, &in_code[..]), (r#"{"max_age": null}"#, &[])]
    {
        let config = scratch("right-cors.json", &file(cors));
        let run = invoke(&["Png", "--config", &config], in_code);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
}

fn header_values_keep_their_bytes() {
    let server = Server::start(&[], &[]);
    for bytes in [&b"caf\xe9"[..], "5 € ü".as_bytes(), b"\x80\xff", b"plain"] {
        let head = [b"x-name: ", bytes, b"\r\n"].concat();
        assert_eq!(server.call("GET", "/header", head, b"").header("x-name"), bytes);
    }
    let run = invoke(&["Header", "--header", "x-name=café"], &[]);
    assert_eq!(run.json()["returned"]["headers"]["x-name"], "café");
}

fn limits_are_those_of_lambda_and_api_gateway() {
    const MB: usize = 1024 * 1024;
    let server = Server::start(&[], &[]);
    let answer = server.call("POST", "/large?n=3145000", "", b"");
    assert_eq!((answer.status, answer.body.len()), (200, 3_145_000));
    let answer = server.call("POST", "/large?n=3145728", "", b"");
    assert_eq!((answer.status, answer.json()), (502, of_gateway("Internal server error")));
    assert_eq!(server.call("POST", "/large", "", &vec![b'a'; 6 * MB - 4_096]).status, 200);
    for size in [6 * MB, 10 * MB, 10 * MB + 1] {
        let answer = server.call("POST", "/large", "", &vec![b'a'; size]);
        assert_eq!((answer.status, answer.json()), (413, of_gateway("Request Too Long")), "{size}");
    }
    // Quotes have two bytes in JSON.
    assert_eq!(server.call("POST", "/large", "", &vec![b'"'; 4 * MB]).status, 413);
    let log = server.stop();
    assert!(log.contains("POST /large: answer: must have at most 6291456 bytes of JSON on Lambda, has 6291"), "{log}");
    assert!(log.contains("POST /large: event: must have at most 6291456 bytes of JSON on Lambda, has 62"), "{log}");
    assert!(log.contains("POST /large: body: must have at most 10485760 bytes, has more"), "{log}");

    let run = invoke(&["Large", "--query", "n=3145728"], &[]);
    assert!(
        run.code == 1 && run.json()["failed"].as_str().unwrap().starts_with("answer: must have at most"),
        "{run:?}"
    );
}

fn broken_requests_are_bad_requests() {
    let server = Server::start(&[], &[]);
    let chunked = |chunks: &str| {
        format!("POST /large HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n{chunks}")
    };
    for request in [
        chunked("zz\r\nabc\r\n0\r\n\r\n"),
        chunked("3\r\nabcdef\r\n0\r\n\r\n"),
        chunked("-1\r\nabc\r\n"),
        chunked("ffffffffffffffffff\r\nabc\r\n"),
        // Ends in the middle.
        chunked("5\r\nab"),
        "POST /large HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\nconnection: close\r\n\r\nab".to_owned(),
    ] {
        let answer = server.send(request.as_bytes());
        assert_eq!((answer.status, answer.json()), (400, of_gateway("Bad Request")), "{request:?}");
    }
    assert_eq!(server.send(chunked("1\r\n7\r\n0\r\n\r\n").as_bytes()).status, 200);
    let log = server.stop();
    assert_eq!(log.matches("POST /large: body: cannot be read: ").count(), 6, "{log}");
}

fn failures_are_those_of_api_gateway() {
    let server = Server::start(&[], &[]);
    for (path, status, message, reason) in [
        ("/nothing", 403, "Missing Authentication Token", "no task has this route"),
        ("/fail", 500, "Internal server error", "secret of the database"),
        ("/informational", 502, "Internal server error", "`statusCode` must be 200 to 599, got 100"),
    ] {
        let answer = server.call("GET", path, "", b"");
        assert_eq!((answer.status, answer.json()), (status, of_gateway(message)), "{path}");
        assert!(server.log().contains(reason), "{path}");
    }
}

fn lanes_and_groups_are_passed_on() {
    let tree = invoke(&["Fan", "--payload", "\"\""], &[]).json();
    assert_eq!((&tree["returned"], &tree["lane"]), (&json!(0), &Value::Null));
    let second = &tree["invoked"][0];
    let said = ["task", "lane", "group", "delay_secs", "returned"].map(|key| second[key].clone());
    assert_eq!(said, [json!("Fan"), json!(2), json!("g"), json!(5), json!(2)]);
    let third = &second["invoked"][0];
    let said = ["task", "lane", "group", "returned"].map(|key| third[key].clone());
    assert_eq!(said, [json!("Work"), Value::Null, json!("g"), json!("g")]);
    let elsewhere = &second["invoked"][1];
    let said = ["task", "elsewhere", "returned"].map(|key| elsewhere[key].clone());
    assert_eq!(said, [json!("Work"), json!("other"), Value::Null]);
    let last = &second["invoked"][2];
    assert_eq!((&last["returned"], &last["delay_secs"]), (&json!("later"), &json!(3600)));
    let run = invoke(&["Fan", "--payload", "\"\"", "--format", "text"], &[]);
    assert!(run.stdout.contains("not run, it is a task of other"), "{}", run.stdout);
    assert!(run.stdout.contains("Work (async, group g, after 3600 s)"), "{}", run.stdout);
    assert!(run.stdout.contains("Fan (async, lane 2, group g, after 5 s)"), "{}", run.stdout);
}

fn logs_go_to_stderr() {
    let run = invoke(&["Work", "--payload", "\"fail\""], &[]);
    assert_eq!((run.code, &run.json()["failed"]), (1, &json!("no")));
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert!(lines.iter().any(|line| line.contains("INFO") && line.contains("working payload=\"fail\"")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("ERROR") && line.contains("record failed")), "{lines:?}");
    assert!(!run.stderr.contains("details") && !run.stderr.contains("Handled"), "{lines:?}");

    let debug = invoke(&["Work", "--payload", "\"x\""], &[("RUST_LOG", "debug")]);
    assert!(debug.stderr.contains("DEBUG") && debug.stderr.contains("details"), "{debug:?}");
    assert_eq!(debug.json()["returned"], "x");
    let metrics: Vec<&str> = debug.stderr.lines().filter(|line| line.contains("metrics {")).collect();
    assert!(matches!(metrics[..], [line] if line.contains(r#""Task":"Work","Handled":1,"Failed":0"#)), "{debug:?}");
    // With JSON on stdout, what handlers print goes to stderr.
    let quiet = invoke(&["Work", "--payload", "\"fail\""], &[("RUST_LOG", "off")]);
    assert_eq!((quiet.code, &quiet.stderr[..]), (1, "printed by a handler\n"));
    assert_eq!(quiet.json()["failed"], "no");
    let file = format!("{}/payload.json", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&file, "\"from a file\"").unwrap();
    assert_eq!(invoke(&["Work", "--payload", &format!("@{file}")], &[]).json()["returned"], "from a file");
    let missing = invoke(&["Work", "--payload", "@nowhere.json"], &[]);
    assert!(missing.code == 2 && missing.stderr.contains("--payload: nowhere.json: "), "{missing:?}");

    let wrong = invoke(&["Work", "--payload", "\"x\""], &[("RUST_LOG", "local=loud")]);
    let expected = "warning: RUST_LOG: must be levels such as `debug` or `warn,my_crate=trace`, got `local=loud`\n";
    assert!(wrong.stderr.starts_with(expected) && wrong.stderr.contains("working"), "{wrong:?}");

    let server = Server::start(&[], &[("RUST_LOG", "trace")]);
    assert_eq!(server.call("GET", "/see/7", "authorization: token\r\n", b"").status, 200);
    let log = server.stop();
    assert!(log.contains("INFO") && log.contains("seen") && !log.contains("hyper"), "{log}");
}

fn stdout_may_be_closed_or_full() {
    let server = Server::start_with(&[], &[], false);
    for _ in 0..2 {
        assert_eq!(server.call("GET", "/see/7", "", b"").status, 200);
    }
    assert!(!server.stop().contains("panicked"));
    #[cfg(target_os = "linux")]
    assert_eq!(client::invoke_into("/dev/full", &["Work", "--payload", "\"x\""]), 1);
}
