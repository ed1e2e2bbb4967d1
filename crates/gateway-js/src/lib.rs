//! The gateway's core for JavaScript servers: converts values, and decides nothing.
//!
//! The shell around it is `pkg-template/server`. It hands over options, the heads of requests and the time,
//! and carries out the steps that an [`Exchange`] names.
//!
//! | module | what it holds |
//! |---|---|
//! | `options` | the options of `createGateway`, as the core's settings and secrets |
//! | `names` | the names of settings in JavaScript, also in the core's messages |
//! | `head` | the head of a request |
//! | `exchange` | a request and its steps |
//! | `step` | a step, as an object of JavaScript's |
//! | `log` | the lines that the core logs |
//! | `pace` | how slowly a peer may move bytes |

mod exchange;
mod head;
mod log;
mod names;
mod options;
mod pace;
mod step;

use std::sync::Arc;

use aurous_gateway_core::config::VisitorSource;
use aurous_gateway_core::{Core, Moment, Sharing, Uptime};
use serde::Deserialize;
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;

pub use exchange::Exchange;
pub use pace::PaceRule;

/// What a gateway is made of.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Setup {
    options: Map<String, Value>,
    has_session: bool,
    has_store: bool,
}

/// One gateway.
#[wasm_bindgen]
pub struct Gateway(Arc<Core>);

#[wasm_bindgen]
impl Gateway {
    /// Makes a gateway of an object: `options`, which are plain data; `hasSession`, whether the app is asked who
    /// a visitor is; `hasStore`, whether instances share a store.
    ///
    /// # Errors
    /// Everything that is wrong with the options, a line for each.
    #[wasm_bindgen(constructor)]
    pub fn new(setup: JsValue, uptime_ms: f64) -> Result<Self, JsError> {
        log::start();
        let setup: Setup = serde_wasm_bindgen::from_value(setup)
            .map_err(|_| JsError::new("The options must be one object of plain values."))?;
        let visitors = if setup.has_session {
            VisitorSource::App
        } else {
            VisitorSource::Tokens
        };
        let sharing = if setup.has_store {
            Sharing::Store
        } else {
            Sharing::Process
        };
        let config = options::read(setup.options, visitors);
        let config = config.map_err(|problems| JsError::new(&problems.join("\n")))?;
        let core = Core::new(config, sharing, uptime(uptime_ms));
        Ok(Self(Arc::new(core)))
    }

    /// Begins a request, whose head is an object: `method`, `url`, `headers` (names and values in turn),
    /// `peer` and `hasBody`.
    ///
    /// # Errors
    /// The object is another one.
    pub fn begin(&self, head: JsValue, uptime_ms: f64, epoch_ms: f64) -> Result<Exchange, JsError> {
        let head: head::Head = serde_wasm_bindgen::from_value(head)
            .map_err(|_| JsError::new("the head of a request has another form"))?;
        let now = moment(uptime_ms, epoch_ms);
        Ok(Exchange::new(self.0.begin(head.read(), now)))
    }

    /// Returns how long the shell may wait, and how slowly peers may move bytes.
    pub fn limits(&self) -> Result<JsValue, JsError> {
        let limits = self.0.config().limits();
        step::to_js(&step::Limits::new(
            limits,
            self.0.config().allow_insecure_upstream(),
        ))
    }
}

/// Returns how the value of an option is given: `switch`, `number`, `list` or `text`. Nothing where there is no such
/// option. For command lines.
#[wasm_bindgen(js_name = kindOfOption)]
pub fn kind_of_option(name: &str) -> Option<String> {
    options::kind_of(name).map(str::to_owned)
}

/// Returns whether an address, as text, is one of the public internet's.
#[wasm_bindgen(js_name = isPublicAddress)]
pub fn is_public_address(address: &str) -> bool {
    address.parse().is_ok_and(aurous_gateway_core::is_public)
}

fn moment(uptime_ms: f64, epoch_ms: f64) -> Moment {
    Moment {
        uptime: uptime(uptime_ms),
        epoch_ms: epoch_ms as u64,
    }
}

fn uptime(ms: f64) -> Uptime {
    Uptime::from_ms(ms as u64)
}
