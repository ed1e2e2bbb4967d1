//! Ids of other visitors: for a session, only the things exist that it made.

use aurous_emulator::Operation;
use aurous_gateway::seal::{SealingKeys, VendorId};
use aurous_gateway::session::Subject;
use serde_json::json;

use crate::harness::request::Request;
use crate::harness::stage::{CHARACTERS, JPEG, Stage};
use crate::harness::visitor::{FOREIGN_SECRET, SEALING_SECRETS, alice, now, sealing, session_with};

const KEY: &str = "a-key-of-more-than-16";
const EVERYTHING: &str = "list,update,delete,regenerate,resynthesize,generate";

/// Returns the API's own id inside a signed one.
fn vendor_id(signed: &str) -> VendorId {
    VendorId::parse(signed.split_once('.').unwrap().0).unwrap()
}

fn upload_signed_by(stage: &Stage, keys: &SealingKeys, subject: &Subject, expiry: u64) -> Request {
    let id = vendor_id(&stage.uploaded());
    stage.classify(&keys.sign_upload_id(&id, subject, expiry))
}

fn sent_by_bob(stage: &Stage, request: Request) -> Request {
    request.with("Authorization", &stage.bearer("bob"))
}

fn about_bobs_character(stage: &Stage, method: &str, action: &str) -> Request {
    let path = format!("{CHARACTERS}/{}{action}", stage.character_by("bob"));
    stage.request(method, &path)
}

refused! {
    anothers_upload_in_classify => 404 "gateway_id_not_found":
        |stage| stage.classify(&stage.uploaded_by("bob"));
    anothers_upload_in_create => 404 "gateway_id_not_found":
        |stage| stage.create(KEY, &[&stage.uploaded_by("bob")]);
    anothers_upload_among_good_ones => 404 "gateway_id_not_found": |stage| {
        let (own, bobs) = (stage.uploaded(), stage.uploaded_by("bob"));
        stage.create(KEY, &[&own, &bobs])
    };
    anothers_upload_where_no_session_is_needed ["--allow-anonymous"] => 404 "gateway_id_not_found":
        |stage| stage.classify(&stage.uploaded_by("bob")).without("Authorization");
    an_anonymous_upload_in_a_session_named_anonymous ["--allow-anonymous"] => 404 "gateway_id_not_found": |stage| {
        let ticket = stage.ticket_by(&stage.init().without("Authorization"));
        let bearer = stage.bearer("Anonymous");
        stage.classify(&ticket.upload_id).with("Authorization", &bearer)
    };
    the_apis_own_id_of_an_upload => 404 "gateway_id_not_found":
        |stage| stage.classify(vendor_id(&stage.uploaded()).as_str());
    the_apis_own_id_in_create => 404 "gateway_id_not_found":
        |stage| stage.create(KEY, &[vendor_id(&stage.uploaded()).as_str()]);
    an_upload_with_a_made_up_signature => 404 "gateway_id_not_found": |stage| {
        let id = vendor_id(&stage.uploaded());
        stage.classify(&format!("{id}.{}", "A".repeat(27)))
    };
    an_upload_with_an_empty_signature => 404 "gateway_id_not_found":
        |stage| stage.classify(&format!("{}.", vendor_id(&stage.uploaded())));
    an_upload_with_half_a_signature => 404 "gateway_id_not_found": |stage| {
        let signed = stage.uploaded();
        stage.classify(&signed[..signed.len() - 8])
    };
    an_upload_with_the_signature_of_another => 404 "gateway_id_not_found": |stage| {
        let (first, second) = (stage.uploaded(), stage.uploaded());
        let (_, signature) = first.split_once('.').unwrap();
        stage.classify(&format!("{}.{signature}", vendor_id(&second)))
    };
    an_upload_id_that_has_expired => 404 "gateway_id_not_found":
        |stage| upload_signed_by(stage, &stage.sealing(), &alice(), now() - 1);
    an_upload_of_another_deployment => 404 "gateway_id_not_found": |stage| {
        let foreign = sealing(&[FOREIGN_SECRET], stage.api_url());
        upload_signed_by(stage, &foreign, &alice(), now() + 600)
    };
    an_upload_of_another_api => 404 "gateway_id_not_found": |stage| {
        let foreign = sealing(&SEALING_SECRETS, "https://api.sandbox.example");
        upload_signed_by(stage, &foreign, &alice(), now() + 600)
    };
    a_character_as_an_upload => 404 "gateway_id_not_found":
        |stage| stage.classify(&stage.character());
    an_upload_with_the_signature_of_a_character => 404 "gateway_id_not_found": |stage| {
        let id = vendor_id(&stage.uploaded());
        stage.classify(&stage.sealing().sign_character_id(&id, &alice()))
    };
    an_upload_as_a_character => 404 "gateway_id_not_found":
        |stage| stage.get(&stage.uploaded());
    anothers_character => 404 "gateway_id_not_found":
        |stage| stage.get(&stage.character_by("bob"));
    anothers_character_saved => 404 "gateway_id_not_found":
        |stage| stage.save(&stage.character_by("bob"));
    a_character_where_no_session_is_needed ["--allow-anonymous"] => 404 "gateway_id_not_found":
        |stage| stage.get(&stage.character()).without("Authorization");
    the_apis_own_id_of_a_character => 404 "gateway_id_not_found":
        |stage| stage.get(vendor_id(&stage.character()).as_str());
    the_apis_own_id_of_a_character_saved => 404 "gateway_id_not_found":
        |stage| stage.save(vendor_id(&stage.character()).as_str());
    a_character_that_the_session_does_not_name => 404 "gateway_id_not_found": |stage| {
        let id = vendor_id(&stage.character_by("bob"));
        let token = session_with("characters", json!(["char_another"]));
        stage.get(id.as_str()).with("Authorization", &stage.bearing(&token))
    };
    anothers_character_renamed ["--enable", EVERYTHING] => 404 "gateway_id_not_found":
        |stage| about_bobs_character(stage, "PATCH", "").json(&json!({ "name": "Mine" }));
    anothers_character_deleted ["--enable", EVERYTHING] => 404 "gateway_id_not_found":
        |stage| about_bobs_character(stage, "DELETE", "");
    anothers_pose_regenerated ["--enable", EVERYTHING] => 404 "gateway_id_not_found":
        |stage| about_bobs_character(stage, "POST", "/refs/regenerate").json(&json!({ "pose": "front" }));
    anothers_character_resynthesized ["--enable", EVERYTHING] => 404 "gateway_id_not_found":
        |stage| about_bobs_character(stage, "POST", "/resynthesize").json(&json!({}));
    a_list_from_anothers_character_on ["--enable", EVERYTHING] => 404 "gateway_id_not_found": |stage| {
        let path = format!("{CHARACTERS}?starting_after={}", stage.character_by("bob"));
        stage.request("GET", &path)
    };
}

