//! The error class, as a page sees it.

use aurous_web::classify;
use js_sys::JSON;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

#[wasm_bindgen(module = "/pkg-template/aurous-error.js")]
extern "C" {
    #[wasm_bindgen(js_name = isAurousError)]
    fn is_aurous_error(value: &JsValue) -> bool;
}

#[wasm_bindgen_test]
async fn an_error_is_recognised_and_survives_json() {
    let emulator = Emulator::fresh().await;
    let ticket = emulator.ticket(&file(FRONT_JPG, "front.jpg")).await;
    let error = error(classify(ticket, UNDEFINED, emulator.client()).await);
    assert!(is_aurous_error(&error));
    for other in [
        "new Error('x')",
        "null",
        "undefined",
        "'text'",
        "({ name: 'AurousError' })",
        "new DOMException('x')",
    ] {
        assert!(!is_aurous_error(&evaluate(other)), "{other}");
    }
    let copy = JSON::parse(&String::from(JSON::stringify(&error).unwrap())).unwrap();
    for name in [
        "name",
        "message",
        "code",
        "kind",
        "step",
        "type",
        "requestId",
        "docUrl",
    ] {
        assert_eq!(text(&copy, name), text(&error, name));
    }
    assert_eq!(number(&copy, "status"), 400.0);
    assert!(field(&copy, "cause").is_undefined());
    assert!(text(&error, "stack").contains("AurousError"));
}
