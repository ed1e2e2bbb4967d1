//! Cancelling: every call rejects with the signal's own reason, the very object, at once.

use aurous_web::{classify, create_character, init_upload, put_file};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_futures::future_to_promise;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

const STEPS: [&str; 4] = ["init", "put", "classify", "create"];

fn start(step: &'static str, client: JsValue, signal: JsValue) -> js_sys::Promise {
    let options = object(&[("signal", signal)]);
    let photo = || file(FRONT_JPG, "front.jpg");
    let request = || evaluate("({ name: 'A', upload_ids: ['upl_1'] })");
    future_to_promise(async move {
        match step {
            "init" => init_upload(photo(), options, client).await,
            "put" => {
                // Without a fault this PUT is refused: its URL has no signature.
                let target = evaluate("new URL('/upload/x', location.href)");
                let target = with(
                    target,
                    "href",
                    [&text(&client, "upload"), "/upload/x"].concat(),
                );
                put_file(target, photo(), options, client).await
            }
            "classify" => classify("upl_1".into(), options, client).await,
            _ => create_character(request(), options, client).await,
        }
    })
}

fn client(emulator: &Emulator) -> JsValue {
    with(emulator.open_client(), "upload", emulator.address("upload"))
}

#[wasm_bindgen_test]
async fn an_aborted_signal_ends_the_call_before_any_request() {
    let emulator = Emulator::fresh().await;
    for step in STEPS {
        for reason in ["new Error('mine')", "'text'", "null", "7", "({})"] {
            let reason = evaluate(reason);
            let signal = web_sys::AbortSignal::abort_with_reason(&reason);
            let thrown = JsFuture::from(start(step, client(&emulator), signal.into()))
                .await
                .unwrap_err();
            assert!(js_sys::Object::is(&thrown, &reason), "{step}: {thrown:?}");
        }
        let thrown = start(step, client(&emulator), evaluate("AbortSignal.abort()"));
        assert_eq!(
            text(&JsFuture::from(thrown).await.unwrap_err(), "name"),
            "AbortError"
        );
    }
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_call_in_flight_ends_with_the_signals_reason_and_leaves_no_listener() {
    for step in STEPS {
        for reason in ["new Error('mine')", "'text'", "null"] {
            let emulator = Emulator::fresh().await;
            emulator.fault(step, r#""hang""#).await;
            let controller = counted_controller();
            let call = start(step, client(&emulator), field(&controller, "signal"));
            emulator.seen(step).await;
            assert_eq!(number(&controller, "listeners"), 1.0);
            let reason = evaluate(reason);
            controller
                .unchecked_ref::<web_sys::AbortController>()
                .abort_with_reason(&reason);
            let thrown = JsFuture::from(call).await.unwrap_err();
            assert!(js_sys::Object::is(&thrown, &reason), "{step}: {thrown:?}");
            assert_eq!(number(&controller, "listeners"), 0.0);
        }
    }
}

#[wasm_bindgen_test]
async fn a_signal_that_times_out_is_the_callers_timeout() {
    let emulator = Emulator::fresh().await;
    for step in STEPS {
        emulator.fault(step, r#""hang""#).await;
        let call = start(
            step,
            client(&emulator),
            evaluate("AbortSignal.timeout(100)"),
        );
        assert_eq!(
            text(&JsFuture::from(call).await.unwrap_err(), "name"),
            "TimeoutError"
        );
    }
}

#[wasm_bindgen_test]
async fn a_call_that_ends_by_itself_leaves_no_listener() {
    let emulator = Emulator::fresh().await;
    let controller = counted_controller();
    for step in STEPS {
        let call = start(step, client(&emulator), field(&controller, "signal"));
        assert_eq!(JsFuture::from(call).await.is_ok(), step == "init");
        assert_eq!(number(&controller, "listeners"), 0.0);
    }
}
