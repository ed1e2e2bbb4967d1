//! The options of one call.

use std::cell::Cell;
use std::rc::Rc;

use aurous_contract::failure::Code;
use aurous_contract::retry::{LONGEST_WAIT_MS, Patience, RetryPolicy};
use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use crate::attempt::{Attempt, now_ms};
use crate::client::Client;
use crate::fields::Fields;
use crate::js;
use crate::on_progress::OnProgress;
use crate::stop::Stop;

/// Default time limit of one attempt of an API call, and of a PUT that stands still, in milliseconds.
const DEFAULT_TIMEOUT_MS: u32 = 30_000;
/// Most that may be asked for: beyond lies for ever.
const MAX_RETRIES: u32 = 100;

/// Whom a call goes to, and what its options say.
pub struct Context {
    pub client: Client,
    pub signal: Option<Signal>,
    pub limits: Limits,
    pub on_progress: Option<Rc<OnProgress>>,
    spent_ms: Rc<Cell<u64>>,
}

/// How long, how often. Of a client, each is what its calls have that say nothing else.
#[derive(Clone, Copy)]
pub struct Limits {
    pub timeout_ms: u32,
    pub stall_timeout_ms: u32,
    deadline_ms: Option<u32>,
    max_retries: u32,
}

impl Context {
    pub fn read(options: &Fields<'_>, client: &JsValue) -> Result<Self, Stop> {
        let signal = signal(options)?;
        let client = Client::read(client)?;
        Ok(Self {
            signal,
            limits: Limits::read(options, client.limits)?,
            client,
            on_progress: None,
            spent_ms: Rc::default(),
        })
    }

    /// Reading a file, for as long as that takes; not beyond the deadline.
    pub fn reading(&self) -> Result<Attempt, Stop> {
        let deadline_ms = self.limits.deadline_ms.map(u64::from);
        let patience = Patience::new(now_ms(), LONGEST_WAIT_MS, deadline_ms);
        Attempt::start(self.signal.as_ref(), patience, self.spent_ms())
    }

    /// Where a call counts its time: an upload's calls share one deadline, where it is given.
    pub fn spent_ms(&self) -> Rc<Cell<u64>> {
        if self.limits.deadline_ms.is_some() {
            self.spent_ms.clone()
        } else {
            Rc::default()
        }
    }
}

impl Limits {
    pub const DEFAULT: Self = Self {
        timeout_ms: DEFAULT_TIMEOUT_MS,
        stall_timeout_ms: DEFAULT_TIMEOUT_MS,
        deadline_ms: None,
        max_retries: RetryPolicy::API_CALL.max_retries,
    };

    pub fn read(options: &Fields<'_>, default: Self) -> Result<Self, Stop> {
        Ok(Self {
            timeout_ms: options
                .milliseconds("timeoutMs")?
                .unwrap_or(default.timeout_ms),
            stall_timeout_ms: options
                .milliseconds("stallTimeoutMs")?
                .unwrap_or(default.stall_timeout_ms),
            deadline_ms: options.milliseconds("deadlineMs")?.or(default.deadline_ms),
            max_retries: options
                .count("maxRetries", MAX_RETRIES)?
                .unwrap_or(default.max_retries),
        })
    }

    /// The policy of a call, given that of its kind.
    pub fn policy(&self, default: RetryPolicy) -> RetryPolicy {
        RetryPolicy {
            max_retries: self.max_retries,
            deadline_ms: self.deadline_ms.map(u64::from).or(default.deadline_ms),
            ..default
        }
    }
}

/// An `AbortSignal`, of whichever realm.
#[derive(Clone)]
pub struct Signal(JsValue);

impl Signal {
    /// One of our own making.
    pub fn own(signal: web_sys::AbortSignal) -> Self {
        Self(signal.into())
    }

    /// Rejects with the signal's own reason where it is aborted already: it fires no event then.
    pub fn check(&self) -> Result<(), Stop> {
        if js::get(&self.0, "aborted").is_truthy() {
            Err(self.cancelled())
        } else {
            Ok(())
        }
    }

    pub fn cancelled(&self) -> Stop {
        Stop::Rejected(js::get(&self.0, "reason"))
    }

    pub fn as_event_target(&self) -> &web_sys::EventTarget {
        self.0.unchecked_ref()
    }
}

pub fn signal(options: &Fields<'_>) -> Result<Option<Signal>, Stop> {
    let value = options.get("signal")?;
    if value.is_undefined() {
        return Ok(None);
    }
    // By its looks rather than by `instanceof`, which knows no signal of another realm.
    let is_signal = Reflect::get(&value, &"aborted".into()).is_ok_and(|it| it.as_bool().is_some())
        && js::get(&value, "addEventListener").is_function()
        && js::get(&value, "removeEventListener").is_function();
    if !is_signal {
        return Err(options.refuse("signal", "must be an AbortSignal", &value));
    }
    Ok(Some(Signal(value)))
}

/// `options` of a call.
pub fn read(options: &JsValue) -> Result<Fields<'_>, Stop> {
    Fields::of_optional(options, "options", Code::InvalidArgument)
}
