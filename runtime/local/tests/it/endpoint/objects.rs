//! Payloads, as objects of S3.

use pretty_assertions::assert_eq;

use super::Local;

#[tokio::test]
async fn an_object_is_put_read_and_deleted() {
    let local = Local::start().await;
    let put = local.ask("PUT /payloads/2026/a%20b%2Bc.json?x-id=PutObject", &[], "{\"a\":1}").await;
    let tag = "\"bb6cb5c68df4652941caf652a366f2d8\"";
    assert_eq!((put.status, put.header("etag")), (200, tag));
    // Any name is that of the one bucket.
    let got = local.ask("GET /other/2026/a%20b%2bc.json?x-id=GetObject", &[], "").await;
    assert_eq!((got.status, got.text(), got.header("etag")), (200, "{\"a\":1}", tag));
    assert_eq!(got.header("content-type"), "binary/octet-stream");
    let head = local.ask("HEAD /payloads/2026/a%20b%2Bc.json", &[], "").await;
    assert_eq!((head.status, head.text(), head.header("content-length"), head.header("etag")), (200, "", "7", tag));
    for _ in 0..2 {
        assert_eq!(local.ask("DELETE /payloads/2026/a%20b%2Bc.json", &[], "").await.status, 204);
    }
    let gone = local.ask("GET /payloads/2026/a%20b%2Bc.json", &[], "").await;
    assert_eq!(gone.status, 404);
    assert!(gone.text().contains("<Code>NoSuchKey</Code>"), "{}", gone.text());
    let gone = local.ask("HEAD /payloads/none", &[], "").await;
    assert_eq!((gone.status, gone.text()), (404, ""));
}

#[tokio::test]
async fn uploads_in_chunks_are_put_together() {
    let local = Local::start().await;
    let body = "4;chunk-signature=aa\r\nwiki\r\n5\r\npedia\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    let streaming = "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    let put = async |headers: &[&str], body: &str| local.ask("PUT /b/key", headers, body).await.status;
    assert_eq!(put(&[streaming, "content-encoding: aws-chunked", "x-amz-decoded-content-length: 9"], body).await, 200);
    assert_eq!(local.ask("GET /b/key", &[], "").await.text(), "wikipedia");
    assert_eq!(put(&["content-encoding: aws-chunked"], "3\r\nabc\r\n0\r\n\r\n").await, 200);
    assert_eq!(local.ask("GET /b/key", &[], "").await.text(), "abc");
    assert_eq!(put(&[streaming], "4\r\nwi").await, 400);
    assert_eq!(put(&[streaming, "x-amz-decoded-content-length: 8"], body).await, 400);
    assert_eq!(local.ask("GET /b/key", &[], "").await.text(), "abc");
}

#[tokio::test]
async fn a_part_of_an_object_is_read() {
    let local = Local::start().await;
    local.ask("PUT /b/key", &[], "0123456789").await;
    let check = async |range: &str, expected: &str, of: &str| {
        let answer = local.ask("GET /b/key", &[&format!("range: {range}")], "").await;
        assert_eq!((answer.status, answer.text(), answer.header("content-range")), (206, expected, of), "{range}");
    };
    check("bytes=0-3", "0123", "bytes 0-3/10").await;
    check("bytes=7-", "789", "bytes 7-9/10").await;
    check("bytes=-2", "89", "bytes 8-9/10").await;
    check("bytes=8-99", "89", "bytes 8-9/10").await;
    for range in ["bytes=10-", "bytes=5-4", "bytes=-0", "items=0-1", "bytes=0-1,3-4"] {
        let answer = local.ask("GET /b/key", &[&format!("range: {range}")], "").await;
        assert_eq!(answer.status, 416, "{range}");
        assert!(answer.text().contains("<Code>InvalidRange</Code>"));
    }
}

#[tokio::test]
async fn objects_are_listed() {
    let local = Local::start().await;
    for key in ["a/1", "a/2%263", "b", "c/d/e"] {
        assert_eq!(local.ask(&format!("PUT /b/{key}"), &[], "xyz").await.status, 200);
    }
    let list = async |query: &str| {
        let answer = local.ask(&format!("GET /b?list-type=2{query}"), &[], "").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/xml"));
        let text = answer.text().to_owned();
        let between = |start: &str, end: &str| {
            text.split(start).skip(1).filter_map(|rest| Some(rest.split_once(end)?.0.to_owned())).collect::<Vec<_>>()
        };
        let folders = between("<CommonPrefixes><Prefix>", "</Prefix>");
        (between("<Key>", "</Key>"), folders, between("<NextContinuationToken>", "<").pop(), text)
    };
    let (keys, folders, next, text) = list("").await;
    assert_eq!((keys.join(" "), folders.len(), next), ("a/1 a/2&amp;3 b c/d/e".into(), 0, None));
    assert!(text.contains("<Size>3</Size>") && text.contains("<KeyCount>4</KeyCount><IsTruncated>false</IsTruncated>"));
    let (keys, ..) = list("&prefix=a%2F&encoding-type=url").await;
    assert_eq!(keys, ["a/1", "a/2%263"]);
    let (keys, folders, ..) = list("&delimiter=/").await;
    assert_eq!((keys, folders), (vec!["b".to_owned()], vec!["a/".to_owned(), "c/".to_owned()]));
    let (keys, folders, next, _) = list("&delimiter=/&max-keys=1").await;
    assert_eq!((keys.len(), folders, next.as_deref()), (0, vec!["a/".to_owned()], Some("a/")));
    let (keys, folders, next, _) = list("&delimiter=/&max-keys=2&continuation-token=a/").await;
    assert_eq!((keys, folders, next), (vec!["b".to_owned()], vec!["c/".to_owned()], None));
    let (keys, ..) = list("&start-after=a/2%263").await;
    assert_eq!(keys, ["b", "c/d/e"]);
}

#[tokio::test]
async fn what_is_not_there_of_s3_is_refused() {
    let local = Local::start().await;
    let check = async |line: &str, header: &str, part: &str| {
        let answer = local.ask(line, &[header], "x").await;
        let expected = format!("<Error><Code>NotImplemented</Code><Message>{part}: must be PutObject");
        assert_eq!(answer.status, 501, "{line}");
        assert!(answer.text().starts_with(&expected), "{}", answer.text());
    };
    let none = "accept: */*";
    check("POST /b/key?uploads", none, "parameter `uploads`").await;
    check("PUT /b/key?partNumber=1&uploadId=x", none, "parameter `partNumber`").await;
    check("GET /b/key?versionId=1", none, "parameter `versionId`").await;
    check("POST /b?delete", none, "parameter `delete`").await;
    check("GET /b?location", none, "parameter `location`").await;
    check("GET /b", none, "a list without `list-type=2`").await;
    check("DELETE /b", none, "DELETE /b").await;
    check("PATCH /b/key", none, "PATCH /b/key").await;
    check("PUT /b/key", "x-amz-copy-source: /b/other", "header `x-amz-copy-source`").await;
    check("PUT /b/key", "x-amz-meta-a: 1", "header `x-amz-meta-a`").await;
    check("PUT /b/key", "if-none-match: *", "header `if-none-match`").await;
    assert_eq!(local.ask("GET /b/%ff", &[], "").await.status, 400);
    assert_eq!(local.ask("GET /b?list-type=2&max-keys=x", &[], "").await.status, 400);
    // A bucket is always there.
    assert_eq!(local.ask("HEAD /b", &[], "").await.status, 200);
    assert_eq!(local.ask("PUT /b", &[], "").await.status, 200);
}
