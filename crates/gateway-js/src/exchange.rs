//! A request and its steps.

use std::mem;

use aurous_gateway_core::refusal::Refusal;
use aurous_gateway_core::session::Session;
use aurous_gateway_core::step::Answerer;
use aurous_gateway_core::{
    ApiAnswer, BodyFailure, Completion, CreateResult, Ended, NoAnswer, PutAnswer, PutFailure,
    Reply, Step, Steps, StoreAway, UnreadableBody,
};
use bytes::Bytes;
use futures_channel::oneshot;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::log;
use crate::moment;
use crate::names::in_javascript;
use crate::step::{self, LoggedStep, Response};

/// A request that is being answered, or a task that outlives its request. `next` gives its steps; each is
/// answered by one of the other methods before `next` is called again.
#[wasm_bindgen]
pub struct Exchange {
    steps: Steps,
    /// `None` for a task, whose reply nobody gets from here.
    completion: Option<Completion>,
    asked: Asked,
}

/// The step that has no answer yet.
enum Asked {
    Nothing,
    Identify(Answerer<Option<Session>>),
    ReadBody(Answerer<Result<Bytes, BodyFailure>>),
    CallApi(Answerer<Result<ApiAnswer, NoAnswer>>),
    Put(
        Answerer<Result<PutAnswer, PutFailure>>,
        Option<oneshot::Receiver<()>>,
    ),
    Wait(Answerer<()>, Option<Ended>),
    Detach(Steps, Answerer<()>),
    Join(CreateResult, Answerer<Option<Reply>>),
    ReadStore(Answerer<Result<Vec<Option<String>>, StoreAway>>),
    WriteStore(Answerer<Result<bool, StoreAway>>),
    MoveMarks(Answerer<Result<u64, StoreAway>>),
    Respond(Reply),
}

impl Exchange {
    pub(crate) fn new(exchange: aurous_gateway_core::Exchange) -> Self {
        Self {
            steps: exchange.steps,
            completion: Some(exchange.completion),
            asked: Asked::Nothing,
        }
    }

    fn take(&mut self) -> Asked {
        mem::replace(&mut self.asked, Asked::Nothing)
    }
}

#[wasm_bindgen]
impl Exchange {
    /// Returns the next step, as an object.
    pub fn next(&mut self, uptime_ms: f64, epoch_ms: f64) -> Result<JsValue, JsError> {
        let step = self.steps.next(moment(uptime_ms, epoch_ms));
        let log = log::take();
        let to_js = |step| step::to_js(&LoggedStep { step, log });
        let asked;
        let object = match step {
            Step::Identify(question) => {
                asked = Asked::Identify(question.into_parts().1);
                to_js(step::Step::Identify)
            }
            Step::ReadBody(question) => {
                let (max_bytes, answerer) = question.into_parts();
                asked = Asked::ReadBody(answerer);
                to_js(step::Step::ReadBody { max_bytes })
            }
            Step::CallApi(question) => {
                let (request, answerer) = question.into_parts();
                asked = Asked::CallApi(answerer);
                to_js(step::Step::call_api(&request))
            }
            Step::Put(question) => {
                let (put, answerer) = question.into_parts();
                let object = to_js(step::Step::put(&put));
                asked = Asked::Put(answerer, Some(put.superseded));
                object
            }
            Step::Wait(question) => {
                let (pause, answerer) = question.into_parts();
                asked = Asked::Wait(answerer, pause.ended);
                let ms = pause.time.as_millis().try_into().unwrap_or(u64::MAX);
                to_js(step::Step::Wait { ms })
            }
            Step::Detach(question) => {
                let (task, answerer) = question.into_parts();
                asked = Asked::Detach(task, answerer);
                to_js(step::Step::Detach)
            }
            Step::Join(question) => {
                let (result, answerer) = question.into_parts();
                asked = Asked::Join(result, answerer);
                to_js(step::Step::Join)
            }
            Step::ReadStore(question) => {
                let (keys, answerer) = question.into_parts();
                asked = Asked::ReadStore(answerer);
                to_js(step::Step::ReadStore { keys: &keys })
            }
            Step::WriteStore(question) => {
                let (changes, answerer) = question.into_parts();
                asked = Asked::WriteStore(answerer);
                to_js(step::Step::write_store(&changes))
            }
            Step::MoveMarks(question) => {
                let (moves, answerer) = question.into_parts();
                asked = Asked::MoveMarks(answerer);
                to_js(step::Step::move_marks(&moves))
            }
            Step::Respond(reply) => {
                asked = Asked::Respond(reply);
                to_js(step::Step::Respond)
            }
        };
        self.asked = asked;
        object
    }

