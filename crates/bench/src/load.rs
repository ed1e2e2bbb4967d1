//! The load: HTTP/1.1 requests on kept-alive connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Method;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// A request that is sent again and again.
#[derive(Clone)]
pub struct Request {
    pub method: Method,
    pub urls: Urls,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
}

/// URLs that requests go to in turn.
#[derive(Clone)]
pub struct Urls {
    all: Arc<[String]>,
    used: Arc<AtomicUsize>,
}

impl Urls {
    pub fn new(all: impl Into<Arc<[String]>>) -> Self {
        Self {
            all: all.into(),
            used: Arc::default(),
        }
    }

    fn next(&self) -> Option<&String> {
        let nth = self.used.fetch_add(1, Ordering::Relaxed);
        self.all.get(nth % self.all.len().max(1))
    }
}

#[derive(Clone)]
pub struct Load(Client<HttpConnector, Full<Bytes>>);

impl Default for Load {
    fn default() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self(Client::builder(TokioExecutor::new()).build(connector))
    }
}

impl Load {
    /// Sends one request, and returns the body of its response.
    pub async fn send(&self, request: &Request) -> Result<Bytes> {
        let mut builder = hyper::Request::builder()
            .method(request.method.clone())
            .uri(request.urls.next().context("there is no URL")?);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let sent = builder.body(Full::new(request.body.clone()))?;
        let response = self.0.request(sent).await.context("no response")?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(
            status.is_success(),
            "{status}: {}",
            String::from_utf8_lossy(&body)
        );
        Ok(body)
    }

    /// Sends `samples` requests, one every 1/`per_second` seconds. Returns the time of each, from the
    /// moment at which it was due to its response.
    pub async fn open_loop(
        &self,
        request: &Request,
        per_second: u32,
        samples: usize,
    ) -> Result<Vec<Duration>> {
        let request = Arc::new(request.clone());
        let every = Duration::from_secs(1) / per_second;
        let mut due = Instant::now();
        let mut running = JoinSet::new();
        for _ in 0..samples {
            due += every;
            sleep_until(due).await;
            let (load, request) = (self.clone(), Arc::clone(&request));
            running.spawn(async move {
                load.send(&request).await?;
                Ok::<_, anyhow::Error>(due.elapsed())
            });
        }
        running.join_all().await.into_iter().collect()
    }

    /// Sends `samples` requests on this many connections, each as soon as its connection is free. Returns the
    /// time of each.
    pub async fn closed_loop(
        &self,
        request: &Request,
        connections: usize,
        samples: usize,
    ) -> Result<Vec<Duration>> {
        let request = Arc::new(request.clone());
        let left = Arc::new(Semaphore::new(samples));
        let mut running = JoinSet::new();
        for _ in 0..connections {
            let (load, request) = (self.clone(), Arc::clone(&request));
            let left = Arc::clone(&left);
            running.spawn(async move {
                let mut latencies = Vec::new();
                while let Ok(one) = left.try_acquire() {
                    one.forget();
                    let start = Instant::now();
                    load.send(&request).await?;
                    latencies.push(start.elapsed());
                }
                Ok::<_, anyhow::Error>(latencies)
            });
        }
        let latencies: Result<Vec<_>> = running.join_all().await.into_iter().collect();
        Ok(latencies?.concat())
    }

    /// Sends as much as possible on this many connections. Returns the bytes a second.
    pub async fn saturate(
        &self,
        request: &Request,
        connections: usize,
        time: Duration,
    ) -> Result<f64> {
        let request = Arc::new(request.clone());
        let start = Instant::now();
        let mut running = JoinSet::new();
        for _ in 0..connections {
            let (load, request) = (self.clone(), Arc::clone(&request));
            running.spawn(async move {
                let mut bytes = 0;
                while start.elapsed() < time {
                    load.send(&request).await?;
                    bytes += request.body.len();
                }
                Ok::<_, anyhow::Error>(bytes)
            });
        }
        let sent: Result<Vec<usize>> = running.join_all().await.into_iter().collect();
        Ok(sent?.iter().sum::<usize>() as f64 / start.elapsed().as_secs_f64())
    }
}
