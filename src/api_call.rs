//! One API call: its attempts, up to an answer of the API's.

use aurous_contract::answer::{self, NoAnswer};
use aurous_contract::failure::{Code, Failure, Step};
use wasm_bindgen::prelude::*;

use crate::attempt::{Attempt, Interrupt};
use crate::call_options::{self, Signal};
use crate::client::{self, Client};
use crate::fields::Fields;
use crate::request;
use crate::response;
use crate::stop::Stop;

pub struct ApiCall {
    pub step: Step,
    pub client: Client,
    pub signal: Option<Signal>,
    timeout_ms: u32,
}

impl ApiCall {
    pub fn read(step: Step, options: &Fields<'_>, client: &JsValue) -> Result<Self, Stop> {
        let signal = call_options::signal(options)?;
        if let Some(signal) = &signal {
            signal.check()?;
        }
        let client = Client::read(client)?;
        let timeout_ms = options
            .milliseconds("timeoutMs")?
            .unwrap_or(client.timeout_ms);
        Ok(Self {
            step,
            client,
            signal,
            timeout_ms,
        })
    }

    pub fn attempt(&self) -> Result<Attempt, Stop> {
        Attempt::start(self.signal.as_ref(), self.timeout_ms)
    }

    /// POSTs `body` (JSON text) and gives the answer's JSON, where `accept` finds in it what the SDK
    /// needs; `accept` may change it.
    pub async fn post(
        &self,
        path: &str,
        body: &JsValue,
        idempotency_key: Option<&str>,
        accept: &dyn Fn(&JsValue) -> Option<()>,
    ) -> Result<JsValue, Stop> {
        let url = [&self.client.base, path].concat();
        // The one place where a call decides to be sent again.
        let mut sent = 0;
        loop {
            sent += 1;
            let outcome = self.post_once(&url, body, idempotency_key, accept).await;
            match outcome {
                // A session token runs out while a page stays open: ask for another, once.
                Err(Stop::Failed(failure, _))
                    if failure.status == Some(401)
                        && sent == 1
                        && self.client.can_renew_token() => {}
                Err(Stop::Failed(mut failure, cause)) => {
                    failure.attempts += sent - 1;
                    return Err(Stop::Failed(failure, cause));
                }
                outcome => return outcome,
            }
        }
    }

    async fn post_once(
        &self,
        url: &str,
        body: &JsValue,
        idempotency_key: Option<&str>,
        accept: &dyn Fn(&JsValue) -> Option<()>,
    ) -> Result<JsValue, Stop> {
        let attempt = self.attempt()?;
        let headers = self.client.api_headers(&attempt).await?;
        if let Some(key) = idempotency_key {
            client::set(&headers, "Idempotency-Key", key)?;
        }
        let request = request::post_json(
            url,
            headers,
            body,
            self.client.credentials,
            &attempt.abort_signal(),
        )
        .ok_or_else(|| {
            Failure::new(
                Code::InvalidOption,
                "`baseUrl` or `headers` can't be used for a request here.",
            )
            .about("baseUrl")
        })?;
        let response = request::send(&request, &attempt)
            .await
            .map_err(|why| no_answer(self.step, why))?;
        let head = response::head(&response);
        let json = response::json(&response, &attempt)
            .await
            .map_err(|why| no_answer(self.step, why))?;
        if !response.ok() {
            return Err(
                answer::refused(self.client.through(), head, response::envelope(&json)).into(),
            );
        }
        match accept(&json) {
            Some(_) => Ok(json),
            None => {
                let problem = if json.is_undefined() {
                    "its body is not JSON, or broke off"
                } else {
                    "its JSON lacks what the API documents"
                };
                Err(answer::unreadable(self.step, self.client.through(), head, problem).into())
            }
        }
    }
}

/// What it means that a sent request got no answer.
pub fn no_answer(step: Step, why: Interrupt) -> Stop {
    match why {
        Interrupt::Cancelled(stop) => stop,
        Interrupt::TimedOut(ms) => answer::no_answer(step, NoAnswer::Timeout(ms)).into(),
        Interrupt::Thrown(cause) => {
            Stop::Failed(Box::new(answer::no_answer(step, NoAnswer::Network)), cause)
        }
    }
}
