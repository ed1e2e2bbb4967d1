mod characters;

use serde_json::{Value as Json, json};

use super::*;
use crate::json_value::{
    bigint, file, function, plain_values, refusal, throws, undefined, url as url_object,
};
use crate::limits::Limits;

const ROOT: &str = "https://app.example/aurous";

fn options(options: Json) -> CallOptions<Json> {
    CallOptions::read(&options, Limits::DEFAULT).unwrap()
}

fn picked() -> PickedFile {
    PickedFile {
        name: "me.jpg".into(),
        size: 1000.0,
    }
}

/// Asserts that a reading is refused with this code, about this field.
#[track_caller]
fn assert_refused<T: std::fmt::Debug>(reading: Reading<T, Json>, code: &str, param: &str) {
    assert_eq!(refusal(reading), (code.to_owned(), param.to_owned()));
}

// --- initUpload ------------------------------------------------------------------------------------

#[test]
fn a_ticket_is_minted_for_a_file_a_nameless_blob_or_a_description() {
    assert_eq!(
        Task::init_upload(&file()).unwrap(),
        Task::InitUpload(Source::File(picked()))
    );
    let blob = json!({ "$kind": "blob", "size": 7 });
    let picked = PickedFile {
        name: SafeName::default(),
        size: 7.0,
    };
    assert_eq!(
        Task::init_upload(&blob).unwrap(),
        Task::InitUpload(Source::File(picked))
    );
    let description = json!({
        "filename": "me.jpg",
        "extension": "jpeg",
        "content_type": "image/jpeg",
        "later": [1],
    });
    let json = description.to_string();
    assert_eq!(
        Task::init_upload(&description).unwrap(),
        Task::InitUpload(Source::Description { json }),
        "fields that the SDK does not know pass through"
    );
}

#[test]
fn a_file_is_known_by_the_last_part_of_its_name_without_what_reorders_text() {
    for (name, known) in [
        ("/home/me/private/photo.jpg", "photo.jpg"),
        ("holiday\u{202E}gpj.exe", "holidaygpj.exe"),
    ] {
        let mut file = file();
        file["name"] = json!(name);
        match Task::upload(&file, &options(json!({}))).unwrap() {
            Task::Upload(request) => assert_eq!(request.file.name.as_str(), known),
            task => panic!("{task:?}"),
        }
    }
}

#[test]
fn a_source_that_is_no_file_is_named() {
    for value in plain_values() {
        assert_refused(Task::init_upload(&value), "invalid_argument", "source");
    }
    for field in ["name", "size"] {
        let mut file = file();
        file[field] = throws();
        let param = ["source.", field].concat();
        assert_refused(Task::init_upload(&file), "invalid_argument", &param);
    }
    let mut file = file();
    file["size"] = json!("large");
    assert_refused(Task::init_upload(&file), "invalid_argument", "source.size");
}

#[test]
fn a_description_at_fault_is_named_by_its_field() {
    let with = |name: &str, value: Json| {
        let mut description = json!({
            "filename": "me.jpg",
            "extension": "jpg",
            "content_type": "image/jpeg",
        });
        description[name] = value;
        description
    };
    for (name, value, code) in [
        ("filename", undefined(), "invalid_argument"),
        ("filename", json!(7), "invalid_argument"),
        ("filename", json!(""), "value_out_of_range"),
        ("filename", json!("x".repeat(121)), "value_out_of_range"),
        ("extension", undefined(), "invalid_argument"),
        ("extension", json!("gif"), "invalid_argument"),
        ("content_type", undefined(), "invalid_argument"),
        ("content_type", json!("image/gif"), "invalid_argument"),
        ("content_type", throws(), "invalid_argument"),
        (
            "content_type",
            json!("image/png"),
            "parameter_invalid_combination",
        ),
    ] {
        let param = ["source.", name].concat();
        assert_refused(Task::init_upload(&with(name, value)), code, &param);
    }
    let later = with("later", bigint());
    assert_refused(
        Task::init_upload(&later),
        "invalid_argument",
        "source.later",
    );
}

