//! The upload host: an origin of its own, without anything of the API's.

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

use super::cors::Cors;
use super::exchange::{Exchange, Handler};
use super::reply::{Content, Reply};
use crate::emulation::Emulation;
use crate::entry_point::EntryPoint;
use crate::fault::FakeResponse;
use crate::operation::Operation;
use crate::state::api_call::ReceivedBody;
use crate::state::upload_host::{PutHead, PutRefusal};

pub(crate) fn router(emulation: Arc<Emulation>) -> Router {
    Router::new().fallback(handle).with_state(emulation)
}

async fn handle(State(emulation): State<Arc<Emulation>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let operation = match parts.method {
        Method::PUT => Operation::Put,
        Method::OPTIONS => Operation::Preflight,
        _ => Operation::Other,
    };
    let exchange = Exchange::begin(&emulation, EntryPoint::Upload, operation, &parts);
    let settings = emulation.world().settings().clone();
    let cors = if settings.cors || emulation.is_open() {
        Cors::Put
    } else {
        Cors::Off
    };
    let handler = UploadHandler {
        task: choose_task(&emulation, &parts, cors),
        max_bytes: settings.upload_max_bytes,
        emulation,
        cors,
        parts,
    };
    exchange.run(body, &handler).await
}

/// What to do with a request, as far as its headers decide.
#[derive(Clone)]
enum UploadTask {
    AnswerPreflight,
    /// Stores the bytes under this upload id.
    Store(String),
    Refuse(PutRefusal),
}

fn choose_task(emulation: &Emulation, parts: &Parts, cors: Cors) -> UploadTask {
    match parts.method {
        Method::OPTIONS if cors == Cors::Off => UploadTask::Refuse(PutRefusal::NO_CORS),
        Method::OPTIONS => UploadTask::AnswerPreflight,
        Method::PUT => {
            let content_type = parts.headers.get(CONTENT_TYPE);
            let head = PutHead {
                path: parts.uri.path(),
                query: parts.uri.query().unwrap_or_default(),
                content_type: content_type.and_then(|it| it.to_str().ok()),
            };
            let now_ms = emulation.clock.now_ms();
            let checked = emulation.world().check_put(&head, now_ms);
            checked.map_or_else(UploadTask::Refuse, UploadTask::Store)
        }
        _ => UploadTask::Refuse(PutRefusal::WRONG_METHOD),
    }
}

struct UploadHandler {
    emulation: Arc<Emulation>,
    task: UploadTask,
    max_bytes: u64,
    cors: Cors,
    parts: Parts,
}

impl Handler for UploadHandler {
    fn max_body_bytes(&self) -> u64 {
        match self.task {
            UploadTask::Store(_) => self.max_bytes,
            UploadTask::AnswerPreflight | UploadTask::Refuse(_) => 0,
        }
    }

    async fn process(&self, body: ReceivedBody, delay: Option<Duration>) -> Reply {
        let emulation = Arc::clone(&self.emulation);
        let task = self.task.clone();
        // Detached, as the API's calls are: bytes that have arrived are stored.
        let stored = tokio::spawn(async move {
            sleep(delay.unwrap_or_default()).await;
            match (task, body.bytes) {
                (UploadTask::AnswerPreflight, _) => Ok(()),
                (UploadTask::Refuse(refusal), _) => Err(refusal),
                (UploadTask::Store(_), None) => Err(PutRefusal::TOO_LARGE),
                (UploadTask::Store(id), Some(bytes)) => emulation.world().store_upload(&id, bytes),
            }
        });
        let stored = stored.await;
        let mut reply = self.blank_reply();
        match (&self.task, stored) {
            (UploadTask::AnswerPreflight, _) => {
                reply.status = StatusCode::NO_CONTENT;
                self.cors.add_preflight_headers(&mut reply);
            }
            (_, Ok(Ok(()))) => {}
            (_, Ok(Err(refusal))) => return self.refuse(reply, &refusal),
            // The runtime is shutting down.
            (_, Err(_)) => reply.status = StatusCode::INTERNAL_SERVER_ERROR,
        }
        reply
    }

    fn blank_reply(&self) -> Reply {
        let mut reply = Reply::new(200);
        self.cors.add_headers(&mut reply, &self.parts.headers);
        reply
    }

    fn error_content(&self, fake: &FakeResponse, _reply: &Reply) -> Content {
        let likely = match fake.status {
            403 => "AccessDenied",
            413 => "EntityTooLarge",
            429 | 503 => "SlowDown",
            500.. => "InternalError",
            _ => "InvalidRequest",
        };
        xml_error(fake.code.as_deref().unwrap_or(likely), "A scripted fault.")
    }
}

impl UploadHandler {
    fn refuse(&self, reply: Reply, refusal: &PutRefusal) -> Reply {
        let status = Reply::new(refusal.status).status;
        let content = xml_error(refusal.code, refusal.message);
        let mut reply = Reply { status, ..reply }.with(content);
        if *refusal == PutRefusal::WRONG_METHOD {
            reply.set(ALLOW, "PUT");
        }
        reply
    }
}

/// Writes an error as S3 does. Neither text needs escaping: both are constants, or the code of a
/// fault, which was checked when it was added.
fn xml_error(code: &str, message: &str) -> Content {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    Content {
        content_type: "application/xml",
        body: Bytes::from(text),
    }
}
