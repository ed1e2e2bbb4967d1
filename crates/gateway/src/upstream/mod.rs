//! The API and the upload host. The clients for both take no proxy from the environment, follow no
//! redirect and keep no cookie.

pub(crate) mod api;
mod resolver;

use std::sync::Arc;
use std::time::Duration;

use aurous_gateway_core::Config;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::observe::trace::Traces;
use resolver::Resolver;

/// How long a connection is kept for another request. After a longer time its other end may have
/// closed it, and a request on it would be lost.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);
const IDLE_CONNECTIONS: usize = 32;
/// The size of a connection's buffer. hyper's own grows to 400 KB, so 200 uploads at once would take
/// 100 MB.
pub(crate) const BUFFER_BYTES: usize = 32 * 1024;

type HttpsClient = Client<HttpsConnector<HttpConnector<Resolver>>, Body>;

pub(crate) struct Upstream {
    client: HttpsClient,
    /// Opens a connection for each request, and keeps none.
    fresh_client: HttpsClient,
    response_timeout: Duration,
    traces: Arc<Traces>,
}

impl Upstream {
    pub(crate) fn new(config: &Config, traces: Arc<Traces>) -> Self {
        let resolver = Resolver::new(config.allow_insecure_upstream());
        let mut http = HttpConnector::new_with_resolver(resolver);
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(config.limits().connect_timeout));
        let https = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            // The check of each URL has decided whether it may be plain http.
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = |idle_connections| {
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE_CONNECTION)
                .pool_max_idle_per_host(idle_connections)
                .http1_max_buf_size(BUFFER_BYTES)
                .build(https.clone())
        };
        Self {
            client: client(IDLE_CONNECTIONS),
            fresh_client: client(0),
            response_timeout: config.limits().answer_timeout,
            traces,
        }
    }

    /// Sends an upload to the upload host, with these headers and those that HTTP itself needs.
    pub(crate) async fn put(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Body,
    ) -> Result<Response<Incoming>, PutFailed> {
        let request = Request::builder().method(Method::PUT).uri(url);
        let mut request = request.body(body).map_err(|_| PutFailed)?;
        *request.headers_mut() = headers;
        self.client.request(request).await.map_err(|error| {
            log_failure("upload host", &error);
            PutFailed
        })
    }
}

/// The upload host did not respond. The log holds the reason, which would tell a visitor nothing.
#[derive(Debug)]
pub(crate) struct PutFailed;

/// Logs why there was no response. hyper's errors do not hold the URL, which may be signed.
fn log_failure(host: &'static str, error: &Error) {
    let reason = describe(error);
    tracing::warn!(host, reason, "no answer from upstream");
}

/// Describes an error with its causes.
pub(crate) fn describe(error: &dyn std::error::Error) -> String {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        reason.push_str(": ");
        reason.push_str(&cause.to_string());
        source = cause.source();
    }
    reason
}
