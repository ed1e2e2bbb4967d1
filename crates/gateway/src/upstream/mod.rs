//! The API and the upload host: one client, no proxy from the environment, no redirect followed, no
//! cookie kept.

mod api;
mod resolver;

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, Request, Response};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use url::Url;

pub(crate) use api::{ApiAnswer, ApiCall, Failed};
use resolver::Resolver;

use crate::config::Config;
use crate::secret::Secret;

/// A connection that has been idle for longer than this may have been closed at its other end, and
/// a request on it lost.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);
const IDLE_CONNECTIONS: usize = 32;
/// hyper's default grows to 400 KB a connection: 200 uploads at once would take 100 MB.
pub(crate) const BUFFER_BYTES: usize = 32 * 1024;

pub(crate) struct Upstream {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Body>,
    api_base: Url,
    api_key: Secret,
    answer_within: Duration,
}

impl Upstream {
    pub(crate) fn new(config: &Config) -> Self {
        let resolver = Resolver::new(config.insecure_upstream);
        let mut http = HttpConnector::new_with_resolver(resolver);
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(config.limits.connect_timeout));
        let https = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            // What may be plain http was decided when the URL was checked.
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_CONNECTION)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .http1_max_buf_size(BUFFER_BYTES)
            .build(https);
        Self {
            client,
            api_base: config.api_base.clone(),
            api_key: config.api_key.clone(),
            answer_within: config.limits.answer_timeout,
        }
    }

    /// Sends an upload on. The one header besides what HTTP itself needs is its content type: that
    /// is what the URL was signed for.
    pub(crate) async fn put(
        &self,
        url: &str,
        content_type: &'static str,
        length: u64,
        body: Body,
    ) -> Result<Response<Incoming>, PutFailed> {
        let request = Request::builder()
            .method(Method::PUT)
            .uri(url)
            .header(CONTENT_TYPE, HeaderValue::from_static(content_type))
            .header(CONTENT_LENGTH, HeaderValue::from(length))
            .body(body)
            .map_err(|_| PutFailed)?;
        self.client.request(request).await.map_err(|error| {
            log("upload host", &error);
            PutFailed
        })
    }
}

/// The upload host did not answer. Its reasons are logged; none of them tells a visitor anything.
#[derive(Debug)]
pub(crate) struct PutFailed;

/// Why there was no answer: never with the URL, which hyper's errors do not hold.
fn log(whom: &'static str, error: &Error) {
    let mut why = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        why.push_str(": ");
        why.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::warn!(whom, why, "no answer from upstream");
}
