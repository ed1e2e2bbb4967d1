//! From a picked file to a character.

use aurous_web::{classify, create_character, init_upload, put_file, upload};
use js_sys::{Array, JSON, Object};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

#[wasm_bindgen_test]
async fn a_picked_photo_becomes_a_character() {
    let emulator = Emulator::fresh().await;
    for client in [
        emulator.client(),
        emulator.open_client(),
        emulator.direct_client(),
    ] {
        let photo = file(FRONT_JPG, "front.jpg");
        let ticket = init_upload(photo.clone(), UNDEFINED, client.clone())
            .await
            .unwrap();
        put_file(ticket.clone(), photo, UNDEFINED, client.clone())
            .await
            .unwrap();
        let classified = classify(ticket.clone(), UNDEFINED, client.clone())
            .await
            .unwrap();
        assert_eq!(text(&classified, "pose"), "front");

        let id = text(&ticket, "upload_id");
        let request = object(&[
            ("name", "Aurora".into()),
            ("upload_ids", Array::of1(&id.into()).into()),
        ]);
        let character = create_character(request, UNDEFINED, client).await.unwrap();
        assert_eq!(text(&character, "name"), "Aurora");
        assert_eq!(text(&character, "status"), "ready");
        let reference = field(&character, "refs").unchecked_into::<Array>().get(0);
        assert_eq!(text(&reference, "pose"), "front");
    }
}

#[wasm_bindgen_test]
async fn a_put_carries_the_exact_bytes_and_one_header_of_its_own() {
    let emulator = Emulator::fresh().await;
    let photo = file(FRONT_JPG, "front.jpg");
    uploaded_with(&photo, emulator.open_client()).await;
    let log = emulator.log().await;
    let put = log.iter().find(|it| text(it, "step") == "put").unwrap();
    assert_eq!(number(put, "body_length"), FRONT_JPG.len() as f64);
    assert_eq!(header(put, "content-type").as_deref(), Some("image/jpeg"));
    // A browser adds these to any cross-origin request. No referrer, cookie, key or token is among them.
    let browsers_own = [
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "content-length",
        "host",
        "origin",
        "priority",
        "user-agent",
    ];
    for (name, _) in header_list(put) {
        let is_browsers = browsers_own.contains(&name.as_str()) || name.starts_with("sec-");
        assert!(is_browsers || name == "content-type", "{name}");
    }
}

#[wasm_bindgen_test]
async fn the_type_and_extension_that_are_sent_are_those_of_the_bytes() {
    let emulator = Emulator::fresh().await;
    for (bytes, name, name_sent, content_type, extension) in [
        (
            PNG_NAMED_JPG,
            "png-named.jpg",
            "png-named.png",
            "image/png",
            "png",
        ),
        (FRONT_JPG, "photo", "photo.jpg", "image/jpeg", "jpg"),
        (
            FRONT_JPG,
            "IMG_0001.HEIC",
            "IMG_0001.jpg",
            "image/jpeg",
            "jpg",
        ),
        (SIDE_WEBP, "side.png", "side.webp", "image/webp", "webp"),
        (
            PORTRAIT_PNG,
            "portrait.PNG",
            "portrait.PNG",
            "image/png",
            "png",
        ),
    ] {
        let ticket = emulator.uploaded(&file(bytes, name)).await;
        assert_eq!(
            text(&field(&ticket, "upload_headers"), "Content-Type"),
            content_type
        );
        let body = JSON::parse(&take_bodies()[0]).unwrap();
        assert_eq!(text(&body, "content_type"), content_type);
        assert_eq!(text(&body, "extension"), extension);
        assert_eq!(text(&body, "filename"), name_sent);
    }
}

#[wasm_bindgen_test]
async fn the_name_that_is_sent_has_no_path_and_nothing_that_reorders_text() {
    let emulator = Emulator::fresh().await;
    for (name, name_sent) in [
        ("/home/me/private/photo.jpg", "photo.jpg"),
        ("C:\\Users\\me\\photo.jpg", "photo.jpg"),
        ("exe\u{202E}gpj.jpg", "exegpj.jpg"),
        ("a\r\nb.jpg", "a__b.jpg"),
    ] {
        // A `File` of another runtime: a browser's own has no path in its name.
        let named = file(FRONT_JPG, "x");
        let property = object(&[("value", name.into())]);
        Object::define_property(
            named.unchecked_ref::<Object>(),
            &"name".into(),
            property.unchecked_ref(),
        );
        emulator.uploaded(&named).await;
        let body = JSON::parse(&take_bodies()[0]).unwrap();
        assert_eq!(text(&body, "filename"), name_sent);
    }
}

#[wasm_bindgen_test]
async fn a_blob_without_name_and_type_is_sent_as_what_it_is() {
    let emulator = Emulator::fresh().await;
    emulator.uploaded(&blob(SIDE_WEBP)).await;
    assert_eq!(
        text(&JSON::parse(&take_bodies()[0]).unwrap(), "filename"),
        "image.webp"
    );
    let put = emulator.log().await.pop().unwrap();
    assert_eq!(header(&put, "content-type").as_deref(), Some("image/webp"));
}

#[wasm_bindgen_test]
async fn a_name_of_200_characters_is_cut_before_its_extension() {
    let emulator = Emulator::fresh().await;
    emulator
        .ticket(&file(FRONT_JPG, &["ü".repeat(196), ".jpg".into()].concat()))
        .await;
    let sent = text(&JSON::parse(&take_bodies()[0]).unwrap(), "filename");
    assert_eq!(sent, ["ü".repeat(116), ".jpg".into()].concat());
}

