//! Calls to the API.

use aurous_gateway_core::{ApiAnswer, ApiRequest, ConnectionChoice, NoAnswer, UnreadableBody};
use axum::body::Body;
use axum::http::{Request, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use tokio::time::timeout;

use super::{Upstream, log_failure};

impl Upstream {
    /// Calls the API, in a span of its own.
    pub(crate) async fn call_api(&self, request: ApiRequest) -> Result<ApiAnswer, NoAnswer> {
        let span = self.traces.begin_call(&request.method, "api");
        span.set("url.template", request.pattern);
        let outcome = self.send_to_api(request).await;
        match &outcome {
            Ok(answer) => span.answered(answer.status.as_u16()),
            Err(NoAnswer::Unreachable) => span.failed("unreachable"),
            Err(NoAnswer::ConnectionLost) => span.failed("connection_lost"),
            Err(NoAnswer::TimedOut) => span.failed("timed_out"),
        }
        outcome
    }

    async fn send_to_api(&self, request: ApiRequest) -> Result<ApiAnswer, NoAnswer> {
        let response_max_bytes = request.response_max_bytes;
        let client = match request.connection {
            ConnectionChoice::Pooled => &self.client,
            ConnectionChoice::Fresh => &self.fresh_client,
        };
        let request = http_request(request)?;
        let exchange = async {
            let response = client.request(request).await.map_err(|error| {
                log_failure("API", &error);
                if error.is_connect() {
                    NoAnswer::Unreachable
                } else {
                    NoAnswer::ConnectionLost
                }
            })?;
            Ok(read(response, response_max_bytes).await)
        };
        timeout(self.response_timeout, exchange)
            .await
            .unwrap_or_else(|_| {
                tracing::warn!("the API did not answer in time");
                Err(NoAnswer::TimedOut)
            })
    }
}

fn http_request(request: ApiRequest) -> Result<Request<Body>, NoAnswer> {
    let body = request.body.map_or_else(Body::empty, Body::from);
    let made = Request::builder().method(request.method).uri(request.url);
    // Every part was checked before. If one is wrong all the same, nothing is sent.
    let mut made = made.body(body).map_err(|_| NoAnswer::Unreachable)?;
    *made.headers_mut() = request.headers;
    Ok(made)
}

async fn read(response: Response<Incoming>, max_bytes: usize) -> ApiAnswer {
    let (head, body) = response.into_parts();
    let body = if ApiAnswer::is_worth_reading(&head.headers) {
        let read = Limited::new(body, max_bytes).collect().await;
        read.map(|it| it.to_bytes()).map_err(|_| UnreadableBody)
    } else {
        Err(UnreadableBody)
    };
    ApiAnswer {
        status: head.status,
        headers: head.headers,
        body,
    }
}
