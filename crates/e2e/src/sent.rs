//! What a browser sent to the gateway, recorded before the gateway sees it: what the gateway passes on
//! says nothing of that.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;

/// One request of a page's, without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub method: String,
    /// Below the gateway's mount point.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// `None` where it is not answered, or not yet.
    pub status: Option<u16>,
}

impl Sent {
    /// The first value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Vec<Sent>>>);

impl Recorder {
    /// In order of arrival.
    pub fn sent(&self) -> Vec<Sent> {
        self.change(|it| it.clone())
    }

    /// The same routes, recorded.
    pub fn before(&self, routes: Router) -> Router {
        routes.layer(middleware::from_fn_with_state(self.clone(), record))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Vec<Sent>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn record(State(recorder): State<Recorder>, request: Request, next: Next) -> Response {
    let headers = request.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let sent = Sent {
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