// --- putFile ---------------------------------------------------------------------------------------

#[track_caller]
fn target_of(target: &Json) -> Target {
    match Task::put_file(target, &file(), ROOT).unwrap() {
        Task::PutFile { target, file } => {
            assert_eq!(file, picked());
            target
        }
        task => panic!("{task:?}"),
    }
}

#[test]
fn a_target_is_a_ticket_or_its_url_as_a_text_or_an_object() {
    let href = "https://upload.example/1?signature=x";
    let ticket = json!({
        "upload_url": href,
        "upload_headers": { "Content-Type": "image/png" },
        "later": function(),
    });
    let target = target_of(&ticket);
    assert_eq!(target.url, href);
    assert_eq!(target.content_type, Some(ContentType::Png));
    for bare in [json!(href), url_object(href), json!({ "upload_url": href })] {
        let target = target_of(&bare);
        assert_eq!(target.url, href);
        assert_eq!(target.content_type, None, "{bare}");
    }
}

#[test]
fn a_relative_target_starts_from_the_clients_base_url() {
    for (text, href) in [
        ("uploads/x", "https://app.example/aurous/uploads/x"),
        ("/uploads/x", "https://app.example/uploads/x"),
        ("//b.example/x", "https://b.example/x"),
    ] {
        assert_eq!(target_of(&json!(text)).url, href);
        assert_eq!(target_of(&json!({ "upload_url": text })).url, href);
    }
}

#[test]
fn a_target_at_fault_is_named_without_being_quoted() {
    for value in plain_values().into_iter().filter(|it| !it.is_string()) {
        let reading = Task::put_file(&value, &file(), ROOT);
        assert_refused(reading, "invalid_argument", "target");
    }
    let url = "https://a.example/";
    for (value, param) in [
        (json!("https://user:secret@upload.example/x"), "target"),
        (json!("data:text/plain,secret"), "target"),
        (json!("https://[secret"), "target"),
        (url_object("data:text/plain,secret"), "target"),
        (json!({ "$kind": "url", "href": throws() }), "target"),
        (json!({}), "target.upload_url"),
        (json!({ "upload_url": 7 }), "target.upload_url"),
        (
            json!({ "upload_url": "javascript:secret" }),
            "target.upload_url",
        ),
        (json!({ "upload_url": throws() }), "target.upload_url"),
        (
            json!({ "upload_url": url, "upload_headers": 7 }),
            "target.upload_headers",
        ),
        (
            json!({ "upload_url": url, "upload_headers": { "Content-Type": 7 } }),
            "target.upload_headers.Content-Type",
        ),
        (
            json!({ "upload_url": url, "upload_headers": { "Content-Type": "secret" } }),
            "target.upload_headers.Content-Type",
        ),
    ] {
        let failure = Task::put_file(&value, &file(), ROOT).unwrap_err().failure;
        assert!(!failure.message.contains("secret"), "{}", failure.message);
        assert_eq!(failure.code, "invalid_argument");
        assert_eq!(failure.param.as_deref(), Some(param));
    }
}

#[test]
fn what_is_no_file_is_neither_put_nor_uploaded() {
    let objects = [json!({}), json!({ "size": 1, "slice": function() })];
    for value in plain_values().into_iter().chain(objects) {
        let put = Task::put_file(&json!("uploads/x"), &value, ROOT);
        assert_refused(put, "invalid_argument", "file");
        let upload = Task::upload(&value, &options(json!({})));
        assert_refused(upload, "invalid_argument", "file");
    }
}

// --- upload ----------------------------------------------------------------------------------------

#[test]
fn an_upload_is_classified_where_the_options_say_so() {
    for (given, classify) in [(json!({}), false), (json!({ "classify": true }), true)] {
        let request = UploadRequest {
            file: picked(),
            classify,
            is_copied: true,
        };
        assert_eq!(
            Task::upload(&file(), &options(given)).unwrap(),
            Task::Upload(request)
        );
    }
}

