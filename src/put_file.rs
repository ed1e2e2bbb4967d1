//! `putFile`: a file goes to its signed URL, untouched.

use aurous_contract::answer;
use aurous_contract::failure::{Code, Step};
use aurous_contract::image::{self, ContentType};
use aurous_contract::retry::{LONGEST_WAIT_MS, put_stall_limit_ms};
use wasm_bindgen::prelude::*;

use crate::api_call;
use crate::attempt::{Attempt, Interrupt};
use crate::call_options::{self, Signal};
use crate::client::Client;
use crate::picked_file::PickedFile;
use crate::request;
use crate::response;
use crate::stop::Stop;
use crate::ticket::{self, Target};

/// A PUT whose arguments are read and checked.
pub struct Put {
    target: Target,
    file: PickedFile,
    signal: Option<Signal>,
    stall_timeout_ms: u32,
}

pub fn prepare(
    target: &JsValue,
    file: JsValue,
    options: &JsValue,
    client: &JsValue,
) -> Result<Put, Stop> {
    let options = call_options::read(options)?;
    let signal = call_options::signal(&options)?;
    let client = Client::read(client)?;
    Ok(Put {
        target: ticket::read_target(target, &client.base)?,
        file: PickedFile::read(file, "file")?,
        signal,
        stall_timeout_ms: options
            .milliseconds("stallTimeoutMs")?
            .unwrap_or(client.stall_timeout_ms),
    })
}

impl Put {
    pub async fn send(&self) -> Result<JsValue, Stop> {
        let limit_ms = put_stall_limit_ms(self.stall_timeout_ms.into(), self.file.size as u64);
        let attempt = Attempt::start(self.signal.as_ref(), limit_ms.min(LONGEST_WAIT_MS) as u32)?;
        let content_type = self.content_type(&attempt).await?;
        let request = request::put_file(
            &self.target.url,
            content_type,
            &self.file.blob,
            &attempt.abort_signal(),
        )
        .ok_or_else(|| {
            Stop::field(
                Code::InvalidArgument,
                "target",
                "must be a URL that can be PUT to",
                "not one",
            )
        })?;
        let response = match request::send(&request, &attempt).await {
            Ok(response) => response,
            Err(why) => return Err(self.no_answer(why).await),
        };
        if response.ok() {
            return Ok(JsValue::UNDEFINED);
        }
        let head = response::head(&response);
        let body = response::json(&response, &attempt)
            .await
            .map_err(|why| api_call::no_answer(Step::Put, why))?;
        Err(answer::put_refused(head, response::envelope(&body)).into())
    }

    /// The one header of the PUT.
    async fn content_type(&self, attempt: &Attempt) -> Result<ContentType, Stop> {
        let format = self.file.format(attempt).await?;
        match self.target.content_type {
            Some(minted_for) if minted_for.format() != format => {
                Err(image::mismatched(&self.file.name, format, minted_for).into())
            }
            _ => Ok(format.content_type()),
        }
    }

    /// To `fetch`, a file that vanished after it was picked looks like a failed connection.
    async fn no_answer(&self, why: Interrupt) -> Stop {
        if matches!(why, Interrupt::Thrown(_)) {
            let readable = async {
                let attempt = Attempt::start(self.signal.as_ref(), self.stall_timeout_ms)?;
                self.file.check_readable(&attempt).await
            };
            if let Err(stop) = readable.await {
                return stop;
            }
        }
        api_call::no_answer(Step::Put, why)
    }
}
