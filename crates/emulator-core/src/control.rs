//! The routes by which a test controls an emulator, as HTTP without a connection. Their requests are not
//! logged.

use bytes::Bytes;
use http::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::emulation::Emulation;
use crate::fault::ScriptedFault;
use crate::rfc3339::rfc3339;
use crate::settings::RuntimeSettings;
use crate::state::team::KeyChange;

/// The response to a request of the control origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlReply {
    pub status: u16,
    pub content_type: &'static str,
    /// Empty with 204.
    pub body: Bytes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Box<ScriptedFault>),
    Many(Vec<ScriptedFault>),
}

const FAULT_HELP: &str = "send one or a list of { \"match\": { \"step\": \"put\", \"nth\": 1 }, \
     \"times\": 1, \"fault\": … }, where fault is { \"status\": 503, \"code\": \"…\" } or { \"body\": { \"status\": 200, \
     \"body\": \"\" } }, { \"delay_ms\": 100 }, { \"reset_after_body\": { \"processed\": true } }, or one of \
     \"hang\", \"hang_during_body\", \"hang_after_headers\", \"reset_before_body\", \
     \"reset_during_body\", \"truncate\", \"not_json\", \"empty\"";

impl Emulation {
    /// Answers a request of the control origin. The body is JSON of any content type: `curl -d` declares
    /// a form.
    pub fn control(&self, method: &Method, path: &str, body: &[u8], real_ms: u64) -> ControlReply {
        let answered = match (method, path) {
            (&Method::GET, "/log") => Ok(ok(&self.log())),
            (&Method::DELETE, "/log") => {
                self.clear_log();
                Ok(done())
            }
            (&Method::GET, "/clock") => Ok(ok(&self.clock(real_ms))),
            (&Method::POST, "/clock") => parse(body).map(|Advance { advance_ms }| {
                self.advance(advance_ms);
                ok(&self.clock(real_ms))
            }),
            (&Method::GET, "/faults") => Ok(ok(&self.faults())),
            (&Method::POST, "/faults") => self.add_faults(body),
            (&Method::DELETE, "/faults") => {
                self.clear_faults();
                Ok(done())
            }
            (&Method::GET, "/config") => Ok(ok(&self.settings())),
            (&Method::POST, "/config") => self.change_named_settings(body),
            (&Method::GET, "/keys") => Ok(ok(&self.keys())),
            (&Method::POST, "/keys") => {
                parse(body).map(|change: KeyChange| ok(&self.change_key(change)))
            }
            (&Method::POST, "/reset") => {
                self.reset();
                Ok(done())
            }
            (&Method::GET, path) if path.starts_with("/uploads/") => {
                Ok(self.read_upload(path.trim_start_matches("/uploads/")))
            }
            (_, "/log" | "/clock" | "/faults" | "/config" | "/keys" | "/reset") => {
                Ok(problem(405, "the path exists, the method does not"))
            }
            _ => Ok(problem(404, "no such path: see docs/emulator.md")),
        };
        answered.unwrap_or_else(|message| problem(400, &message))
    }

    fn clock(&self, real_ms: u64) -> Value {
        let now_ms = self.now_ms(real_ms);
        json!({ "now": rfc3339(now_ms), "now_ms": now_ms, "ahead_ms": self.ahead_ms() })
    }

    fn add_faults(&self, body: &[u8]) -> Result<ControlReply, String> {
        let faults = match serde_json::from_slice(body) {
            Ok(OneOrMany::One(fault)) => vec![*fault],
            Ok(OneOrMany::Many(faults)) => faults,
            Err(_) => return Err(FAULT_HELP.to_owned()),
        };
        for fault in &faults {
            fault.fault.check()?;
        }
        for fault in faults {
            self.inject(fault)?;
        }
        Ok(ok(&self.faults()))
    }

    /// Changes the settings that the body names, and keeps the others.
    fn change_named_settings(&self, body: &[u8]) -> Result<ControlReply, String> {
        let changes: serde_json::Map<String, Value> = parse(body)?;
        let mut world = self.world();
        let mut all = json!(world.settings());
        if let Some(all) = all.as_object_mut() {
            all.extend(changes);
        }
        let settings: RuntimeSettings =
            serde_json::from_value(all).map_err(|error| error.to_string())?;
        world.change_settings(settings.clone());
        Ok(ok(&settings))
    }

    fn read_upload(&self, id: &str) -> ControlReply {
        match self.stored_upload(id) {
            Some((content_type, body)) => ControlReply {
                status: 200,
                content_type: content_type.as_str(),
                body,
            },
            None => problem(404, "unknown, without bytes, or consumed"),
        }
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn ok(body: &impl Serialize) -> ControlReply {
    json_reply(200, body)
}

/// Responds to a request that was carried out and returns nothing.
const fn done() -> ControlReply {
    ControlReply {
        status: 204,
        content_type: JSON,
        body: Bytes::new(),
    }
}

fn problem(status: u16, message: &str) -> ControlReply {
    json_reply(status, &json!({ "error": message }))
}

fn json_reply(status: u16, body: &impl Serialize) -> ControlReply {
    ControlReply {
        status,
        content_type: JSON,
        // Serializing these types never fails: none of them has a map with keys that are no text.
        body: serde_json::to_vec(body).unwrap_or_default().into(),
    }
}

const JSON: &str = "application/json";
