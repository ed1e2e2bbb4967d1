//! A server in front of another one on this machine.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// Passes requests on to a server on this machine: page and gateway share an origin, as they should.
pub fn before(port: u16) -> Router {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    Router::new().fallback(move |mut request: Request| {
        let client = client.clone();
        async move {
            let path = request.uri().path_and_query().map_or("/", |it| it.as_str());
            match format!("http://127.0.0.1:{port}{path}").parse::<Uri>() {
                Ok(uri) => *request.uri_mut() = uri,
                Err(_) => return StatusCode::BAD_REQUEST.into_response(),
            }
            match client.request(request).await {
                Ok(answer) => answer.map(Body::new).into_response(),
                Err(_) => StatusCode::BAD_GATEWAY.into_response(),
            }
        }
    })
}