#[wasm_bindgen_test]
async fn a_50_mb_blob_goes_through_without_entering_wasm_memory() {
    const SIZE: u32 = 50_000_000;
    let emulator = Emulator::fresh().await;
    emulator.set(r#"{"upload_max_bytes":60000000}"#).await;
    let memory = || {
        let memory = wasm_bindgen::memory().unchecked_into::<js_sys::WebAssembly::Memory>();
        number(&memory.buffer(), "byteLength")
    };
    emulator.uploaded(&file(FRONT_JPG, "front.jpg")).await;
    let before = memory();
    emulator.uploaded(&large_jpeg(SIZE)).await;
    assert_eq!(memory(), before);
    let put = emulator.log().await.pop().unwrap();
    assert_eq!(number(&put, "body_length"), f64::from(SIZE));
}

#[wasm_bindgen_test]
async fn a_ticket_can_be_minted_without_the_file_and_filled_by_its_url() {
    let emulator = Emulator::fresh().await;
    let source =
        JSON::parse(r#"{"filename":"a.png","extension":"png","content_type":"image/png"}"#)
            .unwrap();
    let ticket = init_upload(source, UNDEFINED, emulator.client())
        .await
        .unwrap();
    let url = field(&ticket, "upload_url");
    put_file(
        url.clone(),
        blob(PORTRAIT_PNG),
        UNDEFINED,
        emulator.client(),
    )
    .await
    .unwrap();
    let url: JsValue = web_sys::Url::new(&url.as_string().unwrap()).unwrap().into();
    put_file(url, blob(PORTRAIT_PNG), UNDEFINED, emulator.client())
        .await
        .unwrap();
    let id = field(&ticket, "upload_id");
    assert!(classify(id, UNDEFINED, emulator.client()).await.is_ok());
}

#[wasm_bindgen_test]
async fn unknown_fields_pass_through_in_both_directions() {
    let emulator = Emulator::fresh().await;
    let answer = r#"{"upload_id":"upl_1","pose":"left","confidence":1,"next_year":{"deep":[1]}}"#;
    let fault = format!(r#"{{"status":200,"headers":{{"aurous-gateway":"1"}},"body":{answer:?}}}"#);
    emulator.fault("classify", &fault).await;
    let classified = classify("upl_1".into(), UNDEFINED, emulator.open_client())
        .await
        .unwrap();
    assert_eq!(String::from(JSON::stringify(&classified).unwrap()), answer);

    let id = text(
        &uploaded_with(&file(FRONT_JPG, "front.jpg"), emulator.open_client()).await,
        "upload_id",
    );
    take_bodies();
    let request = format!(r#"{{"name":"A","upload_ids":["{id}"],"next_year":{{"deep":[1]}}}}"#);
    create_character(
        JSON::parse(&request).unwrap(),
        UNDEFINED,
        emulator.open_client(),
    )
    .await
    .unwrap();
    assert_eq!(take_bodies(), [request]);
}

#[wasm_bindgen_test]
async fn a_relative_upload_url_is_resolved_against_the_base_url() {
    let emulator = Emulator::fresh().await;
    let ticket = r#"{"upload_id":"upl_1","upload_url":"uploads/token","upload_headers":{"Content-Type":"image/jpeg"},"expires_at":"2026-05-08T10:15:00Z"}"#;
    emulator
        .fault("init", &format!(r#"{{"status":201,"body":{ticket:?}}}"#))
        .await;
    let client = emulator.open_client();
    let base = text(&client, "baseUrl");
    // A slash at its end, a query and a fragment make no difference.
    let client = with(client, "baseUrl", [&base, "/?a=b#c"].concat());
    let ticket = init_upload(file(FRONT_JPG, "a.jpg"), UNDEFINED, client)
        .await
        .unwrap();
    assert_eq!(
        text(&ticket, "upload_url"),
        [&base, "/uploads/token"].concat()
    );
}

#[wasm_bindgen_test]
async fn each_create_has_an_idempotency_key_of_its_own_unless_it_is_given_one() {
    let emulator = Emulator::fresh().await;
    let mut keys = Vec::new();
    for options in [
        UNDEFINED,
        UNDEFINED,
        object(&[("idempotencyKey", "mine-0123456789".into())]),
    ] {
        let request = r#"{"name":"A","upload_ids":["upl_unknown"]}"#;
        let result = create_character(
            JSON::parse(request).unwrap(),
            options,
            emulator.open_client(),
        )
        .await;
        assert_eq!(text(&error(result), "code"), "upload_invalid");
        keys.push(header(&emulator.log().await.pop().unwrap(), "idempotency-key").unwrap());
    }
    assert_ne!(keys[0], keys[1]);
    assert!(keys[0].len() >= 16);
    assert_eq!(keys[2], "mine-0123456789");
}

#[wasm_bindgen_test]
async fn an_idempotency_key_goes_with_creates_alone() {
    let emulator = Emulator::fresh().await;
    let options = object(&[("idempotencyKey", "mine-0123456789".into())]);
    let photo = file(FRONT_JPG, "front.jpg");
    upload(photo, options, emulator.open_client())
        .await
        .unwrap();
    for request in emulator.log().await {
        assert_eq!(header(&request, "idempotency-key"), None);
    }
}
