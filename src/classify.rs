//! `classify`: what does an uploaded picture show?

use std::rc::Rc;

use aurous_contract::failure::Step;
use aurous_contract::id::UploadId;
use aurous_contract::upload::ClassifyRequest;
use wasm_bindgen::prelude::*;

use crate::api_call::{ApiCall, Route};
use crate::call_options::{self, Context};
use crate::js;
use crate::json;
use crate::stop::Stop;
use crate::ticket;

pub static ROUTE: Route = Route {
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
    let context = Context::read(&call_options::read(options)?, client)?;
    let call = ApiCall::new(&ROUTE, Rc::new(context));
    Ok((call, body(upload)?))
}

/// What a classification is asked for with.
pub fn body(upload: &JsValue) -> Result<JsValue, Stop> {
    let upload_id = ticket::read_upload_id(upload)?;
    json::of(&ClassifyRequest { upload_id }, "upload")
}
