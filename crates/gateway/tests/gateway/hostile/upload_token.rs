//! Upload URLs: everyone who holds one may PUT to its upload until it expires. For every URL that does
//! not open, the response is the same.

use aurous_emulator::Operation;

use crate::harness::request::Request;
use crate::harness::stage::{JPEG, Stage};
use crate::harness::visitor::{
    FOREIGN_SECRET, SEALING_SECRETS, SESSION_SECRETS, now, sealing, upload_token,
};

/// A URL of the emulator's upload host, which it never signed.
fn url(stage: &Stage) -> String {
    format!("{}/upload/x/y.jpg", stage.emulator().upload_url())
}

fn sealed_by(stage: &Stage, secret: &str, api: &str) -> Request {
    let token = upload_token(&sealing(&[secret], api), &url(stage), now() + 600);
    stage.put(&token, JPEG)
}

fn with_changed_token(stage: &Stage, change: impl Fn(&str) -> String) -> Request {
    let token = stage.ticket().token;
    stage.put(&change(&token), JPEG)
}

refused! {
    an_upload_url_that_has_expired => 404 "gateway_upload_url_expired": |stage| {
        stage.put(&upload_token(&stage.sealing(), &url(stage), now() - 1), JPEG)
    };
    an_upload_url_that_expires_this_second => 404 "gateway_upload_url_expired": |stage| {
        stage.put(&upload_token(&stage.sealing(), &url(stage), now()), JPEG)
    };
    an_upload_url_of_another_deployment => 404 "gateway_upload_url_expired":
        |stage| sealed_by(stage, FOREIGN_SECRET, stage.api_url());
    an_upload_url_of_another_api => 404 "gateway_upload_url_expired":
        |stage| sealed_by(stage, SEALING_SECRETS[0], "https://api.sandbox.example");
    an_upload_url_sealed_with_a_session_secret => 404 "gateway_upload_url_expired":
        |stage| sealed_by(stage, SESSION_SECRETS[0], stage.api_url());
    a_forged_upload_url => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| "A".repeat(token.len()));
    a_reversed_upload_url => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| token.chars().rev().collect());
    an_upload_url_without_its_last_character => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| token[..token.len() - 1].to_owned());
    an_upload_url_cut_to_ten_characters => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| token[..10].to_owned());
    an_upload_url_without_its_beginning => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| token[4..].to_owned());
    an_upload_url_with_something_after_it => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| format!("{token}AAAA"));
    an_upload_url_with_padding => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| format!("{token}%3D"));
    an_upload_url_repeated => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| format!("{token}{token}"));
    an_upload_url_of_seven_kilobytes => 404 "gateway_upload_url_expired":
        |stage| stage.put(&"A".repeat(7 * 1024), JPEG);
    an_upload_url_with_a_nul => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| format!("{token}%00"));
    an_upload_url_that_climbs => 404 "gateway_upload_url_expired":
        |stage| stage.put("..%2f..%2fv1%2fcharacters", JPEG);
    an_upload_url_that_is_no_text => 404 "gateway_upload_url_expired":
        |stage| stage.put("%ff%fe", JPEG);
    a_plain_url_as_a_token => 404 "gateway_upload_url_expired":
        |stage| stage.put("http%3A%2F%2F127.0.0.1%2Fupload", JPEG);
    an_upload_id_instead_of_an_upload_url => 404 "gateway_upload_url_expired":
        |stage| stage.put(&stage.ticket().upload_id, JPEG);
    no_upload_url => 404 "gateway_route_not_found": |stage| stage.put("", JPEG);
    more_path_after_the_upload_url => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| format!("{token}/x"));
    an_upload_url_with_a_slash_after_it => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| format!("{token}/"));
    an_upload_url_split_elsewhere => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| format!("{}/{}", &token[..10], &token[10..]));
    an_upload_url_without_its_last_segment => 404 "gateway_upload_url_expired":
        |stage| with_changed_token(stage, |token| token.rsplit_once('/').unwrap().0.to_owned());
    a_get_of_an_upload_url => 405 "gateway_method_not_allowed": |stage| {
        let put = with_changed_token(stage, str::to_owned);
        stage.bare("GET", "").to(&put.target)
    };
    a_post_to_an_upload_url => 405 "gateway_method_not_allowed": |stage| {
        let mut put = with_changed_token(stage, str::to_owned);
        put.method = "POST".to_owned();
        put
    };
}

#[test]
fn an_upload_url_with_any_changed_character_gets_the_same_refusal() {
    let stage = Stage::new();
    let token = stage.ticket().token;
    stage.forget_upstream();
    let refusal_of = |token: &str| {
        let answer = stage.send(&stage.put(token, JPEG));
        answer.assert_refusal(404, "gateway_upload_url_expired");
        let mut body = answer.json();
        body["error"]["request_id"] = "".into();
        let length = answer.header("content-length").to_owned();
        (body, length)
    };
    let expired = upload_token(&stage.sealing(), &url(&stage), now() - 1);
    let expected = refusal_of(&expired);
    for place in 0..token.len() {
        let mut flipped = token.clone().into_bytes();
        flipped[place] = if flipped[place] == b'A' { b'B' } else { b'A' };
        let flipped = String::from_utf8(flipped).unwrap();
        assert_eq!(refusal_of(&flipped), expected, "at {place}");
    }
    stage.assert_upstream(&[]);
    stage.finish();
}

#[test]
fn an_upload_url_opens_repeatedly_without_a_session_and_leads_to_its_own_upload() {
    let stage = Stage::new();
    let token = stage.ticket().token;
    let put = stage.put(&token, JPEG);
    let with_query = put
        .clone()
        .to(&format!("{}?signature=mine&x=1", put.target));
    for put in [put, with_query] {
        stage.send(&put).assert_status(200);
    }
    stage.assert_upstream(&[Operation::Init, Operation::Put, Operation::Put]);
    let [_, first, second] = stage.upstream().try_into().unwrap();
    assert_eq!((first.path, first.query), (second.path, second.query));
    stage.finish();
}

#[test]
fn no_segment_of_an_upload_url_is_longer_than_255_characters_and_one_long_one_opens_too() {
    let stage = Stage::new();
    let ticket = stage.ticket();
    let segments: Vec<_> = ticket.token.split('/').map(str::len).collect();
    assert!(segments.len() > 1, "{segments:?}");
    assert!(segments.iter().all(|it| *it <= 255), "{segments:?}");
    // As older gateways made it, and as a proxy may write it.
    for token in [
        ticket.token.clone(),
        ticket.token.replace('/', ""),
        ticket.token.replace('/', "%2F"),
    ] {
        let answer = stage.send(&stage.put(&token, JPEG));
        stage.assert_logged(answer.assert_status(200), "");
        let line = stage.program().logged(answer.header("aurous-request-id"));
        assert_eq!(line["route"], "/aurous/uploads/{*token}");
    }
    stage.finish();
}

#[test]
fn an_older_secret_still_opens_its_tokens() {
    let stage = Stage::new();
    let url = url(&stage);
    let old = sealing(&SEALING_SECRETS[1..], stage.api_url());
    let put = stage.put(&upload_token(&old, &url, now() + 600), JPEG);
    // The gateway opened the token: the refusal is the upload host's, which never signed this URL.
    let answer = stage.send(&put);
    stage.assert_refused(&answer, 403, "gateway_upload_url_refused");
    stage.assert_upstream(&[Operation::Put]);
    stage.finish();
}
