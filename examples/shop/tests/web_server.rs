//! `cargo run -- web-server`, as a client sees it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod http;

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

/// A server that ends with the test.
struct Server {
    process: Child,
    stdout: BufReader<ChildStdout>,
    address: String,
}

impl Server {
    fn start() -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
        command.args(["web-server", "--port", "0"]).env_remove("AWS_LAMBDA_RUNTIME_API");
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        Server { process, stdout, address }
    }

    /// Status and body.
    fn call(&self, method: &str, path: &str, body: &str) -> (String, String) {
        http::call(&self.address, method, path, body)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[test]
fn tasks_are_served_and_followed() {
    let mut server = Server::start();
    assert_eq!(server.line(), "  POST /orders -> PostOrder\n");
    assert_eq!(server.line(), "  GET /orders/{id} -> GetOrder\n");
    let pair = |status: &str, body: &str| (status.to_owned(), body.to_owned());
    assert_eq!(server.call("GET", "/orders/7", ""), pair("404", ""));
    assert!(server.line().starts_with("GET /orders/7 404 "));
    assert_eq!(server.call("POST", "/orders", r#"{"id": 7, "item": "tea"}"#), pair("201", "/orders/7"));
    assert!(server.line().starts_with("POST /orders 201 "));
    // What the request set off.
    assert_eq!(server.line(), "to owner@example.com: nothing was sold on today\n");
    assert!(server.line().starts_with("BuildReport (async) "));
    assert!(server.line().starts_with("└─ SendMail (async, after 30 s) "));
    // The state has lived on.
    assert_eq!(server.call("GET", "/orders/7", ""), pair("200", r#"{"id":7,"item":"tea"}"#));
    assert_eq!(server.call("DELETE", "/orders/7", ""), pair("403", r#"{"message":"Missing Authentication Token"}"#));
    assert_eq!(server.call("GET", "/orders/x", "").0, "400");
}
