//! The task that carries out a create, once.
//!
//! A create runs in a task of its own, since a server drops a request whose client has gone. A second
//! request with the same key waits for the result of the first.

use std::ops::ControlFlow;
use std::sync::Arc;

use aurous_contract::error::ErrorCode;
use aurous_contract::outcome::{Outcome, Repeat};
use aurous_contract::rate::Bucket;
use futures_channel::oneshot;
use futures_util::FutureExt as _;
use futures_util::future::Shared;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::lost_create;
use crate::admit::caller::Visitor;
use crate::api::{ApiCall, ApiFailure, NoAnswer};
use crate::core::Core;
use crate::headers::IDEMPOTENT_REPLAYED;
use crate::refusal::{Code, Refusal};
use crate::response::{ApiObject, Reply, Response, interpret, refusal_for};
use crate::rules::create_records::{AskedCreate, CreateDecision, CreateOutcome, RecordKey};
use crate::rules::lost_create::{LostCreate, Trace};
use crate::shared::creates::{Claim, SharedCreate, WonClaim};
use crate::shared::{Sharing, StoreAway};
use crate::step::{Outside, Steps};
use crate::subject::Subject;
use crate::vendor_id::VendorId;

/// The seconds after which the store may be back.
const RETRY_STORE_AFTER: u64 = 2;

/// A create that a visitor asks for, for the first time or again.
pub(super) struct CreateTask {
    pub(super) asked: AskedCreate<Visitor>,
    pub(super) call: ApiCall,
    pub(super) subject: Subject,
    pub(super) bucket: Bucket,
    /// What to look for where the answer is lost.
    pub(super) lost: LostCreate,
}

/// Ends with the result of a create, or with nothing where its task was dropped.
#[derive(Clone)]
pub struct CreateResult(Shared<oneshot::Receiver<Reply>>);

impl CreateResult {
    pub async fn wait(self) -> Option<Reply> {
        self.0.await.ok()
    }
}

impl CreateTask {
    /// Carries out the create, waits for it where it is running, or repeats its recorded response.
    pub(super) async fn run_once(self, core: &Arc<Core>, outside: &Outside) -> Reply {
        let (sender, receiver) = oneshot::channel();
        let result = CreateResult(receiver.shared());
        let now = outside.now();
        let decision = core
            .create_records()
            .begin(self.asked.clone(), result.clone(), now.uptime);
        match decision {
            CreateDecision::Run { after_unknown } => {
                let run = RunningCreate {
                    core: Arc::clone(core),
                    record: self.asked.key.clone(),
                    outcome: Some(CreateOutcome::Unknown),
                };
                let task = Steps::new(now, |outside| {
                    run.carry_out(self, after_unknown, sender, outside)
                });
                outside.detach(task).await;
                wait_for(result, outside).await
            }
            CreateDecision::Wait(result) => wait_for(result, outside).await,
            CreateDecision::Replay(response) => Ok(replayed(response)),
            CreateDecision::OutcomeUnknown => Err(outcome_unknown()),
            CreateDecision::KeyReused => Err(key_reused()),
            CreateDecision::Full { retry_after_s } => Err(Refusal::new(
                Code::TooManyCreates,
                "The gateway cannot remember more creates. Try again later.",
            )
            .with_retry_after(retry_after_s)),
        }
    }
}

async fn wait_for(result: CreateResult, outside: &Outside) -> Reply {
    // Without a result, the task has panicked or was dropped.
    let result = outside.join(result).await;
    result.unwrap_or_else(|| Err(outcome_unknown()))
}

fn outcome_unknown() -> Refusal {
    Refusal::new(
        Code::CreateOutcomeUnknown,
        "The create was sent, and its outcome is not known: the character may or may not have been made. Look for it before making another.",
    )
}

/// A create that is being carried out. Dropping it records its outcome, however the task ends.
struct RunningCreate {
    core: Arc<Core>,
    record: RecordKey,
    outcome: Option<CreateOutcome<Response>>,
}

impl Drop for RunningCreate {
    fn drop(&mut self) {
        if let Some(outcome) = self.outcome.take() {
            let mut records = self.core.create_records();
            records.record_outcome(&self.record, outcome);
        }
    }
}

