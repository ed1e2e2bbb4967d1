//! Ids and targets that lead elsewhere. A client cannot name a target.

use aurous_emulator::Operation;
use serde_json::json;

use crate::harness::request::Request;
use crate::harness::stage::{CHARACTERS, HOST, INIT, Stage};
use crate::harness::visitor::session_with;

/// Asks for a character by an id that goes into the path unchanged.
fn id(stage: &Stage, id: &str) -> Request {
    stage.get(id)
}

fn target(stage: &Stage, method: &str, target: &str) -> Request {
    let request = stage.request(method, "").to(target);
    match method {
        "GET" | "HEAD" => request,
        _ => request.header("Content-Length", "0"),
    }
}

refused! {
    an_id_that_climbs => 404 "gateway_id_not_found":
        |stage| id(stage, "..%2f..%2fadmin%3fx=1");
    an_id_that_climbs_to_save => 404 "gateway_id_not_found":
        |stage| stage.save("..%2f..%2fadmin%3fx=1");
    an_id_that_climbs_in_two_encodings => 404 "gateway_id_not_found":
        |stage| id(stage, "%252e%252e%252fadmin");
    an_id_with_a_backslash => 404 "gateway_id_not_found": |stage| id(stage, "..%5cadmin");
    an_id_with_a_nul => 404 "gateway_id_not_found": |stage| id(stage, "char_1%00");
    an_id_with_a_query => 404 "gateway_id_not_found": |stage| id(stage, "char_1%3fx=1");
    an_id_before_a_query => 404 "gateway_id_not_found": |stage| id(stage, "char_1?limit=1");
    an_id_with_a_fragment => 404 "gateway_id_not_found": |stage| id(stage, "char_1%23x");
    an_id_with_a_line_break => 404 "gateway_id_not_found":
        |stage| id(stage, "char_1%0d%0aX-Api-Key:%20x");
    an_id_with_a_space => 404 "gateway_id_not_found": |stage| id(stage, "char_1%20x");
    an_id_of_129_characters => 404 "gateway_id_not_found":
        |stage| id(stage, &"a".repeat(129));
    an_id_of_ten_thousand_characters => 404 "gateway_id_not_found":
        |stage| id(stage, &"a".repeat(10_000));
    an_id_of_another_script => 404 "gateway_id_not_found": |stage| id(stage, "%C3%A9");
    an_id_that_is_no_text => 404 "gateway_id_not_found": |stage| id(stage, "%ff");
    an_id_with_half_an_escape => 404 "gateway_id_not_found": |stage| id(stage, "char_1%2");
    an_id_that_is_a_template => 404 "gateway_id_not_found": |stage| id(stage, "%7Bid%7D");
    an_id_that_a_session_names_and_that_is_a_path => 401 "gateway_session_invalid": |stage| {
        let token = session_with("characters", json!(["..%2fadmin"]));
        id(stage, "..%252fadmin").with("Authorization", &stage.bearing(&token))
    };
    an_upload_id_that_climbs => 404 "gateway_id_not_found":
        |stage| stage.classify("../../admin?x=1");
    an_upload_id_with_a_nul => 404 "gateway_id_not_found": |stage| stage.classify("upl_1\0");
    an_empty_upload_id => 404 "gateway_id_not_found": |stage| stage.classify("");
    an_upload_id_of_129_characters => 404 "gateway_id_not_found":
        |stage| stage.create("a-key-of-more-than-16", &[&"a".repeat(129)]);

    a_target_that_looks_like_a_host => 404 "gateway_route_not_found":
        |stage| target(stage, "GET", "//evil.example/v1/characters/x");
    a_target_outside_the_mount => 404 "gateway_route_not_found":
        |stage| target(stage, "POST", INIT);
    a_target_that_climbs_out_of_the_mount => 404 "gateway_route_not_found":
        |stage| target(stage, "GET", "/aurous/../admin");
    a_mount_that_begins_alike => 404 "gateway_route_not_found":
        |stage| target(stage, "POST", &format!("/aurousx{INIT}"));
    a_mount_in_capitals => 404 "gateway_route_not_found":
        |stage| target(stage, "POST", &format!("/AUROUS{INIT}"));
    the_mount_itself => 404 "gateway_route_not_found": |stage| target(stage, "GET", "/aurous");
    the_root => 404 "gateway_route_not_found": |stage| target(stage, "GET", "/");
    another_part_of_the_api => 404 "gateway_route_not_found":
        |stage| target(stage, "GET", "/aurous/v1/images");
    another_version_of_the_api => 404 "gateway_route_not_found":
        |stage| target(stage, "POST", "/aurous/v2/characters");
    a_reference_image => 404 "gateway_route_not_found":
        |stage| target(stage, "GET", "/aurous/storage/char_1/0/front.bin");
    a_route_with_a_slash_after_it => 404 "gateway_route_not_found":
        |stage| target(stage, "POST", &format!("/aurous{INIT}/"));
    a_route_in_another_encoding => 404 "gateway_route_not_found":
        |stage| target(stage, "POST", "/aurous/v1/characters%2fuploads%2finit");
    health_on_the_public_address => 404 "gateway_route_not_found":
        |stage| target(stage, "GET", "/healthz");
    metrics_on_the_public_address => 404 "gateway_route_not_found":
        |stage| target(stage, "GET", "/metrics");
    metrics_below_the_mount => 404 "gateway_route_not_found":
        |stage| target(stage, "GET", "/aurous/metrics");
    no_route_without_a_session => 404 "gateway_route_not_found":
        |stage| target(stage, "GET", "/aurous/v1").without("Authorization");
    a_get_of_init => 405 "gateway_method_not_allowed":
        |stage| target(stage, "GET", &format!("/aurous{INIT}"));
    a_delete_of_init => 405 "gateway_method_not_allowed":
        |stage| target(stage, "DELETE", &format!("/aurous{INIT}"));
    a_trace => 405 "gateway_method_not_allowed":
        |stage| target(stage, "TRACE", &format!("/aurous{INIT}"));
    an_unknown_method => 405 "gateway_method_not_allowed":
        |stage| target(stage, "PROPFIND", &format!("/aurous{CHARACTERS}"));
    a_method_that_is_overridden => 405 "gateway_method_not_allowed": |stage| {
        let request = target(stage, "POST", &format!("/aurous{CHARACTERS}/char_1"));
        request.header("X-HTTP-Method-Override", "DELETE")
    };
    options_that_are_no_preflight => 405 "gateway_method_not_allowed":
        |stage| target(stage, "OPTIONS", &format!("/aurous{INIT}"));
}

