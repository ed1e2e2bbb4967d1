//! `classify`: what does an uploaded picture show?

use aurous_contract::failure::Step;
use aurous_contract::id::UploadId;
use aurous_contract::upload::ClassifyRequest;
use wasm_bindgen::prelude::*;

use crate::api_call::ApiCall;
use crate::call_options;
use crate::js;
use crate::json;
use crate::stop::Stop;
use crate::ticket;

pub async fn run(upload: JsValue, options: JsValue, client: JsValue) -> Result<JsValue, Stop> {
    let call = ApiCall::read(Step::Classify, &call_options::read(&options)?, &client)?;
    let upload_id = ticket::read_upload_id(&upload)?;
    let body = json::of(&ClassifyRequest { upload_id }, "upload")?;
    call.post("/v1/characters/uploads/classify", &body, None, &|answer| {
        UploadId::parse(&js::get_string(answer, "upload_id")?)?;
        js::get_string(answer, "pose")?;
        js::get(answer, "confidence").as_f64().map(drop)
    })
    .await
}
