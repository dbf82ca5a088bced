//! A runtime of somebody else, which does what it should not.

use std::{
    env,
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

/// The variable that makes the program this one.
pub const RAW: &str = "TEST_RAW";

/// Status, head and body.
fn send(method: &str, path: &str, head: &str, body: &str) -> (u16, String, String) {
    let api = env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let (address, key) = api.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let request = format!(
        "{method} /{key}{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n{head}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_owned(), body.to_owned())
}

const API: &str = "/2018-06-01/runtime";

/// Asks for events and does what they say.
pub fn run() {
    loop {
        let (_, head, event) = send("GET", &format!("{API}/invocation/next"), "", "");
        let event: Value = serde_json::from_str(&event).unwrap();
        let id = head.lines().find_map(|line| line.strip_prefix("lambda-runtime-aws-request-id: ")).unwrap();
        let of_event = |what: &str| format!("{API}/invocation/{id}/{what}");
        match event["do"].as_str() {
            // Answers another event first, and its own twice.
            Some("ids") => {
                let answer = |path: &str| send("POST", path, "", "{}").0;
                let path = of_event("response");
                let statuses = json!([answer(&format!("{API}/invocation/1/response")), answer("/other"), answer(API)]);
                let own = send("POST", &path, "", &statuses.to_string()).0;
                println!("{own} {}", answer(&path));
            }
            // Asks for the next event without an answer.
            Some("silent") => {}
            Some("untyped") => {
                drop(send("POST", &of_event("error"), "lambda-runtime-function-error-type: Odd\r\n", ""));
            }
            what => panic!("{what:?}"),
        }
    }
}
