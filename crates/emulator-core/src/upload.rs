//! The upload host: an origin of its own, without anything of the API's.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderMap, Method, StatusCode};

use crate::cors::Cors;
use crate::emulation::Emulation;
use crate::exchange::RequestHead;
use crate::fault::FakeResponse;
use crate::reply::{Content, Reply};
use crate::state::api_call::ReceivedBody;
use crate::state::upload_host::{PutHead, PutRefusal};

/// What to do with a request, as far as its headers decide.
enum UploadTask {
    AnswerPreflight,
    /// Stores the bytes under this upload id.
    Store(String),
    Refuse(PutRefusal),
}

pub(crate) struct UploadHandler {
    emulation: Arc<Emulation>,
    task: UploadTask,
    max_bytes: u64,
    cors: Cors,
    headers: HeaderMap,
}

impl UploadHandler {
    pub(crate) fn new(emulation: &Arc<Emulation>, head: &RequestHead, now_ms: u64) -> Self {
        let settings = emulation.world().settings().clone();
        let cors = if settings.cors || emulation.is_open() {
            Cors::Put
        } else {
            Cors::Off
        };
        Self {
            task: choose_task(emulation, head, cors, now_ms),
            max_bytes: settings.upload_max_bytes,
            emulation: Arc::clone(emulation),
            cors,
            headers: head.headers.clone(),
        }
    }

    /// Returns the bytes of the longest body to keep.
    pub(crate) const fn max_body_bytes(&self) -> u64 {
        match self.task {
            UploadTask::Store(_) => self.max_bytes,
            UploadTask::AnswerPreflight | UploadTask::Refuse(_) => 0,
        }
    }

    /// Carries the task out, and returns the response.
    pub(crate) fn process(&self, body: ReceivedBody) -> Reply {
        let mut reply = self.blank_reply();
        let stored = match (&self.task, body.bytes) {
            (UploadTask::AnswerPreflight, _) => {
                reply.status = StatusCode::NO_CONTENT;
                self.cors.add_preflight_headers(&mut reply);
                Ok(())
            }
            (UploadTask::Refuse(refusal), _) => Err(refusal.clone()),
            (UploadTask::Store(_), None) => Err(PutRefusal::TOO_LARGE),
            (UploadTask::Store(id), Some(bytes)) => self.emulation.world().store_upload(id, bytes),
        };
        match stored {
            Ok(()) => reply,
            Err(refusal) => refuse(reply, &refusal),
        }
    }

    /// Returns a response that has the headers of every response and no body.
    pub(crate) fn blank_reply(&self) -> Reply {
        let mut reply = Reply::new(200);
        self.cors.add_headers(&mut reply, &self.headers);
        reply
    }
}

fn choose_task(emulation: &Emulation, head: &RequestHead, cors: Cors, now_ms: u64) -> UploadTask {
    match head.method {
        Method::OPTIONS if cors == Cors::Off => UploadTask::Refuse(PutRefusal::NO_CORS),
        Method::OPTIONS => UploadTask::AnswerPreflight,
        Method::PUT => {
            let content_type = head.headers.get(CONTENT_TYPE);
            let put = PutHead {
                path: &head.path,
                query: head.query.as_deref().unwrap_or_default(),
                content_type: content_type.and_then(|it| it.to_str().ok()),
            };
            let checked = emulation.world().check_put(&put, now_ms);
            checked.map_or_else(UploadTask::Refuse, UploadTask::Store)
        }
        _ => UploadTask::Refuse(PutRefusal::WRONG_METHOD),
    }
}

/// Returns the body of a proper error with the status and the code of `fake`.
pub(crate) fn error_content(fake: &FakeResponse, _reply: &Reply) -> Content {
    let likely = match fake.status {
        403 => "AccessDenied",
        413 => "EntityTooLarge",
        429 | 503 => "SlowDown",
        500.. => "InternalError",
        _ => "InvalidRequest",
    };
    xml_error(fake.code.as_deref().unwrap_or(likely), "A scripted fault.")
}

fn refuse(reply: Reply, refusal: &PutRefusal) -> Reply {
    let status = Reply::new(refusal.status).status;
    let content = xml_error(refusal.code, refusal.message);
    let mut reply = Reply { status, ..reply }.with(content);
    if *refusal == PutRefusal::WRONG_METHOD {
        reply.set(ALLOW, "PUT");
    }
    reply
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
