//! One API call: its attempts, up to an answer of the API's.

use aurous_contract::answer::{self, NoAnswer};
use aurous_contract::failure::{Code, Step};
use wasm_bindgen::prelude::*;

use crate::attempt::{Attempt, Interrupt};
use crate::call_options::{self, Signal};
use crate::client::{self, Client};
use crate::fields::Fields;
use crate::request;
use crate::response;
use crate::stop::Stop;

/// What an API call asks for.
pub struct Route {
    pub step: Step,
    /// Behind the client's base.
    pub path: &'static str,
    /// Whether an answer is what the API documents, as far as the SDK needs it; may complete it. The
    /// second argument is the client's base.
    pub accept: fn(&JsValue, &str) -> Option<()>,
}

/// A call whose options are read and checked.
pub struct ApiCall {
    route: &'static Route,
    client: Client,
    signal: Option<Signal>,
    timeout_ms: u32,
    pub idempotency_key: Option<String>,
}

impl ApiCall {
    pub fn read(
        route: &'static Route,
        options: &Fields<'_>,
        client: &JsValue,
    ) -> Result<Box<Self>, Stop> {
        let signal = call_options::signal(options)?;
        let client = Client::read(client)?;
        let timeout_ms = options
            .milliseconds("timeoutMs")?
            .unwrap_or(client.timeout_ms);
        Ok(Box::new(Self {
            route,
            client,
            signal,
            timeout_ms,
            idempotency_key: None,
        }))
    }

    pub fn attempt(&self) -> Result<Attempt, Stop> {
        Attempt::start(self.signal.as_ref(), self.timeout_ms)
    }

    /// POSTs `body`, JSON text, and gives the answer's JSON.
    pub async fn post(&self, body: &JsValue) -> Result<JsValue, Stop> {
        let mut sent = 0;
        // The one place where a call decides to be sent again.
        loop {
            sent += 1;
            match self.post_once(body).await {
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

    async fn post_once(&self, body: &JsValue) -> Result<JsValue, Stop> {
        let Self { route, client, .. } = self;
        let attempt = self.attempt()?;
        let headers = client.api_headers(&attempt).await?;
        if let Some(key) = &self.idempotency_key {
            client::set(&headers, "Idempotency-Key", key)?;
        }
        let url = [&client.base, route.path].concat();
        let request = request::post_json(
            &url,
            headers,
            body,
            client.credentials,
            &attempt.abort_signal(),
        )
        .ok_or_else(|| {
            Stop::field(
                Code::InvalidOption,
                "baseUrl",
                "must be a URL that can be fetched",
                "not one",
            )
        })?;
        let no_answer = |why| no_answer(route.step, why);
        let response = request::send(&request, &attempt).await.map_err(no_answer)?;
        let head = response::head(&response);
        let json = response::json(&response, &attempt)
            .await
            .map_err(no_answer)?;
        if !response.ok() {
            let envelope = response::envelope(&json);
            return Err(answer::refused(route.step, client.through(), head, envelope).into());
        }
        if (route.accept)(&json, &client.base).is_some() {
            return Ok(json);
        }
        let problem = if json.is_undefined() {
            "its body is not JSON, or broke off"
        } else {
            "its JSON lacks what the API documents"
        };
        Err(answer::unreadable(route.step, client.through(), head, problem).into())
    }
}

/// What it means that a request that was sent got no answer.
pub fn no_answer(step: Step, why: Interrupt) -> Stop {
    match why {
        Interrupt::Cancelled(stop) => stop,
        Interrupt::TimedOut(ms) => answer::no_answer(step, NoAnswer::Timeout(ms)).into(),
        Interrupt::Thrown(cause) => Stop::caused(answer::no_answer(step, NoAnswer::Network), cause),
    }
}