#[test]
fn a_file_of_up_to_snapshot_bytes_is_copied() {
    let is_copied = |size: f64, given: Json| {
        let mut file = file();
        file["size"] = json!(size);
        let task = Task::upload(&file, &options(given)).unwrap();
        matches!(task, Task::Upload(request) if request.is_copied)
    };
    let megabytes = 1024.0 * 1024.0;
    assert!(is_copied(32.0 * megabytes, json!({})));
    assert!(!is_copied(32.0 * megabytes + 1.0, json!({})));
    assert!(is_copied(1000.0, json!({ "snapshotBytes": 1000 })));
    assert!(!is_copied(1001.0, json!({ "snapshotBytes": 1000 })));
}

// --- classify --------------------------------------------------------------------------------------

#[test]
fn a_picture_to_classify_is_named_by_its_id_or_its_ticket() {
    let task = Task::Classify(UploadId::parse("upl_1").unwrap());
    for upload in [json!("upl_1"), json!({ "upload_id": "upl_1", "later": 1 })] {
        assert_eq!(Task::classify(&upload).unwrap(), task);
    }
}

#[test]
fn an_upload_that_is_no_id_or_ticket_is_named() {
    let texts = [json!(""), json!("upl 1"), json!("upl\n")];
    let values = plain_values().into_iter().filter(|it| !it.is_string());
    for value in values.chain(texts) {
        assert_refused(Task::classify(&value), "invalid_argument", "upload");
    }
    for upload_id in [undefined(), json!(7), json!(""), throws()] {
        let ticket = json!({ "upload_id": upload_id });
        let param = "upload.upload_id";
        assert_refused(Task::classify(&ticket), "invalid_argument", param);
    }
}

// --- createCharacter -------------------------------------------------------------------------------

fn create_with(request: &Json, given: Json) -> Reading<CreateRequest, Json> {
    let task = Task::create_character(request, &options(given), || "a random key".to_owned())?;
    match task {
        Task::CreateCharacter(request) => Ok(request),
        task => panic!("{task:?}"),
    }
}

fn create(request: &Json) -> Reading<CreateRequest, Json> {
    create_with(request, json!({}))
}

/// The fields of a create from one upload, and these.
fn from_upload(more: Json) -> Json {
    let mut request = json!({ "name": "Aurora", "upload_ids": ["upl_1"] });
    let fields = more.as_object().unwrap().clone();
    request.as_object_mut().unwrap().extend(fields);
    request
}

#[test]
fn a_character_is_made_from_uploads_or_from_attributes() {
    let ids = ["upl_1", "upl_2", "upl_3", "upl_4", "upl_5", "upl_6"];
    let from_uploads = json!({
        "name": "Aurora",
        "upload_ids": ids,
        "attributes": { "age": 28, "hair_color": "black", "later": [1] },
        "generate": false,
        "later": { "x": 1 },
    });
    let request = create(&from_uploads).unwrap();
    assert_eq!(request.flow, CreateFlow::Upload);
    assert_eq!(
        request.upload_ids,
        ids.map(|it| UploadId::parse(it).unwrap())
    );
    assert_eq!(
        request.json,
        from_uploads.to_string(),
        "fields that the SDK does not know pass through"
    );

    let from_attributes = json!({ "name": "Aurora", "generate": true, "attributes": {} });
    let request = create(&from_attributes).unwrap();
    assert_eq!(request.flow, CreateFlow::Synthesize);
    assert_eq!(request.upload_ids, []);
}

#[test]
fn a_create_has_the_key_of_its_options_or_a_random_one() {
    let request = from_upload(json!({}));
    assert_eq!(create(&request).unwrap().idempotency_key, "a random key");
    let given = json!({ "idempotencyKey": "a key" });
    let request = create_with(&request, given).unwrap();
    assert_eq!(request.idempotency_key, "a key");
}

