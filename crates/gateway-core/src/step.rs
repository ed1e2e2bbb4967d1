//! A request's way through the gateway, as steps for a shell to carry out.
//!
//! The core never calls out. What it decides about a request reads as a function from top to bottom; where
//! that needs the outside world, the function stops, and the shell gets a [`Step`]. The shell carries it
//! out, answers it, and asks for the next one.

use std::fmt;
use std::future::pending;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_channel::oneshot;
use futures_util::future::Shared;

use crate::api::{ApiAnswer, ApiRequest, NoAnswer};
use crate::calls::create_task::CreateResult;
use crate::clock::Moment;
use crate::put::{PutAnswer, PutFailure, UploadPut};
use crate::refusal::{Code, Refusal};
use crate::response::Reply;
use crate::session::Session;
use crate::shared::{StoreAway, StoreChange, StoreMove};

/// What a shell has to do next.
pub enum Step {
    /// Ask the web app who the visitor is. Only where the configuration says that the app knows.
    Identify(Question<(), Option<Session>>),
    /// Read the request's body, at most so many bytes of it.
    ReadBody(Question<usize, Result<Bytes, BodyFailure>>),
    /// Send a request to the API.
    CallApi(Question<ApiRequest, Result<ApiAnswer, NoAnswer>>),
    /// Stream the request's body to the upload host.
    Put(Question<UploadPut, Result<PutAnswer, PutFailure>>),
    /// Let so much time pass, or less where the pause ends.
    Wait(Question<Pause, ()>),
    /// Carry out other steps beside these, to their end, even if the visitor leaves.
    Detach(Question<Steps, ()>),
    /// Wait for the result of a create that is running. It has none where its steps were dropped.
    Join(Question<CreateResult, Option<Reply>>),
    /// Read the texts under these keys. Only where instances share a store.
    ReadStore(Question<Vec<String>, Result<Vec<Option<String>>, StoreAway>>),
    /// Make all of these changes, or none where an entry no longer holds what is expected. Only where
    /// instances share a store.
    WriteStore(Question<Vec<StoreChange>, Result<bool, StoreAway>>),
    /// Move all of these marks, or none, by the store's own clock. The answer is 0, or the microseconds until
    /// all may move. Only where instances share a store.
    MoveMarks(Question<Vec<StoreMove>, Result<u64, StoreAway>>),
    /// Send this response. It is the last step.
    Respond(Reply),
}

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFailure {
    TooLong,
    TooSlow,
    /// It ended before its length: most likely its sender has gone.
    CutShort,
}

impl BodyFailure {
    pub(crate) fn refusal(self) -> Refusal {
        match self {
            Self::TooLong => Refusal::new(Code::BodyTooLarge, "The body has too many bytes."),
            Self::TooSlow => Refusal::new(
                Code::BodyTooSlow,
                "The request's body came too slowly. Try again on a better connection.",
            ),
            Self::CutShort => Refusal::new(
                Code::ClientGone,
                "The request's body ended before its Content-Length: the page, or a proxy in between, broke it off. Try again.",
            ),
        }
    }
}

/// A time to let pass.
pub struct Pause {
    pub time: Duration,
    /// Ends once there is nothing left to wait for. `None` where the whole time passes.
    pub ended: Option<Ended>,
}

/// Ends once its sender has sent something, or has been dropped.
pub type Ended = Shared<oneshot::Receiver<()>>;

/// What a step is about, and the way to answer it.
pub struct Question<Q, A> {
    about: Q,
    answer: oneshot::Sender<A>,
}

impl<Q, A> Question<Q, A> {
    /// Returns what the step is about, and the means to answer it.
    pub fn into_parts(self) -> (Q, Answerer<A>) {
        (self.about, Answerer(self.answer))
    }
}

/// Answers one step. A step that is dropped without an answer fails the request.
pub struct Answerer<A>(oneshot::Sender<A>);

impl<A> Answerer<A> {
    pub fn answer(self, answer: A) {
        // Nobody is interested in the answer where the request's steps have been dropped.
        let _ = self.0.send(answer);
    }
}

/// The steps of a request, or of a task that outlives its request.
pub struct Steps {
    decisions: Pin<Box<dyn Future<Output = Reply> + Send>>,
    outside: Outside,
}

