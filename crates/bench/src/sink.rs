//! The upstream, which does as little as both proxies need, as fast as it can.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;

/// The path of the PUT, through nginx and in the signed URLs that the gateway seals.
pub const UPLOAD_PATH: &str = "/upload?signature=0123456789abcdef0123456789abcdef";

/// The tickets so far. Each has an upload of its own.
static MINTED: AtomicUsize = AtomicUsize::new(0);

pub async fn start() -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let service = service_fn(move |request| answer(request, address));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    Ok(address)
}

async fn answer(
    mut request: Request<Incoming>,
    own: SocketAddr,
) -> Result<Response<Full<Bytes>>, Infallible> {
    while let Some(Ok(_)) = request.body_mut().frame().await {}
    let body = match (request.method(), request.uri().path()) {
        (&Method::PUT, _) => Bytes::new(),
        (_, "/v1/characters/uploads/init") => json!({
            "upload_id": "upl_01HXMQ7Z3K8Y2NABCDEFGHJKMR",
            "upload_url": format!("http://{own}{UPLOAD_PATH}&upload={}", MINTED.fetch_add(1, Ordering::Relaxed)),
            "upload_headers": { "Content-Type": "image/jpeg" },
            "expires_at": "2099-01-01T00:00:00Z",
        })
        .to_string()
        .into(),
        _ => Bytes::from_static(
            br#"{"upload_id":"upl_01HXMQ7Z3K8Y2NABCDEFGHJKMR","pose":"front","confidence":0.92}"#,
        ),
    };
    let mut response = Response::new(Full::new(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(
        "aurous-request-id",
        HeaderValue::from_static("req_01HXMQ7Z3K8Y2NABCDEFGHJKMR"),
    );
    headers.insert("x-ratelimit-remaining", HeaderValue::from(1_000_000_000));
    Ok(response)
}
