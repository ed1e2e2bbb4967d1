//! Files: which are refused before any request, and how.

use aurous_web::{init_upload, put_file};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

macro_rules! bad {
    ($($name:literal is $kind:literal,)*) => {
        [$(($name, include_bytes!(concat!("../../samples/bad/", $name)).as_slice(), $kind),)*]
    };
}

#[wasm_bindgen_test]
async fn a_file_of_another_kind_is_refused_by_its_name_and_kind_before_any_request() {
    let emulator = Emulator::fresh().await;
    for (name, bytes, kind) in bad![
        "IMG_0001.HEIC" is "HEIC",
        "heic-renamed.jpg" is "HEIC",
        "photo.avif" is "AVIF",
        "animation.gif" is "GIF",
        "scan.tiff" is "TIFF",
        "paint.bmp" is "BMP",
        "vector.svg" is "SVG",
        "page.html.jpg" is "HTML",
        "text-renamed.png" is "plain text",
        "header-only.jpg" is "too short to be an image",
        "empty.jpg" is "an empty file",
    ] {
        let code = if kind == "an empty file" {
            "empty_file"
        } else {
            "unsupported_file_type"
        };
        let init = init_upload(file(bytes, name), UNDEFINED, emulator.client()).await;
        let put = put_file(
            "uploads/x".into(),
            file(bytes, name),
            UNDEFINED,
            emulator.client(),
        )
        .await;
        for result in [init, put] {
            let error = error(result);
            assert_eq!(text(&error, "code"), code);
            assert_eq!(text(&error, "kind"), "input");
            let message = text(&error, "message");
            assert!(
                message.starts_with(
                    &[name, " is ", kind, "; the API takes JPEG, PNG or WebP"].concat()
                ),
                "{message}"
            );
            assert_eq!(number(&error, "attempts"), 0.0);
        }
    }
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_picture_that_is_cut_off_behind_a_good_header_is_sent() {
    let emulator = Emulator::fresh().await;
    let bytes = include_bytes!("../../samples/bad/truncated.jpg");
    emulator.uploaded(&file(bytes, "truncated.jpg")).await;
}

#[wasm_bindgen_test]
async fn a_nameless_empty_blob_is_refused() {
    let emulator = Emulator::fresh().await;
    let error = error(init_upload(blob(&[]), UNDEFINED, emulator.client()).await);
    assert_eq!(text(&error, "code"), "empty_file");
    assert!(text(&error, "message").starts_with("The file is an empty file"));
}

#[wasm_bindgen_test]
async fn a_file_that_is_not_of_the_tickets_type_is_refused_before_it_is_sent() {
    let emulator = Emulator::fresh().await;
    let ticket = emulator.ticket(&file(FRONT_JPG, "front.jpg")).await;
    let other = file(PORTRAIT_PNG, "portrait.png");
    let error = error(put_file(ticket, other, UNDEFINED, emulator.client()).await);
    assert_eq!(text(&error, "code"), "file_type_mismatch");
    assert!(text(&error, "message").contains("portrait.png is PNG"));
    assert!(text(&error, "message").contains("image/jpeg"));
    assert_eq!(emulator.log().await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_file_that_can_no_longer_be_read_is_unreadable() {
    let emulator = Emulator::fresh().await;
    let ticket = emulator.ticket(&file(FRONT_JPG, "gone.jpg")).await;
    // What a browser does where a file was deleted after it was picked.
    let gone = || {
        let slice = "() => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) })";
        with(
            file(FRONT_JPG, "gone.jpg"),
            "slice",
            evaluate(&["(", slice, ")"].concat()),
        )
    };
    let init = init_upload(gone(), UNDEFINED, emulator.client()).await;
    let put = put_file(ticket, gone(), UNDEFINED, emulator.client()).await;
    for result in [init, put] {
        let error = error(result);
        assert_eq!(text(&error, "code"), "file_unreadable");
        assert_eq!(text(&error, "kind"), "input");
        assert!(text(&error, "message").starts_with("gone.jpg can't be read"));
        assert_eq!(text(&field(&error, "cause"), "name"), "NotFoundError");
    }
}

#[wasm_bindgen_test]
async fn a_file_of_another_realm_is_a_file() {
    let emulator = Emulator::fresh().await;
    let frame = "(() => { const frame = document.createElement('iframe'); document.body.append(frame); \
        return new frame.contentWindow.File([new Uint8Array([0xff,0xd8,0xff,0xe0,0,16,0x4a,0x46,0x49,0x46,0,1,1,0,0,1,0,1,0,0])], 'other.jpg'); })()";
    emulator.uploaded(&evaluate(frame)).await;
}
