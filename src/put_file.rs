//! `putFile`: a file goes to its signed URL, untouched.

use aurous_contract::answer;
use aurous_contract::failure::{Code, Failure, Step};
use aurous_contract::image::ContentType;
use aurous_contract::retry::put_stall_limit_ms;
use wasm_bindgen::prelude::*;

use crate::api_call::no_answer;
use crate::attempt::{Attempt, Interrupt};
use crate::call_options::{self, Signal};
use crate::client::Client;
use crate::picked_file::PickedFile;
use crate::request;
use crate::response;
use crate::stop::Stop;
use crate::ticket;

pub async fn run(
    target: JsValue,
    file: JsValue,
    options: JsValue,
    client: JsValue,
) -> Result<JsValue, Stop> {
    let options = call_options::read(&options)?;
    let signal = call_options::signal(&options)?;
    if let Some(signal) = &signal {
        signal.check()?;
    }
    let client = Client::read(&client)?;
    let stall_timeout_ms = options
        .milliseconds("stallTimeoutMs")?
        .unwrap_or(client.stall_timeout_ms);
    let target = ticket::read_target(&target, &client.base)?;
    let file = PickedFile::read(file, "file")?;

    let limit_ms = put_stall_limit_ms(stall_timeout_ms.into(), file.size as u64);
    let limit_ms = u32::try_from(limit_ms)
        .unwrap_or(i32::MAX as u32)
        .min(i32::MAX as u32);
    let attempt = Attempt::start(signal.as_ref(), limit_ms)?;
    let content_type = content_type(&file, target.content_type, &attempt).await?;
    put_once(
        &target.url,
        content_type,
        &file,
        &attempt,
        signal.as_ref(),
        stall_timeout_ms,
    )
    .await?;
    Ok(JsValue::UNDEFINED)
}

/// The one header of the PUT.
async fn content_type(
    file: &PickedFile,
    minted_for: Option<ContentType>,
    attempt: &Attempt,
) -> Result<ContentType, Stop> {
    let format = file.format(attempt).await?;
    match minted_for {
        Some(content_type) if content_type.format() != format => {
            let message = [
                file.title(),
                " is ",
                format.name(),
                ", but the ticket was minted for ",
                content_type.as_str(),
                ". Mint one for this file with initUpload.",
            ];
            Err(Failure::new(Code::FileTypeMismatch, message.concat())
                .about("file")
                .into())
        }
        _ => Ok(format.content_type()),
    }
}

async fn put_once(
    url: &str,
    content_type: ContentType,
    file: &PickedFile,
    attempt: &Attempt,
    signal: Option<&Signal>,
    stall_timeout_ms: u32,
) -> Result<(), Stop> {
    let request = request::put_file(url, content_type, &file.blob, &attempt.abort_signal())
        .ok_or_else(|| {
            Failure::field(
                Code::InvalidArgument,
                "target",
                "must be a URL that can be PUT to",
                "not one",
            )
        })?;
    let response = match request::send(&request, attempt).await {
        Ok(response) => response,
        Err(why) => {
            // To `fetch`, a file that vanished looks like a failed connection.
            if matches!(why, Interrupt::Thrown(_)) {
                file.check_readable(&Attempt::start(signal, stall_timeout_ms)?)
                    .await?;
            }
            return Err(no_answer(Step::Put, why));
        }
    };
    if response.ok() {
        return Ok(());
    }
    let head = response::head(&response);
    let body = response::json(&response, attempt)
        .await
        .map_err(|why| no_answer(Step::Put, why))?;
    Err(answer::put_refused(head, response::envelope(&body)).into())
}
