//! The three calls of S3 that payloads need.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use aws_smithy_types::body::SdkBody;
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, Method, Response};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use tokio::time::{Instant, timeout};

use super::{
    AwsError,
    clock::Correction,
    endpoint::{Endpoints, is_region},
    error::{Refusal, element},
    signed::{Scope, Signed},
};
use crate::transport::TransportError;

const SHA256: &str = "x-amz-checksum-sha256";
const CRC32: &str = "x-amz-checksum-crc32";
const BUCKET_REGION: &str = "x-amz-bucket-region";

/// The longest pause between two parts of an object.
const STALL: Duration = Duration::from_secs(5);

/// The slowest average at which an object may arrive, in bytes a second, after the first [`STALL`].
const SLOWEST: u64 = 10_000;

/// Bytes that are reserved for an object because of its `Content-Length`; a larger one grows as it arrives.
const RESERVED: usize = 16 << 20;

/// Bytes of an answer that says no which are looked at: DynamoDB's has an item of 400 KB in it, as a string inside of JSON.
pub(super) const MOST_OF_A_REFUSAL: usize = 2 << 20;

/// A client for objects.
#[derive(Debug)]
pub(super) struct S3 {
    client: Signed,
    endpoints: Endpoints,
    /// The function's, or the bucket's where S3 said that it is another one.
    region: Mutex<String>,
}

/// An object, and what is to be done with it.
#[derive(Clone, Copy)]
struct Call<'a> {
    name: &'static str,
    method: &'a Method,
    bucket: &'a str,
    key: &'a str,
}

impl S3 {
    pub(super) fn new(client: Signed, endpoints: Endpoints, region: String) -> S3 {
        S3 { client, endpoints, region: Mutex::new(region) }
    }

    /// Writes an object of JSON. S3 compares the checksum with what arrives, and keeps it.
    pub(super) async fn put(&self, bucket: &str, key: &str, body: Bytes) -> Result<(), TransportError> {
        let call = Call { name: "s3 PutObject", method: &Method::PUT, bucket, key };
        self.call(call, body).await.map(drop)
    }

