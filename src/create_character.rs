//! `createCharacter`: uploads, or a description, become a character.

use std::rc::Rc;

use aurous_contract::access::is_header_value;
use aurous_contract::character::{Attributes, CreateFlow};
use aurous_contract::failure::{Code, Step};
use aurous_contract::id::{CharacterId, UploadId};
use aurous_contract::limits::{IDEMPOTENCY_KEY_MAX_CHARS, UPLOAD_IDS_MAX, UPLOAD_IDS_MIN};
use js_sys::{Array, Math};
use wasm_bindgen::prelude::*;

use crate::api_call::{ApiCall, Route};
use crate::call_options::{self, Context};
use crate::fields::{self, Fields};
use crate::js;
use crate::json;
use crate::stop::Stop;

static ROUTE: Route = Route {
    step: Step::Create,
    path: "/v1/characters",
    accept: |answer, _| {
        CharacterId::parse(&js::get_string(answer, "id")?)?;
        js::get_string(answer, "status")?;
        Array::is_array(&js::get(answer, "refs")).then_some(())
    },
};

/// The call, its body, and the idempotency key where one was given.
pub fn prepare(
    request: &JsValue,
    options: &JsValue,
    client: &JsValue,
) -> Result<(Box<ApiCall>, JsValue, JsValue), Stop> {
    let options = call_options::read(options)?;
    let mut call = ApiCall::new(&ROUTE, Rc::new(Context::read(&options, client)?));
    // Made before the first attempt, and the same on each: browsers re-send a POST by themselves when
    // a kept-alive connection dies, so even one attempt can reach the server twice.
    let given_key = idempotency_key(&options)?;
    let key = given_key.clone();
    call.idempotency_key = Some(key.unwrap_or_else(random_key));
    let upload_ids = check(request)?;
    if upload_ids.is_empty() {
        call.call.only_once();
    }
    call.call.upload_ids = upload_ids;
    let body = json::stringify(request, "request")?;
    Ok((call, body, given_key.into()))
}

/// Checks what the API documents of the request; the rest is the API's to refuse. Gives the uploads that
/// it would use up: none where it is to be synthesized.
fn check(request: &JsValue) -> Result<Vec<String>, Stop> {
    if !fields::is_plain_object(request) {
        let found = js::describe(request);
        return Err(Stop::field(
            Code::InvalidArgument,
            "request",
            "must be an object",
            &found,
        ));
    }
    let request = Fields::of(request, "", Code::InvalidArgument);
    if request.required_string("name")?.is_empty() {
        return Err(Stop::field(
            Code::ValueOutOfRange,
            "name",
            "must have at least 1 character",
            "empty",
        ));
    }
    let generate = request.boolean("generate")?;
    let upload_ids = check_upload_ids(&request)?;
    let has_attributes = check_attributes(&request)?;
    if CreateFlow::of(generate, upload_ids.is_some(), has_attributes).is_none() {
        let message = "A character is made either from `upload_ids` or from `generate: true` with `attributes`: give exactly one of the two.";
        return Err(Stop::about(
            Code::ParameterInvalidCombination,
            "upload_ids",
            message,
        ));
    }
    Ok(upload_ids.unwrap_or_default())
}

fn check_upload_ids(request: &Fields<'_>) -> Result<Option<Vec<String>>, Stop> {
    let ids = request.get("upload_ids")?;
    if ids.is_undefined() {
        return Ok(None);
    }
    if !Array::is_array(&ids) {
        return Err(request.refuse("upload_ids", "must be an array of upload_ids", &ids));
    }
    let ids = ids.unchecked_ref::<Array>();
    let count = ids.length() as usize;
    if !(UPLOAD_IDS_MIN..=UPLOAD_IDS_MAX).contains(&count) {
        let found = [&count.to_string(), " long"].concat();
        return Err(Stop::field(
            Code::ValueOutOfRange,
            "upload_ids",
            "must have 1 to 6 entries",
            &found,
        ));
    }
    let mut upload_ids = Vec::new();
    for index in 0..count {
        let name = ["upload_ids[", &index.to_string(), "]"].concat();
        let id = js_sys::Reflect::get_u32(ids, index as u32)
            .map_err(|cause| fields::unreadable(Code::InvalidArgument, &name, cause))?;
        let text = id.as_string();
        if text.as_deref().and_then(UploadId::parse).is_none() {
            let found = if id.is_string() {
                "another string".into()
            } else {
                js::describe(&id)
            };
            let must = "must be an upload_id as initUpload gave it";
            return Err(Stop::field(Code::InvalidArgument, &name, must, &found));
        }
        upload_ids.extend(text);
    }
    Ok(Some(upload_ids))
}

fn check_attributes(request: &Fields<'_>) -> Result<bool, Stop> {
    let attributes = request.get("attributes")?;
    let fields = Fields::of_optional(&attributes, "attributes", Code::InvalidArgument)?;
    for name in Attributes::KEYS {
        if name != "age" {
            fields.string(name)?;
            continue;
        }
        let age = fields.get(name)?;
        if !age.is_undefined() && age.as_f64().is_none() {
            return Err(fields.refuse(name, "must be a number", &age));
        }
    }
    Ok(!attributes.is_undefined())
}

fn idempotency_key(options: &Fields<'_>) -> Result<Option<String>, Stop> {
    match options.string("idempotencyKey")? {
        Some(key) if is_header_value(&key) && key.len() <= IDEMPOTENCY_KEY_MAX_CHARS => {
            Ok(Some(key))
        }
        Some(_) => Err(options.refuse_as(
            "idempotencyKey",
            "must be 1 to 256 printable ASCII characters",
            "not that",
        )),
        None => Ok(None),
    }
}

/// 128 random bits, in hexadecimal.
fn random_key() -> String {
    // What stays where there is no `crypto`: a key need not be secret, only new.
    let mut bytes: [u8; 16] = std::array::from_fn(|_| (Math::random() * 256.0) as u8);
    let _ = js::get_random_values(&mut bytes);
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
