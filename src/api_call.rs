//! One API call: its attempts, up to an answer of the API's.

use std::rc::Rc;

use aurous_contract::answer::{self, NoAnswer, Unreadable};
use aurous_contract::failure::{Code, Step};
use aurous_contract::retry::RetryPolicy;
use wasm_bindgen::prelude::*;

use crate::attempt::{Attempt, Interrupt};
use crate::call::Call;
use crate::call_options::Context;
use crate::client;
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
    pub context: Rc<Context>,
    pub call: Call,
    pub idempotency_key: Option<String>,
}

impl ApiCall {
    /// Boxed: futures that hold one are moved about.
    pub fn new(route: &'static Route, context: Rc<Context>) -> Box<Self> {
        Box::new(Self {
            route,
            call: Call::new(route.step, &context, RetryPolicy::API_CALL),
            context,
            idempotency_key: None,
        })
    }

    pub fn attempt(&self) -> Result<Attempt, Stop> {
        self.call.attempt(self.context.limits.timeout_ms.into())
    }

    /// POSTs `body`, JSON text, and gives the answer's JSON.
    pub async fn post(&self, body: &JsValue) -> Result<JsValue, Stop> {
        let can_renew_token = self.context.client.can_renew_token();
        loop {
            self.call.announce();
            match self.post_once(body).await {
                Ok(answer) => return Ok(answer),
                Err(stop) => self.call.again(stop, can_renew_token).await?,
            }
        }
    }

    async fn post_once(&self, body: &JsValue) -> Result<JsValue, Stop> {
        let (route, client) = (self.route, &self.context.client);
        let attempt = self.attempt()?;
        let headers = client.api_headers(&attempt).await?;
        if let Some(key) = &self.idempotency_key {
            client::set(&headers, "Idempotency-Key", key)?;
        }
        let url = [&client.base, route.path].concat();
        let signal = attempt.abort_signal();
        let request = request::post_json(&url, headers, body, client.credentials, &signal)
            .ok_or_else(not_a_base_url)?;
        let no_answer = |why| no_answer(route.step, why);
        let response = request::send(&request, &attempt).await.map_err(no_answer)?;
        let head = response::head_of(&response);
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
        let why = if json.is_undefined() {
            Unreadable::NoJson
        } else {
            Unreadable::WrongShape
        };
        Err(answer::unreadable(route.step, client.through(), head, why).into())
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

fn not_a_base_url() -> Stop {
    let must = "must be a URL that can be fetched";
    Stop::field(Code::InvalidOption, "baseUrl", must, "not one")
}
