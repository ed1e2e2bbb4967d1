//! Headers that a browser must not set, and framing that two parties read differently.

use aurous_emulator::Operation;

use crate::harness::connection::Connection;
use crate::harness::request::Request;
use crate::harness::stage::{HOST, INIT, JPEG, Stage, headers_of_the_gateway};

/// Headers that must not go upstream.
const SMUGGLED: [(&str, &str); 24] = [
    ("X-Api-Key", "al_live_of-somebody-else"),
    ("Cookie", "session=stolen; __Host-a=b"),
    ("X-Forwarded-For", "203.0.113.9"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Proto", "https"),
    ("X-Real-Ip", "203.0.113.9"),
    ("Forwarded", "for=203.0.113.9;host=evil.example"),
    ("Via", "1.1 evil.example"),
    ("True-Client-Ip", "203.0.113.9"),
    ("X-Original-Url", "/admin"),
    ("X-Rewrite-Url", "/admin"),
    ("X-Http-Method-Override", "DELETE"),
    ("Proxy-Authorization", "Basic eDp5"),
    ("Proxy-Connection", "keep-alive"),
    ("Keep-Alive", "timeout=999"),
    ("Te", "trailers"),
    ("Trailer", "X-Api-Key"),
    ("Upgrade", "websocket"),
    ("Referer", "https://app.example/secret"),
    ("User-Agent", "a browser"),
    ("Accept-Encoding", "gzip, br"),
    ("Range", "bytes=0-1"),
    ("X-Amz-Acl", "public-read"),
    (
        "Traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ),
];

fn smuggling(request: Request) -> Request {
    let request = request.with("Connection", "close, x-api-key, content-type, x-hop");
    let request = request.header("X-Hop", "by hop");
    SMUGGLED.iter().fold(request, |request, (name, value)| {
        request.header(name, value)
    })
}

/// Returns the names of the headers that went upstream.
fn names(stage: &Stage, nth: usize) -> Vec<String> {
    let request = &stage.upstream()[nth];
    let headers = headers_of_the_gateway(request);
    let mut names: Vec<_> = headers.map(|(name, _)| name.clone()).collect();
    names.sort();
    names
}

#[test]
fn the_api_sees_the_gateways_headers_and_none_of_the_browsers() {
    let stage = Stage::new();
    let request = smuggling(stage.init()).header("Idempotency-Key", "not-for-this-call-at-all");
    stage.send(&request).assert_status(201);
    let expected = [
        "accept",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-api-key",
    ];
    assert_eq!(names(&stage, 0), expected);
    let seen = stage.upstream().remove(0);
    assert_eq!(seen.header("x-api-key"), Some(stage.emulator().api_key()));
    assert_eq!(
        seen.header("host"),
        stage.emulator().api_url().strip_prefix("http://")
    );
    assert!(
        seen.header("user-agent")
            .unwrap()
            .starts_with("aurous-gateway/")
    );
    stage.finish();
}

#[test]
fn the_upload_host_sees_content_type_length_and_host_alone() {
    let stage = Stage::new();
    let token = stage.ticket().token;
    let put = smuggling(stage.put(&token, JPEG));
    let put = put.header("Authorization", &stage.bearer("alice"));
    stage.send(&put).assert_status(200);
    assert_eq!(names(&stage, 1), ["content-length", "content-type", "host"]);
    let seen = stage.upstream().remove(1);
    assert_eq!(
        seen.header("content-length"),
        Some(JPEG.len().to_string().as_str())
    );
    assert_eq!(
        seen.header("host"),
        stage.emulator().upload_url().strip_prefix("http://")
    );
    assert_eq!(seen.body_sha256, Some(crate::harness::sha256(JPEG)));
    stage.finish();
}

#[test]
fn an_api_version_goes_upstream_and_comes_back() {
    let stage = Stage::new();
    let request = stage.init().header("Aurous-Version", "2026-05-15");
    let answer = stage.send(&request);
    assert_eq!(
        answer.assert_status(201).header("aurous-version"),
        "2026-05-15"
    );
    assert_eq!(
        stage.upstream()[0].header("aurous-version"),
        Some("2026-05-15")
    );
    stage.finish();
}

/// Writes an init with any framing and body.
fn raw(stage: &Stage, framing: &str, body: &str) -> Vec<u8> {
    let bearer = stage.bearer("alice");
    format!(
        "POST /aurous{INIT} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: {bearer}\r\n\
         Content-Type: application/json\r\n{framing}\r\n{body}"
    )
    .into_bytes()
}

const BODY: &str = r#"{"filename":"a.jpg","extension":"jpg","content_type":"image/jpeg"}"#;

/// A second request, which hides in the body of the first.
fn hidden(stage: &Stage) -> String {
    String::from_utf8(raw(stage, "Content-Length: 66\r\n", BODY)).unwrap()
}

fn sending(stage: &Stage, bytes: &[u8]) -> Connection {
    let mut connection = stage.connect();
    // The gateway may refuse it before all of it is sent.
    let _ = connection.send(bytes);
    connection
}

refused! {
    a_version_that_is_no_date => 400 "gateway_invalid_field":
        |stage| stage.init().header("Aurous-Version", "latest");
    a_version_with_something_after_it => 400 "gateway_invalid_field":
        |stage| stage.init().header("Aurous-Version", "2026-05-15, 2020-01-01");
}

// In a web `Request`, headers of one name are one.
of_the_program! {
    refused! {
        two_versions => 400 "gateway_bad_request": |stage| {
            let request = stage.init().header("Aurous-Version", "2026-05-15");
            request.header("Aurous-Version", "2026-05-15")
        };
    }
}

// In a web `Request`, headers of one name are one.
of_the_handler! {
    refused! {
        two_versions => 400 "gateway_invalid_field": |stage| {
            let request = stage.init().header("Aurous-Version", "2026-05-15");
            request.header("Aurous-Version", "2026-05-15")
        };
    }
}

#[test]
fn chunks_without_a_length_are_read_and_refused() {
    let stage = Stage::new();
    let body = format!("{:x}\r\n{BODY}\r\n0\r\n\r\n", BODY.len());
    let bytes = raw(
        &stage,
        "Transfer-Encoding: chunked\r\nConnection: close\r\n",
        &body,
    );
    let answer = sending(&stage, &bytes).next().unwrap();
    stage.assert_refused(&answer, 411, "gateway_length_required");
    stage.assert_upstream(&[]);
    stage.finish();
}

// The handler's server reads the framing.
of_the_program! {
    /// Asserts that a request with both lengths is refused, and that the bytes after it are not taken for a
    /// request.
    fn assert_two_lengths_refused(framing: &str, body: &str) {
        let stage = Stage::new();
        let smuggled = [body, &hidden(&stage)].concat();
        let mut connection = sending(&stage, &raw(&stage, framing, &smuggled));
        let answer = connection.next().unwrap();
        // hyper has removed the Content-Length by then, and ends the connection after this response.
        stage.assert_refused(&answer, 411, "gateway_length_required");
        assert!(connection.is_closed());
        stage.assert_upstream(&[]);
        stage.finish();
    }

    #[test]
    fn a_length_before_chunks_is_refused() {
        assert_two_lengths_refused(
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n",
        );
    }

    #[test]
    fn chunks_before_a_length_are_refused() {
        assert_two_lengths_refused(
            "Transfer-Encoding: chunked\r\nContent-Length: 500\r\n",
            "0\r\n\r\n",
        );
    }

    /// Asserts that hyper refuses a request whose framing is ambiguous, and that the connection ends.
    fn assert_unreadable(framing: &str, body: &str) {
        let stage = Stage::new();
        let smuggled = [body, &hidden(&stage)].concat();
        let mut connection = sending(&stage, &raw(&stage, framing, &smuggled));
        if let Ok(answer) = connection.next() {
            assert!((400..500).contains(&answer.status), "{answer:?}");
            assert!(connection.is_closed());
        }
        stage.assert_upstream(&[]);
        stage.finish();
    }

    macro_rules! unreadable {
        ($($name:ident: $framing:expr, $body:expr;)+) => {$(
            #[test]
            fn $name() {
                assert_unreadable($framing, $body);
            }
        )+};
    }

    unreadable! {
        two_lengths_that_differ: "Content-Length: 5\r\nContent-Length: 66\r\n", "hello";
        a_list_of_lengths: "Content-Length: 5, 66\r\n", "hello";
        a_signed_length: "Content-Length: +5\r\n", "hello";
        a_negative_length: "Content-Length: -5\r\n", "hello";
        a_length_in_hex: "Content-Length: 0x5\r\n", "hello";
        a_length_beyond_counting: "Content-Length: 99999999999999999999999\r\n", "hello";
        an_encoding_that_is_not_chunks: "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n";
        an_encoding_after_chunks: "Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n";
        a_space_before_a_colon: "Content-Length : 5\r\n", "hello";
        a_header_without_a_colon: "Content-Length 5\r\n", "hello";
        a_header_on_two_lines: "X-A: b\r\n c: d\r\nContent-Length: 5\r\n", "hello";
        a_nul_in_a_header: "X-A: b\0c\r\nContent-Length: 5\r\n", "hello";
        a_hundred_and_one_headers: &"X-A: b\r\n".repeat(101), "";
        a_megabyte_of_headers: &format!("X-A: {}\r\n", "b".repeat(1024 * 1024)), "";
    }
}

#[test]
fn http_2_is_not_spoken() {
    let stage = Stage::new();
    let mut connection = sending(&stage, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    if let Ok(answer) = connection.next() {
        assert!(answer.status >= 400, "{answer:?}");
        assert!(connection.is_closed());
    }
    stage.assert_upstream(&[]);
    stage.finish();
}

#[test]
fn a_connection_is_never_upgraded() {
    let stage = Stage::new();
    let upgrade = stage
        .get("char_1")
        .with("Connection", "Upgrade")
        .header("Upgrade", "h2c");
    let answer = stage.connect().exchange(&upgrade);
    stage.assert_refused(&answer, 404, "gateway_id_not_found");
    stage.assert_upstream(&[]);
    stage.finish();
}

#[test]
fn requests_on_one_connection_are_answered_in_turn_and_independently() {
    let stage = Stage::new();
    let first = stage.init().with("Connection", "keep-alive");
    let second = stage
        .init()
        .without("Authorization")
        .with("Connection", "keep-alive");
    let both = [first.bytes(), second.bytes(), first.bytes()].concat();
    let mut connection = sending(&stage, &both);
    assert_eq!(connection.answer_to(&first).status, 201);
    let refused = connection.answer_to(&second);
    stage.assert_refused(&refused, 401, "gateway_session_missing");
    assert_eq!(connection.answer_to(&first).status, 201);
    stage.assert_upstream(&[Operation::Init, Operation::Init]);
    stage.finish();
}