    /// Reads an object, and compares it with its checksum if it has one of SHA-256 or CRC-32.
    pub(super) async fn get(&self, bucket: &str, key: &str) -> Result<Vec<u8>, TransportError> {
        let call = Call { name: "s3 GetObject", method: &Method::GET, bucket, key };
        let (parts, body) = self.call(call, Bytes::new()).await?.into_parts();
        let bytes = whole(call.name, &parts.headers, body).await?;
        // One with a `-` is made of the checksums of the object's parts, which are not known here.
        let is_of_whole = |checksum: &&str| !checksum.contains('-');
        let checksum = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).filter(is_of_whole);
        let is_right = match (checksum(SHA256), checksum(CRC32)) {
            (Some(expected), _) => BASE64_STANDARD.encode(Sha256::digest(&bytes)) == expected,
            (None, Some(expected)) => BASE64_STANDARD.encode(crc32fast::hash(&bytes).to_be_bytes()) == expected,
            (None, None) => true,
        };
        if !is_right {
            return Err(TransportError::transient(AwsError::Payload("have the checksum that it was stored with")));
        }
        Ok(bytes)
    }

    /// Deletes an object. One that is not there is no error.
    pub(super) async fn delete(&self, bucket: &str, key: &str) -> Result<(), TransportError> {
        let call = Call { name: "s3 DeleteObject", method: &Method::DELETE, bucket, key };
        self.call(call, Bytes::new()).await.map(drop)
    }

    /// Sends a request to the bucket's region, which S3 names when it is another one than the function's.
    async fn call(&self, call: Call<'_>, body: Bytes) -> Result<Response<SdkBody>, TransportError> {
        if call.key.is_empty() {
            return Err(TransportError::missing(AwsError::Payload("have a key that is not empty")));
        }
        let region = self.region.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let signed = self.client.clock.correction();
        let response = self.attempt(call, &region, body.clone()).await?;
        let elsewhere = response.headers().get(BUCKET_REGION).and_then(|value| value.to_str().ok());
        let is_elsewhere = |elsewhere: &&str| is_region(elsewhere) && *elsewhere != region;
        match elsewhere.filter(|elsewhere| !response.status().is_success() && is_elsewhere(elsewhere)) {
            Some(elsewhere) => {
                let elsewhere = elsewhere.to_owned();
                elsewhere.clone_into(&mut self.region.lock().unwrap_or_else(PoisonError::into_inner));
                let signed = self.client.clock.correction();
                let response = self.attempt(call, &elsewhere, body).await?;
                self.accepted(call, response, signed).await
            }
            None => self.accepted(call, response, signed).await,
        }
    }

    async fn attempt(&self, call: Call<'_>, region: &str, body: Bytes) -> Result<Response<SdkBody>, TransportError> {
        let sha256 = Sha256::digest(&body);
        let uri = self.endpoints.object(region, call.bucket, call.key);
        let mut request = http::Request::builder().method(call.method.clone()).uri(uri);
        if *call.method == Method::PUT {
            request = request
                .header("content-type", "application/json")
                .header("content-length", body.len())
                .header(SHA256, BASE64_STANDARD.encode(sha256));
        } else if *call.method == Method::GET {
            request = request.header("x-amz-checksum-mode", "ENABLED");
        }
        let request = request.body(body);
        let request = request.map_err(|error| TransportError::permanent(AwsError::network(call.name, &error)))?;
        self.client.send(Scope { call: call.name, service: "s3", region }, request, &sha256).await
    }

    /// The answer, if it does not say no.
    async fn accepted(
        &self,
        call: Call<'_>,
        response: Response<SdkBody>,
        signed: Correction,
    ) -> Result<Response<SdkBody>, TransportError> {
        let status = response.status().as_u16();
        if response.status().is_success() {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let text = start(body).await;
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let code = element(&text, "Code");
        let is_missing = *call.method == Method::GET
            && matches!((status, code.as_deref()), (404, Some("NoSuchKey")) | (403, Some("AccessDenied")));
        let refusal = Refusal {
            call: call.name,
            status,
            code,
            message: element(&text, "Message"),
            request_id: header("x-amz-request-id").map(ToOwned::to_owned).or_else(|| element(&text, "RequestId")),
            date: header("date"),
            signed,
        };
        let error = refusal.into_error(&self.client.clock);
        // A role that may read objects but not list them is told 403 for one that is not there.
        Err(if is_missing { TransportError::missing(error) } else { error })
    }
}

/// All of an object's body. One that stalls, or drips, is given up.
pub(super) async fn whole(
    call: &'static str,
    headers: &HeaderMap,
    mut body: SdkBody,
) -> Result<Vec<u8>, TransportError> {
    let length = headers.get(http::header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let mut bytes = Vec::with_capacity(length.unwrap_or(0).min(RESERVED));
    let begin = Instant::now();
    let stalled = |reason: &str| TransportError::transient(AwsError::Network { call, reason: reason.to_owned() });
    loop {
        let frame = timeout(STALL, body.frame()).await.map_err(|_| stalled("the object stopped arriving"))?;
        let Some(frame) = frame else { break };
        let frame = frame.map_err(|error| TransportError::transient(AwsError::network(call, &*error)))?;
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(data);
        }
        let seconds = begin.elapsed().saturating_sub(STALL).as_secs();
        if (bytes.len() as u64) < seconds * SLOWEST {
            return Err(stalled("the object arrives too slowly"));
        }
    }
    Ok(bytes)
}

/// The start of a refusal; nothing if it does not arrive.
pub(super) async fn start(body: SdkBody) -> String {
    start_of(body, MOST_OF_A_REFUSAL).await
}

/// The first bytes of an answer, about so many; nothing if it does not arrive.
pub(super) async fn start_of(mut body: SdkBody, most: usize) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(Ok(frame))) = timeout(STALL, body.frame()).await
        && bytes.len() < most
    {
        bytes.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