    /// Answers `identify`: the visitor's name with the characters that they may use beside their own, or no
    /// name for nobody.
    ///
    /// # Errors
    /// The name is none that a subject can have, or an id is none of the API's.
    pub fn identified(
        &mut self,
        subject: Option<String>,
        characters: Vec<String>,
    ) -> Result<(), JsError> {
        let session = subject.map(|subject| Session::of_app(&subject, &characters));
        let session = session.transpose().map_err(JsError::new)?;
        if let Asked::Identify(answerer) = self.take() {
            answerer.answer(session);
        }
        Ok(())
    }

    /// Answers `readBody`.
    #[wasm_bindgen(js_name = bodyRead)]
    pub fn body_read(&mut self, bytes: Vec<u8>) {
        if let Asked::ReadBody(answerer) = self.take() {
            answerer.answer(Ok(bytes.into()));
        }
    }

    /// Answers `readBody`: `too_long`, `sender_too_slow`, and `sender_gone` for all else.
    #[wasm_bindgen(js_name = bodyFailed)]
    pub fn body_failed(&mut self, failure: &str) {
        if let Asked::ReadBody(answerer) = self.take() {
            answerer.answer(Err(body_failure(failure)));
        }
    }

    /// Answers `callApi`. `headers` are names and values in turn; `body` is nothing where it could not be
    /// read whole.
    #[wasm_bindgen(js_name = apiAnswered)]
    pub fn api_answered(&mut self, status: u16, headers: Vec<String>, body: Option<Vec<u8>>) {
        if let Asked::CallApi(answerer) = self.take() {
            answerer.answer(match StatusCode::from_u16(status) {
                Ok(status) => Ok(ApiAnswer {
                    status,
                    headers: header_map(&headers),
                    body: body.map(Bytes::from).ok_or(UnreadableBody),
                }),
                Err(_) => Err(NoAnswer::ConnectionLost),
            });
        }
    }

    /// Answers `callApi`: `unreachable`, `timed_out`, and `connection_lost` for all else.
    #[wasm_bindgen(js_name = apiFailed)]
    pub fn api_failed(&mut self, failure: &str) {
        if let Asked::CallApi(answerer) = self.take() {
            answerer.answer(Err(match failure {
                "unreachable" => NoAnswer::Unreachable,
                "timed_out" => NoAnswer::TimedOut,
                _ => NoAnswer::ConnectionLost,
            }));
        }
    }

