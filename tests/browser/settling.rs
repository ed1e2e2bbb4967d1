//! Every promise settles, whatever the page hands over and whatever the browser lacks.

use aurous_web::{classify, create_character, init_upload, put_file, upload};
use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

fn photo() -> JsValue {
    file(FRONT_JPG, "front.jpg")
}

fn request() -> JsValue {
    evaluate("({ name: 'A', upload_ids: ['upl_1'] })")
}

/// Calls each function.
fn calls(options: &JsValue, client: &JsValue) -> [Promise; 5] {
    let rest = || (options.clone(), client.clone());
    let (o, c) = rest();
    let init = init_upload(photo(), o, c);
    let (o, c) = rest();
    let put = put_file("uploads/x".into(), photo(), o, c);
    let (o, c) = rest();
    let classified = classify("upl_1".into(), o, c);
    let (o, c) = rest();
    let created = create_character(request(), o, c);
    let (o, c) = rest();
    [init, put, classified, created, upload(photo(), o, c)]
}

#[wasm_bindgen_test]
async fn an_object_that_is_no_signal_is_named() {
    let emulator = Emulator::fresh().await;
    for signal in [
        "({ [Symbol.toStringTag]: 'AbortSignal' })",
        "Object.create(AbortSignal.prototype)",
        "({ aborted: false })",
        "({ aborted: false, addEventListener() {} })",
        "({ aborted: 'no', addEventListener() {}, removeEventListener() {} })",
        "({ get aborted() { throw 1 }, addEventListener() {}, removeEventListener() {} })",
    ] {
        let options = object(&[("signal", evaluate(signal))]);
        for call in calls(&options, &emulator.client()) {
            assert_names(
                JsFuture::from(call).await,
                "invalid_argument",
                "options.signal",
            );
        }
    }
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_signal_that_cannot_be_listened_to_is_an_error() {
    let emulator = Emulator::fresh().await;
    let signal = "({ aborted: false, addEventListener() { throw new Error('mine') }, removeEventListener() {} })";
    let options = object(&[("signal", evaluate(signal))]);
    for call in calls(&options, &emulator.client()) {
        let error = error(JsFuture::from(call).await);
        assert_eq!(text(&error, "code"), "invalid_argument");
        assert_eq!(text(&error, "param"), "options.signal");
        assert_eq!(text(&field(&error, "cause"), "message"), "mine");
    }
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_polyfills_signal_cancels() {
    let emulator = Emulator::fresh().await;
    emulator.fault("classify", r#""hang""#).await;
    let controller = evaluate(
        "(() => {
            const target = new EventTarget();
            target.aborted = false;
            return { signal: target, abort(reason) {
                Object.assign(target, { aborted: true, reason });
                target.dispatchEvent(new Event('abort'));
            } };
        })()",
    );
    let options = object(&[("signal", field(&controller, "signal"))]);
    let call = classify("upl_1".into(), options, emulator.open_client());
    emulator.seen("classify").await;
    let abort: js_sys::Function = field(&controller, "abort").unchecked_into();
    let reason = evaluate("({ why: 'enough' })");
    abort.call1(&controller, &reason).unwrap();
    let thrown = JsFuture::from(call).await.unwrap_err();
    assert!(js_sys::Object::is(&thrown, &reason));
}

#[wasm_bindgen_test]
async fn a_browser_without_abort_controller_is_unsupported() {
    let emulator = Emulator::fresh().await;
    for lack in ["undefined", "() => { throw new Error('no') }", "{}"] {
        evaluate("globalThis.RealController = AbortController");
        // Deleted first: WebKit's optimised code does not see that a global is assigned.
        evaluate("delete globalThis.AbortController");
        evaluate(&format!("globalThis.AbortController = {lack}"));
        for call in calls(&UNDEFINED, &emulator.client()) {
            let result = JsFuture::from(call).await;
            let error = error(result);
            assert_eq!(text(&error, "code"), "unsupported_browser", "{lack}");
            assert_eq!(text(&error, "kind"), "config");
            assert!(text(&error, "message").contains("AbortController"));
        }
        evaluate("globalThis.AbortController = RealController");
    }
    assert!(emulator.log().await.is_empty());
}

/// Returns the error codes of a call of each function, on a page that has this in the place of `fetch`.
async fn codes_with_fetch(fetch: &str, emulator: &Emulator) -> Vec<String> {
    evaluate("globalThis.goodFetch = globalThis.fetch");
    evaluate(&["globalThis.fetch = ", fetch].concat());
    let mut codes = Vec::new();
    for call in calls(&UNDEFINED, &emulator.client()) {
        let result = JsFuture::from(call).await;
        codes.push(text(&error(result), "code"));
    }
    evaluate("globalThis.fetch = goodFetch");
    codes
}

/// What `fetch` may do on a page whose scripts have replaced it.
const STRANGE_FETCHES: [&str; 12] = [
    "() => undefined",
    "() => null",
    "() => 'text'",
    "() => { throw 'text' }",
    "() => { throw undefined }",
    "() => Promise.reject('text')",
    "() => Promise.reject(null)",
    "() => Promise.resolve({})",
    "() => Promise.resolve({ status: 200 })",
    "() => Promise.resolve({ status: 200, headers: {}, json() {} })",
    "() => Promise.resolve({ get status() { throw 1 } })",
    "() => ({ then(resolve) { resolve(undefined) } })",
];

#[wasm_bindgen_test]
async fn a_fetch_that_a_page_replaced_by_something_strange_is_a_failed_connection() {
    let emulator = Emulator::fresh().await;
    for strange in STRANGE_FETCHES {
        let codes = codes_with_fetch(strange, &emulator).await;
        let lost = "network_error";
        assert_eq!(
            codes,
            [lost, lost, lost, "create_outcome_unknown", lost],
            "{strange}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_response_that_throws_is_no_answer_of_the_apis() {
    let emulator = Emulator::fresh().await;
    for strange in [
        "{ status: 200, headers: { get() { throw 1 } }, json() {} }",
        "{ status: 200, headers: { get() {} }, json() { throw 1 } }",
        "{ status: 200, headers: { get() {} }, json: () => Promise.reject('text') }",
        "{ status: 200, headers: { get() {} }, json: () => 7 }",
    ] {
        let fetch = ["() => (", strange, ")"].concat();
        let codes = codes_with_fetch(&fetch, &emulator).await;
        assert_eq!(codes, ["gateway_not_found"; 5], "{strange}");
    }
}

/// What a page may make of a file.
const STRANGE_FILES: [&str; 6] = [
    "{ slice: () => undefined }",
    "{ slice() { throw 'text' } }",
    "{ slice: () => ({ arrayBuffer: () => -1 }) }",
    "{ slice: () => ({ arrayBuffer: () => Symbol('s') }) }",
    "{ slice: () => ({ arrayBuffer() { throw undefined } }) }",
    "{ slice: () => ({ arrayBuffer: () => Promise.reject(null) }) }",
];

#[wasm_bindgen_test]
async fn a_file_that_a_page_replaced_by_something_strange_is_unreadable() {
    let emulator = Emulator::fresh().await;
    for strange in STRANGE_FILES {
        let strange = evaluate(&["(", strange, ")"].concat());
        let photo = || -> JsValue {
            let file = photo();
            let (target, source): (&Object, &Object) =
                (file.unchecked_ref(), strange.unchecked_ref());
            Object::assign(target, source).into()
        };
        let client = emulator.client();
        for call in [
            init_upload(photo(), UNDEFINED, client.clone()),
            put_file("uploads/x".into(), photo(), UNDEFINED, client.clone()),
            upload(photo(), UNDEFINED, client.clone()),
        ] {
            let error = error(JsFuture::from(call).await);
            assert_eq!(text(&error, "code"), "file_unreadable");
        }
    }
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_fetch_that_a_page_wraps_gets_a_url_and_options() {
    let emulator = Emulator::fresh().await;
    evaluate(
        "globalThis.goodFetch = globalThis.fetch;
         globalThis.kinds = new Set();
         globalThis.fetch = (input, init) => {
             kinds.add(typeof input + ' ' + typeof init);
             new Request(input, init);
             return goodFetch(input, init);
         }",
    );
    let client = emulator.client();
    upload(photo(), UNDEFINED, client).await.unwrap();
    evaluate("globalThis.fetch = goodFetch");
    assert_eq!(evaluate("[...kinds].join()"), "string object");
}

#[wasm_bindgen_test]
async fn a_listener_that_cancels_leaves_no_request_behind() {
    let emulator = Emulator::fresh().await;
    let controller = counted_controller();
    let aborts = js_sys::Function::new_with_args(
        "controller",
        "return ({ phase }) => phase === 'minting' && controller.abort('enough')",
    );
    let listener = aborts.call1(&JsValue::UNDEFINED, &controller).unwrap();
    let options = object(&[
        ("signal", field(&controller, "signal")),
        ("onProgress", listener),
    ]);
    let thrown = JsFuture::from(upload(photo(), options, emulator.client())).await;
    assert_eq!(thrown.unwrap_err(), "enough");
    assert!(emulator.log().await.is_empty());
}