#[test]
fn an_id_with_any_changed_character_is_refused() {
    let stage = Stage::with_flags(&["--team-limit", "characters_get=1000/1000"]);
    let (upload, character) = (stage.uploaded(), stage.character());
    stage.forget_upstream();
    let flip = |id: &str, place: usize| {
        let mut flipped = id.to_owned().into_bytes();
        flipped[place] = if flipped[place] == b'A' { b'B' } else { b'A' };
        String::from_utf8(flipped).unwrap()
    };
    for place in 0..upload.len() {
        let answer = stage.send(&stage.classify(&flip(&upload, place)));
        answer.assert_refusal(404, "gateway_id_not_found");
    }
    for place in 0..character.len() {
        let answer = stage.send(&stage.get(&flip(&character, place)));
        answer.assert_refusal(404, "gateway_id_not_found");
    }
    stage.assert_upstream(&[]);
    stage.finish();
}

#[test]
fn a_session_uses_what_it_made_and_its_ids_go_upstream_unsigned() {
    let stage = Stage::new();
    let upload = stage.uploaded();
    let classified = stage.send(&stage.classify(&upload));
    assert_eq!(classified.assert_status(200).text("/upload_id"), upload);
    let made = stage.send(&stage.create(KEY, &[&upload]));
    let character = made.assert_status(201).text("/id");
    for request in [stage.get(&character), stage.save(&character)] {
        let answer = stage.send(&request);
        assert_eq!(answer.assert_status(200).text("/id"), character);
        let answer = stage.send(&sent_by_bob(&stage, request));
        stage.assert_refused(&answer, 404, "gateway_id_not_found");
    }
    let steps = [
        Operation::Init,
        Operation::Put,
        Operation::Classify,
        Operation::Create,
        Operation::Get,
        Operation::Save,
    ];
    stage.assert_upstream(&steps);
    let plain = vendor_id(&character);
    for request in stage.upstream().iter().skip(4) {
        let id = request.path.split('/').nth(3);
        assert_eq!(id, Some(plain.as_str()), "{}", request.path);
    }
    stage.finish();
}

#[test]
fn a_session_may_use_the_characters_that_it_names() {
    let stage = Stage::new();
    let id = vendor_id(&stage.character_by("bob"));
    let token = session_with("characters", json!([id.as_str()]));
    let request = stage.get(id.as_str());
    let named = request.with("Authorization", &stage.bearing(&token));
    let answer = stage.send(&named);
    assert_eq!(answer.assert_status(200).text("/id"), id.as_str());
    stage.finish();
}

#[test]
fn visitors_without_a_session_share_their_uploads() {
    let stage = Stage::with_flags(&["--allow-anonymous"]);
    let ticket = stage.ticket_by(&stage.init().without("Authorization"));
    stage
        .send(&stage.put(&ticket.token, JPEG))
        .assert_status(200);
    let classify = stage.classify(&ticket.upload_id).without("Authorization");
    stage.send(&classify).assert_status(200);
    stage.finish();
}
