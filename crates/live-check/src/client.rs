//! Sends requests. It follows no redirect, keeps no cookie, and takes no proxy from the environment.

use std::time::Duration;

use aurous_contract::header::API_KEY;
use bytes::Bytes;
use http::header::USER_AGENT;
use http::{HeaderValue, Request};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;
use url::{Origin, Url};

use crate::call::Call;
use crate::reply::Reply;
use crate::secret::ApiKey;

/// The longest response: a reference image.
const RESPONSE_MAX_BYTES: usize = 64 * 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const AGENT: &str = concat!("aurous-live-check/", env!("CARGO_PKG_VERSION"));

#[derive(Debug)]
pub struct Client {
    http: HttpClient<HttpsConnector<HttpConnector>, Full<Bytes>>,
    key: ApiKey,
    api: Origin,
}

impl Client {
    pub fn new(key: ApiKey, api: &Url) -> Self {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let https = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            // `options` has checked which URLs may be plain http.
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let http = HttpClient::builder(TokioExecutor::new())
            // Each request has a connection of its own: a create that is sent on one that is about to
            // close would be lost, and nothing would tell whether it was carried out.
            .pool_max_idle_per_host(0)
            .build(https);
        Self {
            http,
            key,
            api: api.origin(),
        }
    }

    /// Sends a request. Only a call of the API carries the key, and only to the API's own origin.
    ///
    /// # Errors
    /// Why there is no response, without a URL.
    pub async fn send(&self, call: &Call) -> Result<Reply, String> {
        let request = self.request(call)?;
        let exchange = async {
            let response = self.http.request(request).await;
            let (head, body) = response.map_err(|error| reason(&error))?.into_parts();
            let body = Limited::new(body, RESPONSE_MAX_BYTES).collect().await;
            let body = body.map_err(|_| "the response was cut short, or is too long")?;
            Ok(Reply {
                status: head.status,
                headers: head.headers,
                body: body.to_bytes(),
            })
        };
        let patience = call.step.patience();
        timeout(patience, exchange)
            .await
            .unwrap_or_else(|_| Err(format!("no response within {} s", patience.as_secs())))
    }

    fn request(&self, call: &Call) -> Result<Request<Full<Bytes>>, String> {
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(call.url.as_str())
            .body(Full::new(call.body.clone()))
            .map_err(|_| "its URL is not one of HTTP's")?;
        *request.headers_mut() = call.headers.clone();
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        if call.step.bucket().is_some() && call.url.origin() == self.api {
            let key = self.key.header();
            headers.insert(API_KEY, key.map_err(|_| "the key is no header's value")?);
        }
        Ok(request)
    }
}

/// Returns an error with its causes. hyper's errors hold no URL.
fn reason(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