#[test]
fn a_request_that_makes_no_character_is_named_by_its_field() {
    for value in plain_values() {
        assert_refused(create(&value), "invalid_argument", "request");
    }
    let seven = vec!["upl_1"; 7];
    for (fields, code, param) in [
        (json!({ "name": undefined() }), "invalid_argument", "name"),
        (json!({ "name": 7 }), "invalid_argument", "name"),
        (json!({ "name": throws() }), "invalid_argument", "name"),
        (json!({ "name": "" }), "value_out_of_range", "name"),
        (
            json!({ "upload_ids": "upl_1" }),
            "invalid_argument",
            "upload_ids",
        ),
        (
            json!({ "upload_ids": {} }),
            "invalid_argument",
            "upload_ids",
        ),
        (
            json!({ "upload_ids": [] }),
            "value_out_of_range",
            "upload_ids",
        ),
        (
            json!({ "upload_ids": seven }),
            "value_out_of_range",
            "upload_ids",
        ),
        (
            json!({ "upload_ids": ["upl_1", 7] }),
            "invalid_argument",
            "upload_ids[1]",
        ),
        (
            json!({ "upload_ids": ["upl_1", ""] }),
            "invalid_argument",
            "upload_ids[1]",
        ),
        (
            json!({ "upload_ids": [undefined(), "upl_1"] }),
            "invalid_argument",
            "upload_ids[0]",
        ),
        (
            json!({ "upload_ids": ["upl_1", throws()] }),
            "invalid_argument",
            "upload_ids[1]",
        ),
        (json!({ "attributes": 7 }), "invalid_argument", "attributes"),
        (
            json!({ "attributes": [] }),
            "invalid_argument",
            "attributes",
        ),
        (
            json!({ "attributes": { "age": "28" } }),
            "invalid_argument",
            "attributes.age",
        ),
        (
            json!({ "attributes": { "hair_color": 7 } }),
            "invalid_argument",
            "attributes.hair_color",
        ),
        (
            json!({ "attributes": { "age": throws() } }),
            "invalid_argument",
            "attributes.age",
        ),
        (json!({ "generate": "yes" }), "invalid_argument", "generate"),
        (
            json!({ "later": { "x": throws() } }),
            "invalid_argument",
            "later.x",
        ),
    ] {
        assert_refused(create(&from_upload(fields)), code, param);
    }
}

#[test]
fn the_number_of_uploads_at_fault_is_named() {
    for (upload_ids, end) in [
        (
            json!([]),
            "`upload_ids` must be an array of 1 to 6 ids; there are none.",
        ),
        (
            json!(vec!["upl_1"; 7]),
            "`upload_ids` must be an array of 1 to 6 ids; there are more.",
        ),
        (
            json!({}),
            "`upload_ids` must be an array of 1 to 6 ids; it is an object.",
        ),
    ] {
        let request = from_upload(json!({ "upload_ids": upload_ids }));
        assert_eq!(create(&request).unwrap_err().failure.message, end);
    }
}

#[test]
fn a_request_names_one_way_to_make_a_character() {
    for request in [
        json!({ "name": "A" }),
        json!({ "name": "A", "attributes": {} }),
        json!({ "name": "A", "generate": true }),
        json!({ "name": "A", "generate": true, "attributes": null }),
        from_upload(json!({ "generate": true, "attributes": {} })),
    ] {
        let code = "parameter_invalid_combination";
        assert_refused(create(&request), code, "upload_ids");
    }
}

#[test]
fn a_call_fails_in_the_step_that_it_begins_with() {
    let upload = json!("upl_1");
    let request = from_upload(json!({}));
    let options = options(json!({}));
    for (task, step) in [
        (Task::init_upload(&file()), Step::Init),
        (Task::put_file(&json!("x"), &file(), ROOT), Step::Put),
        (Task::upload(&file(), &options), Step::Init),
        (Task::classify(&upload), Step::Classify),
        (
            Task::create_character(&request, &options, String::new),
            Step::Create,
        ),
    ] {
        assert_eq!(task.unwrap().first_step(), step);
    }
}