    /// Returns a promise that is fulfilled once another PUT has superseded the one of the step `put`.
    pub fn superseded(&mut self) -> Promise {
        let receiver = match &mut self.asked {
            Asked::Put(_, receiver) => receiver.take(),
            _ => None,
        };
        future_to_promise(async move {
            if let Some(receiver) = receiver {
                // It never sends: it ends.
                let _ = receiver.await;
            }
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Answers `put`, with the bytes of the body that had come by then.
    #[wasm_bindgen(js_name = putAnswered)]
    pub fn put_answered(&mut self, status: u16, headers: Vec<String>, received: f64) {
        if let Asked::Put(answerer, _) = self.take() {
            answerer.answer(match StatusCode::from_u16(status) {
                Ok(status) => Ok(PutAnswer {
                    status,
                    headers: header_map(&headers),
                    received: received as u64,
                }),
                Err(_) => Err(PutFailure::Unreachable),
            });
        }
    }

    /// Answers `put`: `unreachable`, `timed_out`, `superseded`, and failures of the body for all else.
    #[wasm_bindgen(js_name = putFailed)]
    pub fn put_failed(&mut self, failure: &str) {
        if let Asked::Put(answerer, _) = self.take() {
            answerer.answer(Err(match failure {
                "unreachable" => PutFailure::Unreachable,
                "timed_out" => PutFailure::TimedOut,
                "superseded" => PutFailure::Superseded,
                failure => PutFailure::Body(body_failure(failure)),
            }));
        }
    }

    /// Answers `readStore`: a list with a text or nothing for each key.
    ///
    /// # Errors
    /// It is something else.
    #[wasm_bindgen(js_name = storeRead)]
    pub fn store_read(&mut self, entries: JsValue) -> Result<(), JsError> {
        let entries = serde_wasm_bindgen::from_value(entries);
        let entries = entries.map_err(|_| {
            JsError::new("`store.read` must give a list with a text or null for each key.")
        })?;
        if let Asked::ReadStore(answerer) = self.take() {
            answerer.answer(Ok(entries));
        }
        Ok(())
    }

    /// Answers `writeStore`: whether the changes were made.
    #[wasm_bindgen(js_name = storeWritten)]
    pub fn store_written(&mut self, were_made: bool) {
        if let Asked::WriteStore(answerer) = self.take() {
            answerer.answer(Ok(were_made));
        }
    }

    /// Answers `moveMarks`: 0, or the microseconds until the marks may move.
    ///
    /// # Errors
    /// It is something else.
    #[wasm_bindgen(js_name = marksMoved)]
    pub fn marks_moved(&mut self, wait_us: f64) -> Result<(), JsError> {
        if !(wait_us >= 0.0 && wait_us.is_finite()) {
            return Err(JsError::new(
                "`store.move` must give 0, or the microseconds until the marks may move.",
            ));
        }
        if let Asked::MoveMarks(answerer) = self.take() {
            answerer.answer(Ok(wait_us.ceil() as u64));
        }
        Ok(())
    }

    /// Answers any step with a failure of the shell's own.
    pub fn failed(&mut self) {
        drop(self.take());
    }

    /// Returns a promise that is fulfilled once there is nothing left to wait for. Nothing where the whole time
    /// passes.
    #[wasm_bindgen(js_name = pauseEnded)]
    pub fn pause_ended(&self) -> Option<Promise> {
        let Asked::Wait(_, ended) = &self.asked else {
            return None;
        };
        let ended = ended.clone()?;
        Some(future_to_promise(async move {
            // It never sends: it ends.
            let _ = ended.await;
            Ok(JsValue::UNDEFINED)
        }))
    }

    /// Answers `wait`.
    pub fn waited(&mut self) {
        if let Asked::Wait(answerer, _) = self.take() {
            answerer.answer(());
        }
    }

    /// Answers `detach`, and returns the task to carry out.
    pub fn detached(&mut self) -> Option<Exchange> {
        let Asked::Detach(steps, answerer) = self.take() else {
            return None;
        };
        answerer.answer(());
        Some(Exchange {
            steps,
            completion: None,
            asked: Asked::Nothing,
        })
    }

    /// Answers `join` as soon as the result is there, and fulfils the promise then.
    pub fn joined(&mut self) -> Promise {
        let asked = self.take();
        future_to_promise(async move {
            if let Asked::Join(result, answerer) = asked {
                answerer.answer(result.wait().await);
            }
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Changes the reply of the step `respond`: the client has gone, so nobody reads it.
    #[wasm_bindgen(js_name = clientGone)]
    pub fn client_gone(&mut self) {
        if let Asked::Respond(reply) = &mut self.asked {
            *reply = Err(Refusal::client_gone());
        }
    }

    /// Answers `respond`: returns the complete response, as an object. Nothing for a task.
    pub fn response(&mut self, uptime_ms: f64, epoch_ms: f64) -> Result<JsValue, JsError> {
        let (Asked::Respond(mut reply), Some(completion)) = (self.take(), self.completion.take())
        else {
            return Ok(JsValue::UNDEFINED);
        };
        if let Err(refusal) = &mut reply {
            refusal.message = in_javascript(&refusal.message).into();
        }
        let labels = completion.labels.clone();
        let completed = completion.complete(reply, moment(uptime_ms, epoch_ms));
        step::to_js(&Response::new(&completed, labels.method, &labels.route))
    }
}

fn body_failure(failure: &str) -> BodyFailure {
    match failure {
        "too_long" => BodyFailure::TooLong,
        "sender_too_slow" => BodyFailure::TooSlow,
        _ => BodyFailure::CutShort,
    }
}

/// Makes headers of names and values in turn. What no header can be is left out.
pub(crate) fn header_map(texts: &[String]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for pair in texts.chunks_exact(2) {
        let [name, value] = pair else { continue };
        // JavaScript's texts of headers are bytes, a character each.
        let bytes: Vec<u8> = value.chars().map(|it| it as u32 as u8).collect();
        let (name, value) = (HeaderName::try_from(name), HeaderValue::from_bytes(&bytes));
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}