impl RunningCreate {
    /// Carries out the create and tells its result to all who wait for it.
    async fn carry_out(
        mut self,
        task: CreateTask,
        after_unknown: bool,
        sender: oneshot::Sender<Reply>,
        outside: Outside,
    ) -> Reply {
        let mut teller = Teller(Some(sender));
        let (result, outcome) = match self.core.sharing {
            Sharing::Process => send(&self.core, &outside, task, after_unknown, None).await,
            Sharing::Store => {
                send_if_claimed(&self.core, &outside, task, after_unknown, &mut teller).await
            }
        };
        self.outcome = Some(outcome);
        drop(self);
        teller.tell(&result);
        result
    }
}

/// Tells the result of a create to all who wait for it, once.
struct Teller(Option<oneshot::Sender<Reply>>);

impl Teller {
    fn tell(&mut self, result: &Reply) {
        if let Some(sender) = self.0.take() {
            // Fails where every visitor that waited has gone.
            let _ = sender.send(result.clone());
        }
    }
}

/// Sends a create that no other instance has sent, and tells the others how it has ended.
async fn send_if_claimed(
    core: &Core,
    outside: &Outside,
    task: CreateTask,
    after_unknown: bool,
    teller: &mut Teller,
) -> (Reply, CreateOutcome<Response>) {
    let upstream_key = task.call.idempotency_key.clone().unwrap_or_default();
    let shared = SharedCreate {
        sealing: &core.config.sealing,
        limits: &core.config.limits,
        outside,
        upstream_key: &upstream_key,
        body_hash: task.asked.body_hash,
        repeat: task.asked.repeat,
    };
    let claim = match shared.claim().await {
        Ok(Claim::Won(claim)) => claim,
        Ok(Claim::Done(response)) => {
            let outcome = succeeded(&response);
            return (Ok(replayed(response)), outcome);
        }
        Ok(Claim::Running) => return (running_elsewhere(core), CreateOutcome::Refused),
        Ok(Claim::KeyReused) => return (Err(key_reused()), CreateOutcome::Refused),
        Ok(Claim::OutcomeUnknown) => return (Err(outcome_unknown()), CreateOutcome::Refused),
        Err(StoreAway) => return (Err(store_unavailable()), CreateOutcome::Refused),
    };
    let after_unknown = after_unknown || claim.after_unknown;
    let (reply, outcome) = send(core, outside, task, after_unknown, Some(&claim)).await;
    let mut recorded = shared.record(&claim, &outcome).await;
    if recorded.is_err() {
        teller.tell(&reply);
        recorded = shared.record_later(&claim, &outcome).await;
    }
    match (recorded, outcome) {
        // The store remembers it.
        (Ok(()), CreateOutcome::Unknown) => (reply, CreateOutcome::Refused),
        (_, outcome) => (reply, outcome),
    }
}

/// The API's own word for it: the SDK waits, and asks again.
fn running_elsewhere(core: &Core) -> Reply {
    let code = ErrorCode::IdempotencyKeyInUse.as_str();
    let message = "This create is being carried out by another instance of the gateway. Ask again with the same key.";
    let error = json!({ "type": "invalid_request", "code": code, "message": message, "param": null, "doc_url": null, "request_id": null });
    let body = json!({ "error": error });
    Response::json(
        &core.config.secret_search,
        StatusCode::CONFLICT,
        HeaderMap::new(),
        &body,
    )
}

fn store_unavailable() -> Refusal {
    Refusal::new(
        Code::StoreUnavailable,
        "The gateway's store does not answer, so a create could happen twice. Nothing was sent: try again.",
    )
    .with_retry_after(RETRY_STORE_AFTER)
}

fn key_reused() -> Refusal {
    Refusal::new(
        Code::IdempotencyKeyReused,
        "This `Idempotency-Key` was used for another body. Use a new one for each character.",
    )
    .with_param("Idempotency-Key")
}

fn replayed(mut response: Response) -> Response {
    let replayed = HeaderValue::from_static("true");
    response.headers.insert(IDEMPOTENT_REPLAYED, replayed);
    response
}

