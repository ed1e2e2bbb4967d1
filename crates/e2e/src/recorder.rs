//! Records the requests that browsers send to the gateway, before the gateway changes them.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;

/// One request of a page, without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRequest {
    pub method: String,
    /// Below the gateway's mount point.
    pub path: String,
    /// With names in lower case.
    pub headers: Vec<(String, String)>,
    /// `None` until it is answered.
    pub status: Option<u16>,
}

impl RecordedRequest {
    /// Returns the first value of a header, whose name is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Vec<RecordedRequest>>>);

impl Recorder {
    /// Returns the requests in order of arrival.
    pub fn sent(&self) -> Vec<RecordedRequest> {
        self.change(|it| it.clone())
    }

    /// Wraps routes so that their requests are recorded.
    pub fn before(&self, routes: Router) -> Router {
        routes.layer(middleware::from_fn_with_state(self.clone(), record))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Vec<RecordedRequest>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn record(State(recorder): State<Recorder>, request: Request, next: Next) -> Response {
    let headers = request.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let sent = RecordedRequest {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        headers: headers.collect(),
        status: None,
    };
    let place = recorder.change(|all| {
        all.push(sent);
        all.len() - 1
    });
    let response = next.run(request).await;
    recorder.change(|all| all[place].status = Some(response.status().as_u16()));
    response
}
