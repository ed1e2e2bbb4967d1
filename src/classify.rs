//! `classify`: what does an uploaded picture show?

use aurous_contract::failure::Step;
use aurous_contract::id::UploadId;
use aurous_contract::upload::ClassifyRequest;
use wasm_bindgen::prelude::*;

use crate::api_call::{ApiCall, Route};
use crate::call_options;
use crate::js;
use crate::json;
use crate::stop::Stop;
use crate::ticket;

static ROUTE: Route = Route {
    step: Step::Classify,
    path: "/v1/characters/uploads/classify",
    accept: |answer, _| {
        UploadId::parse(&js::get_string(answer, "upload_id")?)?;
        js::get_string(answer, "pose")?;
        js::get(answer, "confidence").as_f64().map(drop)
    },
};

/// The call, and its body.
pub fn prepare(
    upload: &JsValue,
    options: &JsValue,
    client: &JsValue,
) -> Result<(Box<ApiCall>, JsValue), Stop> {
    let call = ApiCall::read(&ROUTE, &call_options::read(options)?, client)?;
    let upload_id = ticket::read_upload_id(upload)?;
    Ok((call, json::of(&ClassifyRequest { upload_id }, "upload")?))
}