impl Steps {
    pub(crate) fn new<F: Future<Output = Reply> + Send + 'static>(
        now: Moment,
        decide: impl FnOnce(Outside) -> F,
    ) -> Self {
        let outside = Outside(Arc::new(Mutex::new(Desk { now, step: None })));
        Self {
            decisions: Box::pin(decide(outside.clone())),
            outside,
        }
    }

    /// Decides as far as possible, and returns the next step. The one before it must have been answered.
    pub fn next(&mut self, now: Moment) -> Step {
        self.outside.desk().now = now;
        // Nothing wakes this future: it goes on when the shell, which has answered, asks for more.
        let mut context = Context::from_waker(Waker::noop());
        match self.decisions.as_mut().poll(&mut context) {
            Poll::Ready(reply) => {
                self.decisions = Box::pin(pending());
                Step::Respond(reply)
            }
            Poll::Pending => {
                let step = self.outside.desk().step.take();
                step.unwrap_or_else(|| Step::Respond(Err(Refusal::internal_error())))
            }
        }
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Steps")
    }
}

/// The outside world, as a decision sees it.
#[derive(Clone)]
pub(crate) struct Outside(Arc<Mutex<Desk>>);

struct Desk {
    now: Moment,
    /// The step that the shell has not taken yet.
    step: Option<Step>,
}

impl Outside {
    pub(crate) fn now(&self) -> Moment {
        self.desk().now
    }

    pub(crate) async fn identify(&self) -> Result<Option<Session>, Refusal> {
        let identified = self.ask((), Step::Identify).await;
        identified.map_err(|Unanswered| Refusal::internal_error())
    }

    pub(crate) async fn read_body(&self, max_bytes: usize) -> Result<Bytes, BodyFailure> {
        let read = self.ask(max_bytes, Step::ReadBody).await;
        read.unwrap_or(Err(BodyFailure::CutShort))
    }

    pub(crate) async fn call_api(&self, request: ApiRequest) -> Result<ApiAnswer, NoAnswer> {
        let called = self.ask(request, Step::CallApi).await;
        called.unwrap_or(Err(NoAnswer::ConnectionLost))
    }

    pub(crate) async fn put(&self, put: UploadPut) -> Result<PutAnswer, PutFailure> {
        let sent = self.ask(put, Step::Put).await;
        sent.unwrap_or(Err(PutFailure::Unreachable))
    }

    pub(crate) async fn read_store(
        &self,
        keys: Vec<String>,
    ) -> Result<Vec<Option<String>>, StoreAway> {
        let count = keys.len();
        let read = self.ask(keys, Step::ReadStore).await;
        let entries = read.unwrap_or(Err(StoreAway))?;
        if entries.len() == count {
            Ok(entries)
        } else {
            Err(StoreAway)
        }
    }

    pub(crate) async fn write_store(&self, changes: Vec<StoreChange>) -> Result<bool, StoreAway> {
        let written = self.ask(changes, Step::WriteStore).await;
        written.unwrap_or(Err(StoreAway))
    }

    pub(crate) async fn move_marks(&self, moves: Vec<StoreMove>) -> Result<u64, StoreAway> {
        let moved = self.ask(moves, Step::MoveMarks).await;
        moved.unwrap_or(Err(StoreAway))
    }

    pub(crate) async fn wait(&self, time: Duration) {
        self.pause(Pause { time, ended: None }).await;
    }

    pub(crate) async fn pause(&self, pause: Pause) {
        // A shell that does not wait stops asking.
        let _ = self.ask(pause, Step::Wait).await;
    }

    pub(crate) async fn detach(&self, steps: Steps) {
        // The result of steps that were dropped is known where it is waited for.
        let _ = self.ask(steps, Step::Detach).await;
    }

    /// Returns the result of a running create, or nothing where its steps were dropped.
    pub(crate) async fn join(&self, result: CreateResult) -> Option<Reply> {
        self.ask(result, Step::Join).await.ok().flatten()
    }

    /// Hands the shell a step, and returns its answer.
    async fn ask<Q, A>(&self, about: Q, step: fn(Question<Q, A>) -> Step) -> Result<A, Unanswered> {
        let (answer, answered) = oneshot::channel();
        self.desk().step = Some(step(Question { about, answer }));
        answered.await.map_err(|_| Unanswered)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The shell has dropped a step.
struct Unanswered;
