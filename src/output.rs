//! Results and errors, as JavaScript sees them.

use aurous_contract::character::DeletedCharacter;
use aurous_contract::record::{AsMap, Record};
use aurous_flow::answer::Ticket;
use aurous_flow::call::{Output, Upload};
use aurous_flow::failure::{Failure, Step};
use aurous_flow::read::Fault;
use js_sys::{Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::value::Js;

#[wasm_bindgen(module = "/pkg-template/aurous-error.js")]
extern "C" {
    /// The one error class.
    type AurousError;

    #[wasm_bindgen(constructor)]
    fn new(fields: &JsValue, cause: &JsValue) -> AurousError;
}

/// Returns the result of a call.
pub fn result_of(output: Output<Js>) -> JsValue {
    match output {
        Output::Ticket(ticket) => ticket_of(ticket),
        Output::Put => JsValue::UNDEFINED,
        Output::Document(document) => document.0,
        Output::Deleted(id) => object_of(&DeletedCharacter { id }),
        Output::Upload(upload) => upload_of(*upload),
    }
}

/// Returns the API's own ticket, with the URL made absolute.
fn ticket_of(ticket: Ticket<Js>) -> JsValue {
    set(&ticket.document, "upload_url", &ticket.url.into());
    ticket.document.0
}

fn upload_of(upload: Upload<Js>) -> JsValue {
    let object = Object::new().into();
    set(&object, "ticket", &ticket_of(upload.ticket));
    set(&object, "image", &object_of(&upload.image));
    let classification = upload.classification.map_or(JsValue::NULL, |it| it.0);
    set(&object, "classification", &classification);
    object
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    // A fresh object of ours or of `JSON.parse` refuses no field.
    let _ = Reflect::set(object, &name.into(), value);
}

/// Returns the error of a failure that ended a call, with what was thrown, if anything was.
pub fn error_of(failure: &Failure, cause: &JsValue) -> JsValue {
    let fields = object_of(failure);
    if let Some(upload_id) = &failure.filled_ticket {
        let ticket = Object::new().into();
        set(&ticket, "upload_id", &upload_id.as_str().into());
        set(&fields, "ticket", &ticket);
    }
    AurousError::new(&fields, cause).into()
}

/// Returns the error of arguments or options that could not be read, for a call that begins with `step`.
pub fn error_of_fault(fault: Fault<Js>, step: Step) -> JsValue {
    let mut failure = fault.failure;
    failure.step = Some(step);
    error_of(&failure, &fault.cause.map(|it| it.0).unwrap_or_default())
}

/// Returns a record as an object.
pub fn object_of(record: &dyn Record) -> JsValue {
    let serializer = Serializer::new().serialize_maps_as_objects(true);
    // The records hold texts, numbers and flags, which all have a place in JavaScript.
    AsMap(record).serialize(&serializer).unwrap_or_default()
}
