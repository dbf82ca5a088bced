//! For tests of the clients: a server for one request.

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{clock::Clock, http::connector, signed::Signed};

/// A client with credentials of a test.
pub(super) fn client() -> Signed {
    let credentials = SharedCredentialsProvider::new(Credentials::new("id", "secret", None, None, "test"));
    Signed { connector: connector(false).unwrap(), credentials, clock: Clock::default() }
}

/// A call of the server at the address that it is given, which gets this answer. Returns its result, and the request.
pub(super) async fn exchange<T>(answer: &str, call: impl AsyncFnOnce(String) -> T) -> (T, String) {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let serve = async {
        let (mut stream, _) = server.accept().await.unwrap();
        let mut request = Vec::new();
        loop {
            stream.read_buf(&mut request).await.unwrap();
            let text = String::from_utf8_lossy(&request);
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                break;
            }
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    };
    tokio::join!(call(url), serve)
}
