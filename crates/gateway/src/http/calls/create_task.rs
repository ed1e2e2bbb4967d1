//! Creates that happen once, whoever hangs up.
//!
//! A create runs in a task of its own, since hyper drops a request's handler with its connection; a
//! drain waits for it. Whoever asks again with the same key while it runs waits for the same end.

use std::sync::Arc;

use aurous_contract::error::ErrorCode;
use aurous_contract::rate::Bucket;
use aurous_contract::retry::{Outcome, Repeat};
use axum::http::{HeaderName, HeaderValue};
use serde_json::Value;
use tokio::sync::watch;

use crate::admit::caller::Visitor;
use crate::clock::now_ms;
use crate::http::answer::{self, Answer, Read, Success, Told};
use crate::http::shared::{Shared, Waiter};
use crate::refusal::{Code, Refusal};
use crate::rules::creates::{Begin, End, RecordKey};
use crate::subject::Subject;
use crate::upstream::{ApiCall, Failed};
use crate::vendor_id::VendorId;

const REPLAYED: HeaderName = HeaderName::from_static("aurous-idempotent-replayed");

/// One create, asked for once or again.
pub(crate) struct Create {
    pub(crate) record: RecordKey,
    pub(crate) body_hash: [u8; 32],
    pub(crate) call: ApiCall,
    pub(crate) subject: Subject,
    pub(crate) visitor: Visitor,
    pub(crate) bucket: Bucket,
    pub(crate) repeat: Repeat,
}

impl Create {
    pub(crate) async fn once(self, shared: &Arc<Shared>) -> Told {
        let (tell, told) = watch::channel(None);
        let begin = shared.creates().begin(
            self.record.clone(),
            &self.visitor,
            self.body_hash,
            self.repeat,
            told.clone(),
            now_ms(),
        );
        match begin {
            Begin::Run { after_unknown } => {
                let run = Run {
                    shared: Arc::clone(shared),
                    record: self.record.clone(),
                    end: Some(End::Unknown),
                };
                shared
                    .detached
                    .spawn(run.carry_out(self, after_unknown, tell));
                wait(told).await
            }
            Begin::Join(told) => wait(told).await,
            Begin::Recorded(mut answer) => {
                answer
                    .headers
                    .insert(REPLAYED, HeaderValue::from_static("true"));
                Ok(answer)
            }
            Begin::OutcomeUnknown => Err(outcome_unknown()),
            Begin::Reused => Err(Refusal::new(
                Code::IdempotencyKeyReused,
                "This `Idempotency-Key` was used for another body. Use a new one for each character.",
            )
            .about("Idempotency-Key")),
            Begin::Full { retry_after_s } => Err(Refusal::new(
                Code::TooManyCreates,
                "As many creates are remembered as there may be. Try again later.",
            )
            .retry_after(retry_after_s)),
        }
    }
}

async fn wait(mut told: Waiter) -> Told {
    match told.wait_for(Option::is_some).await {
        Ok(told) => told.clone().unwrap_or_else(|| Err(outcome_unknown())),
        // Whoever would have told has panicked.
        Err(_) => Err(outcome_unknown()),
    }
}

fn outcome_unknown() -> Refusal {
    Refusal::new(
        Code::CreateOutcomeUnknown,
        "The create was sent, and what came of it is not known: the character may or may not have been made. Look for it before making another.",
    )
}

/// A create that is being carried out. However it stops, its end is recorded.
struct Run {
    shared: Arc<Shared>,
    record: RecordKey,
    end: Option<End<Answer>>,
}

impl Drop for Run {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            let mut records = self.shared.creates();
            records.finish(&self.record, end);
        }
    }
}

impl Run {
    async fn carry_out(
        mut self,
        create: Create,
        after_unknown: bool,
        tell: watch::Sender<Option<Told>>,
    ) {
        let (told, end) = send(&self.shared, create, after_unknown).await;
        self.end = Some(end);
        drop(self);
        // Nobody may be waiting any more.
        let _ = tell.send(Some(told));
    }
}

async fn send(shared: &Shared, create: Create, after_unknown: bool) -> (Told, End<Answer>) {
    if let Err(refusal) = shared.take_token(create.bucket, &create.visitor) {
        return (Err(refusal), End::Refused);
    }
    let (outcome, told) = match shared.ask(create.bucket, create.call).await {
        Err(why) => (of_failure(why), Err(answer::failed(&why))),
        Ok(answer) => {
            let code = answer.body.pointer("/error/code").and_then(Value::as_str);
            let is_upload_invalid = code == Some(ErrorCode::UploadInvalid.as_str());
            // The earlier attempt may have used the uploads up.
            if after_unknown && is_upload_invalid {
                return (Err(outcome_unknown()), End::Unknown);
            }
            let outcome = Outcome::of_answer(answer.status.as_u16(), code);
            match answer::read(answer) {
                Read::Success(character) => return made(shared, &create.subject, character),
                Read::Other(told) => (outcome, told),
            }
        }
    };
    if !outcome.may_have_been_carried_out() {
        return (told, End::Refused);
    }
    match (create.repeat, told) {
        // The API's own words, where asking again does no harm.
        (Repeat::Freely, Ok(answer)) => (Ok(answer), End::Unknown),
        _ => (Err(outcome_unknown()), End::Unknown),
    }
}

fn of_failure(why: Failed) -> Outcome {
    match why {
        // As if it had not been handled: nothing was sent.
        Failed::Unreachable => Outcome::Status(503),
        Failed::Lost => Outcome::NoResponse,
        Failed::TimedOut => Outcome::Stalled,
        // What is neither read nor refused may have been done.
        Failed::Invalid { status, .. } if status.as_u16() < 400 => Outcome::NoResponse,
        Failed::Invalid { status, .. } => Outcome::Status(status.as_u16()),
    }
}

/// A character was made: it is the subject's.
fn made(shared: &Shared, subject: &Subject, mut character: Success) -> (Told, End<Answer>) {
    let id = character.object.get("id").and_then(Value::as_str);
    let Some(id) = id.and_then(VendorId::parse) else {
        tracing::warn!("the API made a character without an id");
        return (Err(outcome_unknown()), End::Unknown);
    };
    let owned = shared.config.sealing.own_character(&id, subject);
    character.object.insert("id".to_owned(), owned.into());
    let answer = character.answer();
    (Ok(answer.clone()), End::Succeeded(answer))
}
