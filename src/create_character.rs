//! The request of `createCharacter`: uploads, or a description, become a character.

use aurous_contract::argument::{ATTRIBUTES_FIELDS, OBJECT, REQUEST_FIELDS, UPLOAD_ID};
use aurous_contract::character::CreateFlow;
use aurous_contract::concat;
use aurous_contract::failure::Code;
use wasm_bindgen::prelude::*;

use crate::argument;
use crate::platform;
use crate::stop::Stop;

/// Checks what the API documents of the request; the rest is the API's to refuse. Gives the uploads that
/// it would use up: none where it is to be synthesized.
pub fn check(request: &JsValue) -> Result<Vec<String>, Stop> {
    let code = Code::InvalidArgument;
    argument::check(&OBJECT, "request", request)?;
    let fields = argument::fields(request, "", code, &REQUEST_FIELDS)?;
    let [_, generate, ids, attributes] = &fields;
    let mut upload_ids = Vec::new();
    let count = platform::get(ids, "length").as_f64().unwrap_or_default() as usize;
    for index in 0..count {
        let index = aurous_contract::decimal(index as u64);
        let name = concat(&["upload_ids[", &index, "]"]);
        let id = argument::get(ids, &index, code, &name)?;
        argument::check(&UPLOAD_ID, &name, &id)?;
        upload_ids.extend(id.as_string());
    }
    argument::fields(attributes, "attributes", code, &ATTRIBUTES_FIELDS)?;
    let generate = generate.as_bool() == Some(true);
    let flow = CreateFlow::of(generate, count > 0, !attributes.is_undefined());
    if flow.is_none() {
        let message = "A character is made either from `upload_ids` or from `generate: true` with `attributes`: give exactly one of the two.";
        return Err(Stop::about(
            Code::ParameterInvalidCombination,
            "upload_ids",
            message,
        ));
    }
    Ok(upload_ids)
}
