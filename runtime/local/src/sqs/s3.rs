//! As much of S3 as payloads need: objects by path, whole or a range of one, and their list.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode,
    header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, ETAG, LAST_MODIFIED, RANGE},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{chunked, text};
use crate::{
    bucket::{Bucket, BucketError},
    checksum,
    http::{Body, Response, response},
};

/// The time of every object, which the bucket does not keep.
const MODIFIED: (&str, &str) = ("1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT");
/// The most keys of one list.
const MAX_KEYS: usize = 1_000;
/// The characters that are escaped in the list of keys where a client wants that.
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');
/// Parameters of a list.
const OF_LIST: [&str; 9] = [
    "continuation-token",
    "delimiter",
    "encoding-type",
    "fetch-owner",
    "list-type",
    "max-keys",
    "prefix",
    "start-after",
    "x-id",
];

/// An error, as a code, a message and a status.
struct Problem(&'static str, String, StatusCode);

type Parameters = Vec<(String, String)>;

/// Answers a request.
pub(super) fn answer(bucket: &Bucket, request: Request<Bytes>) -> Response {
    let is_head = request.method() == Method::HEAD;
    let path = request.uri().path().to_owned();
    let response = operation(bucket, request).unwrap_or_else(|problem| problem.into_response(&path));
    if !is_head {
        return response;
    }
    // As for GET, without the body.
    let (mut parts, body) = response.into_parts();
    if let Body::Full(Some(body)) = body {
        parts.headers.insert(CONTENT_LENGTH, body.len().into());
    }
    Response::from_parts(parts, Body::Full(None))
}

fn operation(bucket: &Bucket, request: Request<Bytes>) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let parameters = parameters(parts.uri.query().unwrap_or_default());
    let path = parts.uri.path().trim_start_matches('/');
    let (name, key) = path.split_once('/').unwrap_or((path, ""));
    let key = decoded(key).ok_or_else(|| invalid("key: must be UTF-8"))?;
    supported(&parts.headers, &parameters, if key.is_empty() { &OF_LIST } else { &["x-id"] })?;
    match (&parts.method, key.as_str()) {
        (&Method::PUT | &Method::HEAD, "") => Ok(response(StatusCode::OK, "application/xml", "")),
        (&Method::GET, "") => list(bucket, name, &parameters),
        (&Method::PUT, key) => {
            let bytes = content(&parts.headers, body)?;
            let tag = tag(&bytes);
            bucket.put(key, bytes)?;
            Ok(with(response(StatusCode::OK, "application/xml", ""), ETAG, &tag))
        }
        (&Method::GET | &Method::HEAD, key) => object(bucket.get(key)?, &parts.headers),
        (&Method::DELETE, key) if !key.is_empty() => {
            bucket.delete(key)?;
            Ok(response(StatusCode::NO_CONTENT, "application/xml", ""))
        }
        (method, _) => Err(not_implemented(&format!("{method} {}", parts.uri))),
    }
}

/// Refuses a request that would be answered in another way than S3 does.
fn supported(headers: &HeaderMap, parameters: &Parameters, known: &[&str]) -> Result<(), Problem> {
    let is_else = |name: &&str| !known.contains(name);
    if let Some(name) = parameters.iter().map(|(name, _)| name.as_str()).find(is_else) {
        return Err(not_implemented(&format!("parameter `{name}`")));
    }
    let is_meant =
        |name: &&str| name.starts_with("if-") || name.starts_with("x-amz-meta-") || *name == "x-amz-copy-source";
    match headers.keys().map(HeaderName::as_str).find(is_meant) {
        Some(name) => Err(not_implemented(&format!("header `{name}`"))),
        None => Ok(()),
    }
}

