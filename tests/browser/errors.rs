//! The error class, as a page sees it.

use aurous_contract::error::ErrorCode;
use aurous_contract::outcome::Outcome;
use aurous_web::{classify, get_character};
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

#[wasm_bindgen_test]
async fn each_error_of_the_api_reaches_the_page_with_its_status() {
    let emulator = Emulator::fresh().await;
    let documented = ErrorCode::ALL.map(|it| (it.as_str(), it.status()));
    // Statuses of the contract's table that are no code's first.
    let more = [
        ("invalid_request", 422),
        ("resource_not_found", 410),
        ("provider_unavailable", 503),
    ];
    for (code, status) in documented.into_iter().chain(more) {
        let fault = format!(r#"{{"status":{status},"code":"{code}"}}"#);
        emulator.fault("get", &fault).await;
        let got = get_character("char_1".into(), UNDEFINED, emulator.open_client());
        let error = error(got.await);
        assert_eq!(text(&error, "code"), code);
        assert_eq!(number(&error, "status"), f64::from(status), "{code}");
        assert_eq!(text(&error, "kind"), "api", "{code}");
        let is_final = Outcome::of_answer(status, Some(code)).is_final();
        assert_eq!(
            field(&error, "retryable"),
            JsValue::from(!is_final),
            "{code}"
        );
    }
}