async fn send(
    core: &Core,
    outside: &Outside,
    task: CreateTask,
    after_unknown: bool,
    claim: Option<&WonClaim>,
) -> (Reply, CreateOutcome<Response>) {
    let token = core.take_token(task.bucket, &task.asked.visitor, outside);
    if let Err(refusal) = token.await {
        return (Err(refusal), CreateOutcome::Refused);
    }
    let (answer, now_ms) = (core.config.limits.answer_timeout, outside.now().epoch_ms);
    if claim.is_some_and(|it| !it.holds_for(answer, now_ms)) {
        return (Err(store_unavailable()), CreateOutcome::Refused);
    }
    let version = task.call.version.clone();
    let (outcome, result) = match core.call_api(outside, task.bucket, task.call).await {
        Err(failure) => (outcome_of_failure(failure), Err(refusal_for(failure))),
        Ok(response) => {
            let code = response.body.pointer("/error/code").and_then(Value::as_str);
            let is_upload_invalid = code == Some(ErrorCode::UploadInvalid.as_str());
            let outcome = if after_unknown && is_upload_invalid {
                // The earlier attempt may have consumed the uploads.
                Outcome::NoResponse
            } else {
                Outcome::of_answer(response.status.as_u16(), code)
            };
            match interpret(&core.config.secret_search, response) {
                ControlFlow::Continue(character) => {
                    return sign_character(core, &task.subject, character);
                }
                ControlFlow::Break(result) => (outcome, result),
            }
        }
    };
    if !outcome.may_have_been_carried_out() {
        return (result, CreateOutcome::Refused);
    }
    match lost_create::find(core, outside, &task.lost, &task.asked.visitor, version).await {
        Trace::Made(object) => {
            let (status, headers) = (StatusCode::CREATED, HeaderMap::new());
            let character = ApiObject {
                status,
                headers,
                object,
            };
            return sign_character(core, &task.subject, character);
        }
        // An API that has not answered may still be at work on it. An earlier attempt may be older than the list.
        Trace::NotMade if outcome != Outcome::Stalled && !after_unknown => {
            return (Err(not_made()), CreateOutcome::Refused);
        }
        Trace::NotMade | Trace::Older(_) | Trace::None => {}
    }
    match (task.asked.repeat, result) {
        // Another attempt does no harm, so the visitor gets the API's own words.
        (Repeat::Freely, Ok(response)) if !after_unknown => (Ok(response), CreateOutcome::Unknown),
        _ => (Err(outcome_unknown()), CreateOutcome::Unknown),
    }
}

fn not_made() -> Refusal {
    Refusal::new(
        Code::CreateNotMade,
        "The create was sent and got no answer, and the API has made no character of it. Send it again.",
    )
}

fn outcome_of_failure(failure: ApiFailure) -> Outcome {
    match failure {
        // Nothing was sent, which is as good as a 503.
        ApiFailure::NoAnswer(NoAnswer::Unreachable) => Outcome::Status(503),
        ApiFailure::NoAnswer(NoAnswer::ConnectionLost) => Outcome::NoResponse,
        ApiFailure::NoAnswer(NoAnswer::TimedOut) => Outcome::Stalled,
        // The response cannot be read and is no error: the API may have carried out the create.
        ApiFailure::InvalidAnswer { status, .. } if status.as_u16() < 400 => Outcome::NoResponse,
        ApiFailure::InvalidAnswer { status, .. } => Outcome::ForeignStatus(status.as_u16()),
    }
}

/// Signs the id of a character that was made, so that it belongs to the subject.
fn sign_character(
    core: &Core,
    subject: &Subject,
    mut character: ApiObject,
) -> (Reply, CreateOutcome<Response>) {
    let id = character.object.get("id").and_then(Value::as_str);
    let Some(id) = id.and_then(VendorId::parse) else {
        tracing::warn!("the API made a character without an id");
        return (Err(outcome_unknown()), CreateOutcome::Unknown);
    };
    let signed_id = core.config.sealing.sign_character_id(&id, subject);
    core.recent_characters().add(id);
    character.object.insert("id".to_owned(), signed_id.into());
    match character.into_response(&core.config.secret_search) {
        Ok(response) => {
            let outcome = succeeded(&response);
            (Ok(response), outcome)
        }
        Err(_) => (Err(outcome_unknown()), CreateOutcome::Unknown),
    }
}

fn succeeded(response: &Response) -> CreateOutcome<Response> {
    CreateOutcome::Succeeded {
        response: response.clone(),
        bytes: response.bytes(),
    }
}
