//! The way to the collector of spans. What goes wrong on it costs spans alone.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::http::{Request, Response};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_http::{HttpClient, HttpError};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::upstream::describe;

const SEND_TIMEOUT: Duration = Duration::from_secs(10);
const RESPONSE_MAX_BYTES: usize = 64 * 1024;

/// The shortest time from one warning to the next.
const WARNING_PAUSE: Duration = Duration::from_secs(60);

type HttpsClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Sends on the gateway's runtime, since OpenTelemetry's thread has none.
#[derive(Debug)]
pub(super) struct Collector {
    runtime: Handle,
    client: HttpsClient,
    warned: Mutex<Option<Instant>>,
}

impl Collector {
    /// Panics outside a runtime.
    pub(super) fn new() -> Self {
        // Unlike upstream, a collector may have a private address: nobody but the operator chooses it.
        let https = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        Self {
            runtime: Handle::current(),
            client: Client::builder(TokioExecutor::new()).build(https),
            warned: Mutex::default(),
        }
    }

    fn warn(&self, reason: &str) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.is_none_or(|it| it.elapsed() >= WARNING_PAUSE) {
            *warned = Some(Instant::now());
            tracing::warn!(reason, "the collector did not take spans");
        }
    }
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sent = send(self.client.clone(), request);
        // The timer, too, needs the runtime.
        let sent = async move { timeout(SEND_TIMEOUT, sent).await? };
        let sent = self.runtime.spawn(sent).await;
        let response = sent.unwrap_or_else(|error| Err(error.into()));
        match &response {
            Err(error) => self.warn(&describe(&**error)),
            Ok(it) if !it.status().is_success() => self.warn(it.status().as_str()),
            Ok(_) => {}
        }
        response
    }
}

async fn send(client: HttpsClient, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let (head, body) = client.request(request.map(Full::new)).await?.into_parts();
    let body = Limited::new(body, RESPONSE_MAX_BYTES).collect().await?;
    Ok(Response::from_parts(head, body.to_bytes()))
}