/// The object of an upload.
fn content(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Problem> {
    let header = |name| text(headers, name).unwrap_or_default();
    let is_chunked =
        header("x-amz-content-sha256").starts_with("STREAMING-") || header("content-encoding").contains("aws-chunked");
    let body = match is_chunked {
        true => chunked::decode(&body).ok_or_else(|| incomplete("the body is not of complete chunks"))?,
        false => body,
    };
    match header("x-amz-decoded-content-length").parse::<usize>() {
        Ok(length) if length != body.len() => Err(incomplete("the body has another length than the request says")),
        _ => Ok(body),
    }
}

fn object(bytes: Bytes, headers: &HeaderMap) -> Result<Response, Problem> {
    let (tag, size) = (tag(&bytes), bytes.len());
    let mut status = StatusCode::OK;
    let mut answer = bytes.clone();
    let mut part = None;
    if let Some(range) = text(headers, RANGE.as_str()) {
        let unsatisfiable = || {
            Problem(
                "InvalidRange",
                "The requested range is not satisfiable".to_owned(),
                StatusCode::RANGE_NOT_SATISFIABLE,
            )
        };
        let (first, last) = range_of(range, size).ok_or_else(unsatisfiable)?;
        answer = bytes.slice(first..=last);
        part = Some(format!("bytes {first}-{last}/{size}"));
        status = StatusCode::PARTIAL_CONTENT;
    }
    let response = with(response(status, "binary/octet-stream", answer), ETAG, &tag);
    let response = with(with(response, LAST_MODIFIED, MODIFIED.1), ACCEPT_RANGES, "bytes");
    Ok(match part {
        Some(part) => with(response, CONTENT_RANGE, &part),
        None => response,
    })
}

/// The first and the last byte of a range: `bytes=0-99`, `bytes=100-` or `bytes=-100`.
fn range_of(range: &str, size: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let end = size.checked_sub(1)?;
    let range = match (first, last) {
        ("", count) => (size.saturating_sub(count.parse().ok()?), end),
        (first, "") => (first.parse().ok()?, end),
        (first, last) => (first.parse().ok()?, last.parse::<usize>().ok()?.min(end)),
    };
    (range.0 <= range.1).then_some(range)
}

/// `ListObjectsV2`.
fn list(bucket: &Bucket, name: &str, parameters: &Parameters) -> Result<Response, Problem> {
    let parameter = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    if parameter("list-type") != Some("2") {
        return Err(not_implemented("a list without `list-type=2`"));
    }
    let prefix = parameter("prefix").unwrap_or_default();
    let delimiter = parameter("delimiter").filter(|delimiter| !delimiter.is_empty());
    let after = parameter("continuation-token").or(parameter("start-after")).unwrap_or_default();
    let most =
        parameter("max-keys").map_or(Ok(MAX_KEYS), str::parse).map_err(|_| invalid("max-keys: must be a number"))?;
    let is_url = parameter("encoding-type") == Some("url");
    let escaped = |key: &str| if is_url { utf8_percent_encode(key, KEY).to_string() } else { xml(key) };
    let (mut entries, mut count, mut last, mut is_truncated) = (String::new(), 0, String::new(), false);
    for object in bucket.list()? {
        let Some(rest) = object.key.strip_prefix(prefix) else { continue };
        let folder =
            delimiter.and_then(|delimiter| Some(&object.key[..prefix.len() + rest.find(delimiter)? + delimiter.len()]));
        let entry = folder.unwrap_or(&object.key);
        // Keys of one folder follow each other.
        if entry <= after || entry == last {
            continue;
        }
        if count == most.min(MAX_KEYS) {
            is_truncated = true;
            break;
        }
        entry.clone_into(&mut last);
        count += 1;
        entries.push_str(&match folder {
            Some(folder) => format!("<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>", escaped(folder)),
            None => {
                let tag = tag(&bucket.get(&object.key)?);
                let (key, size) = (escaped(&object.key), object.size);
                format!(
                    "<Contents><Key>{key}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{size}</Size>\
                     <StorageClass>STANDARD</StorageClass></Contents>",
                    MODIFIED.0,
                    xml(&tag),
                )
            }
        });
    }
    let mut head = String::new();
    let mut element = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            head.push_str(&format!("<{name}>{value}</{name}>"));
        }
    };
    element("Name", Some(xml(name)));
    element("Prefix", Some(escaped(prefix)));
    element("Delimiter", delimiter.map(escaped));
    element("EncodingType", is_url.then(|| "url".to_owned()));
    element("MaxKeys", Some(most.to_string()));
    element("KeyCount", Some(count.to_string()));
    element("IsTruncated", Some(is_truncated.to_string()));
    element("ContinuationToken", parameter("continuation-token").map(xml));
    element("NextContinuationToken", is_truncated.then(|| xml(&last)));
    let space = "http://s3.amazonaws.com/doc/2006-03-01/";
    let body = format!("<ListBucketResult xmlns=\"{space}\">{head}{entries}</ListBucketResult>");
    Ok(response(StatusCode::OK, "application/xml", body))
}

fn parameters(query: &str) -> Parameters {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let text = |text: &str| decoded(&text.replace('+', " ")).unwrap_or_default();
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

/// The entity tag of an object in one piece.
fn tag(bytes: &[u8]) -> String {
    format!("\"{}\"", checksum::md5(bytes))
}

fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn invalid(message: &str) -> Problem {
    Problem("InvalidArgument", message.to_owned(), StatusCode::BAD_REQUEST)
}

fn incomplete(message: &str) -> Problem {
    Problem("IncompleteBody", message.to_owned(), StatusCode::BAD_REQUEST)
}

fn not_implemented(what: &str) -> Problem {
    let message = format!(
        "{what}: must be PutObject, GetObject, HeadObject, DeleteObject or ListObjectsV2 without conditions, \
                           metadata and parts, which is all that there is of S3 here"
    );
    Problem("NotImplemented", message, StatusCode::NOT_IMPLEMENTED)
}

impl From<BucketError> for Problem {
    fn from(error: BucketError) -> Problem {
        match error {
            BucketError::Missing(_) => {
                Problem("NoSuchKey", "The specified key does not exist.".to_owned(), StatusCode::NOT_FOUND)
            }
            BucketError::Key(_) => invalid(&error.to_string()),
            BucketError::Folder(..) => Problem("InternalError", error.to_string(), StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

impl Problem {
    fn into_response(self, path: &str) -> Response {
        let Problem(code, message, status) = self;
        let (message, path) = (xml(&message), xml(path));
        let body = format!("<Error><Code>{code}</Code><Message>{message}</Message><Resource>{path}</Resource></Error>");
        response(status, "application/xml", body)
    }
}