// A web `Request` has a URL, and cannot have these: what a handler makes of them, the next test says.
of_the_program! {
    refused! {
        an_id_of_dots => 404 "gateway_id_not_found": |stage| id(stage, "%2e%2e");
        an_id_of_plain_dots => 404 "gateway_id_not_found": |stage| id(stage, "..");
        a_target_with_a_host => 400 "gateway_bad_request":
            |stage| target(stage, "GET", "http://evil.example/aurous/v1/characters/x");
        a_target_with_our_own_host => 400 "gateway_bad_request":
            |stage| target(stage, "POST", &format!("http://{HOST}/aurous{INIT}"));
        a_target_with_our_own_host_and_another_in_the_header => 400 "gateway_bad_request": |stage| {
            target(stage, "POST", &format!("http://{HOST}/aurous{INIT}")).with("Host", "evil.example")
        };
        a_target_over_https => 400 "gateway_bad_request":
            |stage| target(stage, "GET", "https://127.0.0.1/aurous/v1/characters/x");
        a_tunnel => 400 "gateway_bad_request":
            |stage| target(stage, "CONNECT", "evil.example:443").without("Content-Length");
        a_tunnel_to_the_upload_host => 400 "gateway_bad_request": |stage| {
            let host = stage.emulator().upload_url().strip_prefix("http://").unwrap();
            target(stage, "CONNECT", host).without("Content-Length")
        };
        a_target_that_is_a_star => 404 "gateway_route_not_found":
            |stage| target(stage, "OPTIONS", "*");
    }
}

/// The server of a handler refuses these before the handler gets them, or gives it another URL.
#[test]
fn a_target_or_a_host_that_no_url_has_leads_nowhere() {
    let stage = Stage::new();
    let at = |host: &str| stage.init().with("Host", host);
    let upload_host = stage.emulator().upload_url();
    let upload_host = upload_host.strip_prefix("http://").unwrap();
    for request in [
        id(&stage, "%2e%2e"),
        id(&stage, ".."),
        target(&stage, "GET", "http://evil.example/aurous/v1/characters/x"),
        target(
            &stage,
            "POST",
            "http://evil.example/aurous/v1/characters/uploads/init",
        ),
        target(&stage, "POST", &format!("http://{HOST}/aurous{INIT}")).with("Host", "evil.example"),
        target(&stage, "GET", "https://127.0.0.1/aurous/v1/characters/x"),
        target(&stage, "CONNECT", "evil.example:443").without("Content-Length"),
        target(&stage, "CONNECT", upload_host).without("Content-Length"),
        target(&stage, "OPTIONS", "*"),
        at("app.example, evil.example"),
        at("app.example@evil.example"),
        at("evil.example").header("Host", HOST),
        at(HOST).header("Host", "evil.example"),
        at(""),
        at("").without("Host"),
    ] {
        let mut connection = stage.connect();
        let _ = connection.send(&request.bytes());
        if let Ok(status) = connection.next_status() {
            assert!(status >= 400, "{request:?} {status}");
        }
        stage.assert_upstream(&[]);
    }
    stage.finish();
}

#[test]
fn a_head_is_answered_without_a_body() {
    let stage = Stage::new();
    let head = target(&stage, "HEAD", "/aurous/v1/characters/char_1");
    let mut connection = stage.connect();
    connection.send(&head.bytes()).unwrap();
    let answer = connection.answer_to(&head);
    assert_eq!(answer.status, 404);
    assert!(connection.is_closed());
    stage.assert_upstream(&[]);
    stage.finish();
}

#[test]
fn the_query_of_a_get_does_not_go_upstream() {
    let stage = Stage::new();
    let id = stage.character();
    stage.forget_upstream();
    let asked = format!("{id}?x=1&expand=keys");
    stage.send(&stage.get(&asked)).assert_status(200);
    stage.assert_upstream(&[Operation::Get]);
    assert_eq!(stage.upstream()[0].query, None);
    stage.finish();
}

#[test]
fn a_list_sends_checked_parameters_alone() {
    let stage = Stage::with_flags(&["--enable", "list"]);
    let id = stage.character();
    stage.forget_upstream();
    let list = |query: &str| stage.request("GET", &format!("{CHARACTERS}{query}"));
    for query in [
        "?limit=0",
        "?limit=101",
        "?limit=-1",
        "?limit=1&limit=2",
        "?limit=",
        "?limit=1&x=1",
        "?limit%5B%5D=1",
    ] {
        let answer = stage.send(&list(query));
        stage.assert_refused(&answer, 400, "gateway_invalid_field");
    }
    stage.assert_upstream(&[]);
    let answer = stage.send(&list("?%6cimit=%31"));
    assert_eq!(answer.assert_status(200).text("/data/0/id"), id);
    assert_eq!(stage.upstream()[0].query.as_deref(), Some("limit=1"));
    stage.finish();
}
