//! The upload host: an origin of its own, with nothing of the API's on it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::request::Parts;
use http::{Method, StatusCode};
use tokio::time::sleep;

use super::body::Received;
use super::cors::Cors;
use super::exchange::{Exchange, Handler};
use super::reply::{Content, Reply};
use crate::emulation::Emulation;
use crate::state::uploads::{PutHead, PutRefusal};
use crate::step::{Origin, Step};

pub(crate) fn router(emulation: Arc<Emulation>) -> Router {
    Router::new().fallback(handle).with_state(emulation)
}

async fn handle(State(emulation): State<Arc<Emulation>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let step = match parts.method {
        Method::PUT => Step::Put,
        Method::OPTIONS => Step::Preflight,
        _ => Step::Other,
    };
    let exchange = Exchange::begin(&emulation, Origin::Upload, step, &parts);
    let settings = emulation.world().settings().clone();
    let cors = if settings.cors || emulation.is_open() {
        Cors::Put
    } else {
        Cors::Off
    };
    let handler = UploadHandler {
        task: task(&emulation, &parts, cors),
        max_bytes: settings.upload_max_bytes,
        emulation,
        cors,
        parts,
    };
    exchange.run(body, &handler).await
}

/// What a request comes to, as far as its headers tell.
#[derive(Clone)]
enum Task {
    Preflight,
    /// The upload to fill.
    Fill(String),
    Refuse(PutRefusal),
}

fn task(emulation: &Emulation, parts: &Parts, cors: Cors) -> Task {
    match parts.method {
        Method::OPTIONS if cors == Cors::Off => Task::Refuse(PutRefusal::NO_CORS),
        Method::OPTIONS => Task::Preflight,
        Method::PUT => {
            let content_type = parts.headers.get(CONTENT_TYPE);
            let head = PutHead {
                path: parts.uri.path(),
                query: parts.uri.query().unwrap_or_default(),
                content_type: content_type.and_then(|it| it.to_str().ok()),
            };
            let now_ms = emulation.clock.now_ms();
            let verdict = emulation.world().may_put(&head, now_ms);
            verdict.map_or_else(Task::Refuse, Task::Fill)
        }
        _ => Task::Refuse(PutRefusal::WRONG_METHOD),
    }
}

struct UploadHandler {
    emulation: Arc<Emulation>,
    task: Task,
    max_bytes: u64,
    cors: Cors,
    parts: Parts,
}

impl Handler for UploadHandler {
    fn keep(&self) -> u64 {
        match self.task {
            Task::Fill(_) => self.max_bytes,
            Task::Preflight | Task::Refuse(_) => 0,
        }
    }

    async fn process(&self, received: Received, delay: Option<Duration>) -> Reply {
        let emulation = Arc::clone(&self.emulation);
        let task = self.task.clone();
        // Detached, as the API's calls are: bytes that have arrived are stored.
        let done = tokio::spawn(async move {
            sleep(delay.unwrap_or_default()).await;
            match (task, received.bytes) {
                (Task::Preflight, _) => Ok(()),
                (Task::Refuse(refusal), _) => Err(refusal),
                (Task::Fill(_), None) => Err(PutRefusal::TOO_LARGE),
                (Task::Fill(id), Some(bytes)) => emulation.world().put(&id, bytes),
            }
        });
        let done = done.await;
        let mut reply = self.blank();
        match (&self.task, done) {
            (Task::Preflight, _) => {
                reply.status = StatusCode::NO_CONTENT;
                self.cors.on_preflight(&mut reply);
            }
            (_, Ok(Ok(()))) => {}
            (_, Ok(Err(refusal))) => return self.refused(reply, &refusal),
            // The runtime is shutting down.
            (_, Err(_)) => reply.status = StatusCode::INTERNAL_SERVER_ERROR,
        }
        reply
    }

    fn blank(&self) -> Reply {
        let mut reply = Reply::new(200);
        self.cors.on(&mut reply, &self.parts.headers);
        reply
    }

    fn error(&self, status: u16, _reply: &Reply) -> Content {
        let code = match status {
            403 => "AccessDenied",
            413 => "EntityTooLarge",
            429 | 503 => "SlowDown",
            500.. => "InternalError",
            _ => "InvalidRequest",
        };
        xml(code, "A scripted fault.")
    }
}

impl UploadHandler {
    fn refused(&self, reply: Reply, refusal: &PutRefusal) -> Reply {
        let status = Reply::new(refusal.status).status;
        let mut reply = Reply { status, ..reply }.with(xml(refusal.code, refusal.message));
        if *refusal == PutRefusal::WRONG_METHOD {
            reply.set(ALLOW, "PUT");
        }
        reply
    }
}

/// An error as S3 writes it. Neither text needs escaping: both are constants of ours.
fn xml(code: &str, message: &str) -> Content {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    Content {
        content_type: "application/xml",
        body: Bytes::from(text),
    }
}
