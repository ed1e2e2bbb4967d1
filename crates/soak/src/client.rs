//! Whole requests, on kept-alive connections from one address.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, Result};
use aurous_contract::outcome::Outcome;
use aurous_flow::limits::DEFAULT_TIMEOUT_MS;
use aurous_flow::retry::parse_retry_after;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::time::timeout;

use crate::requests::{self, HOST, MOUNT, ORIGIN, Request};

/// Where a client's connections come from.
#[derive(Clone, Debug)]
pub struct Source {
    pub address: Ipv4Addr,
    /// The `X-Forwarded-For` of a client behind the proxy.
    pub forwarded: Option<String>,
}

pub struct Client {
    http: Http<HttpConnector, Full<Bytes>>,
    gateway: SocketAddr,
    forwarded: Option<String>,
}

pub struct Answer {
    pub status: u16,
    pub retry_after_ms: Option<u64>,
    /// Null where the body is no JSON.
    pub json: Value,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection failed, or the answer broke off.
    Broken,
    /// There was none within the SDK's time for one attempt.
    Silent,
}

impl Source {
    pub fn direct(address: [u8; 4]) -> Self {
        Self {
            address: address.into(),
            forwarded: None,
        }
    }

    /// Returns the source of a visitor behind the trusted proxy.
    pub fn proxied(forwarded: impl Into<String>) -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST,
            forwarded: Some(forwarded.into()),
        }
    }
}

impl Client {
    pub fn new(gateway: SocketAddr, source: Source) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_local_address(Some(IpAddr::V4(source.address)));
        Self {
            http: Http::builder(TokioExecutor::new()).build(connector),
            gateway,
            forwarded: source.forwarded,
        }
    }

    /// Sends a request, and reads its answer to the end.
    ///
    /// # Errors
    /// There is no whole answer.
    pub async fn send(&self, request: &Request) -> Result<Answer, NoAnswer> {
        let limit = Duration::from_millis(DEFAULT_TIMEOUT_MS);
        let answer = timeout(limit, self.exchange(request)).await;
        answer
            .map_err(|_| NoAnswer::Silent)?
            .map_err(|_| NoAnswer::Broken)
    }

    async fn exchange(&self, request: &Request) -> Result<Answer> {
        let mut builder = hyper::Request::builder()
            .method(request.method.clone())
            .uri(format!("http://{}{MOUNT}{}", self.gateway, request.path))
            .header("host", HOST)
            .header("origin", ORIGIN);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(forwarded) = &self.forwarded {
            builder = builder.header("x-forwarded-for", forwarded);
        }
        let sent = builder.body(Full::new(request.body.clone()))?;
        let (head, body) = self.http.request(sent).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        let retry_after = head.headers.get("retry-after");
        let retry_after = retry_after.and_then(|it| it.to_str().ok());
        Ok(Answer {
            status: head.status.as_u16(),
            // The gateway sends seconds, never a date.
            retry_after_ms: retry_after.and_then(|it| parse_retry_after(it, f64::NAN, 0)),
            json: serde_json::from_slice(&body).unwrap_or_default(),
        })
    }

    /// Mints a ticket, and returns its `upload_url`.
    ///
    /// # Errors
    /// There was no ticket.
    pub async fn mint(&self, session_token: Option<&str>) -> Result<String> {
        let answer = self.send(&requests::init(session_token, None)).await;
        let answer = answer.ok().context("no answer")?;
        let url = answer.text("/upload_url").context("no ticket")?;
        Ok(url.to_owned())
    }
}

impl NoAnswer {
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Broken => Outcome::NoResponse,
            Self::Silent => Outcome::Stalled,
        }
    }
}

impl Answer {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the code of an error in the API's envelope.
    pub fn code(&self) -> Option<&str> {
        self.text("/error/code")
    }

    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.json.pointer(pointer).and_then(Value::as_str)
    }
}
