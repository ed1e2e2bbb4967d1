//! Pages and hosts that are not listed get 403, whatever they ask for and whatever session they have.

use aurous_emulator::Operation;

use crate::harness::request::Request;
use crate::harness::stage::{CHARACTERS, HOST, INIT, JPEG, PAGE, Stage};
use crate::target::setting;

const EVIL: &str = "https://evil.example";

fn from(stage: &Stage, origin: &str) -> Request {
    stage.init().with("Origin", origin)
}

fn at(stage: &Stage, host: &str) -> Request {
    stage.init().with("Host", host)
}

fn preflight(stage: &Stage, path: &str) -> Request {
    stage
        .bare("OPTIONS", path)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "content-type")
}

refused! {
    an_unlisted_page => 403 "gateway_origin_refused": |stage| from(stage, EVIL);
    an_unlisted_pages_preflight => 403 "gateway_origin_refused":
        |stage| preflight(stage, INIT).with("Origin", EVIL);
    an_unlisted_pages_preflight_for_a_put => 403 "gateway_origin_refused":
        |stage| preflight(stage, "/uploads/x").with("Origin", EVIL);
    a_page_without_an_origin_of_its_own => 403 "gateway_origin_refused":
        |stage| from(stage, "null");
    a_preflight_without_an_origin_of_its_own => 403 "gateway_origin_refused":
        |stage| preflight(stage, INIT).with("Origin", "null");
    the_page_over_http => 403 "gateway_origin_refused":
        |stage| from(stage, "http://app.example");
    the_page_on_another_port => 403 "gateway_origin_refused":
        |stage| from(stage, "https://app.example:8443");
    a_page_of_a_subdomain => 403 "gateway_origin_refused":
        |stage| from(stage, "https://evil.app.example");
    a_page_whose_name_begins_like_the_listed_one => 403 "gateway_origin_refused":
        |stage| from(stage, "https://app.example.evil.example");
    a_page_whose_name_ends_like_the_listed_one => 403 "gateway_origin_refused":
        |stage| from(stage, "https://evilapp.example");
    the_page_with_a_slash => 403 "gateway_origin_refused":
        |stage| from(stage, "https://app.example/");
    the_page_as_a_user => 403 "gateway_origin_refused":
        |stage| from(stage, "https://app.example@evil.example");
    the_page_among_others => 403 "gateway_origin_refused":
        |stage| from(stage, "https://app.example, https://evil.example");
    a_save_without_a_body_from_another_site => 403 "gateway_origin_refused":
        |stage| stage.save(&stage.character()).with("Origin", EVIL);
    a_read_from_another_site => 403 "gateway_origin_refused":
        |stage| stage.get(&stage.character()).with("Origin", EVIL);
    a_put_from_another_site => 403 "gateway_origin_refused":
        |stage| stage.put(&stage.ticket().token, JPEG).with("Origin", EVIL);
    a_form_from_another_site => 403 "gateway_origin_refused": |stage| stage
        .init()
        .body("application/x-www-form-urlencoded", "filename=front.jpg")
        .with("Origin", EVIL);
    another_site_where_no_session_is_needed ["--allow-anonymous"] => 403 "gateway_origin_refused":
        |stage| from(stage, EVIL).without("Authorization");
    an_unlisted_page_that_asks_for_an_unknown_route => 403 "gateway_origin_refused":
        |stage| stage.request("GET", "/nothing").with("Origin", EVIL);

    an_unlisted_host => 403 "gateway_host_refused": |stage| at(stage, "evil.example");
    an_unlisted_host_in_a_preflight => 403 "gateway_host_refused":
        |stage| preflight(stage, INIT).with("Host", "evil.example");
    an_unlisted_host_in_a_put => 403 "gateway_host_refused":
        |stage| stage.put(&stage.ticket().token, JPEG).with("Host", "evil.example");
    an_unlisted_host_without_an_origin => 403 "gateway_host_refused":
        |stage| at(stage, "evil.example").without("Origin");
    a_foreign_name_that_resolves_to_the_gateway => 403 "gateway_host_refused": |stage| {
        let (_, port) = stage.program().gateway.rsplit_once(':').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        at(stage, &format!("rebound.example:{port}")).without("Origin")
    };
    this_machine_by_name => 403 "gateway_host_refused": |stage| at(stage, "localhost");
    the_host_on_another_port => 403 "gateway_host_refused":
        |stage| at(stage, "app.example:8443");
    the_host_with_a_dot => 403 "gateway_host_refused": |stage| at(stage, "app.example.");
    an_unlisted_host_with_a_listed_one_in_x_forwarded_host => 403 "gateway_host_refused": |stage| {
        at(stage, "evil.example").header("X-Forwarded-Host", HOST)
    };
}

// In a web `Request`, headers of one name are one.
of_the_program! {
    refused! {
        two_origins => 400 "gateway_bad_request": |stage| stage.init().header("Origin", EVIL);
    }
}

// In a web `Request`, headers of one name are one.
of_the_handler! {
    refused! {
        two_origins => 403 "gateway_origin_refused": |stage| stage.init().header("Origin", EVIL);
    }
}

// A web `Request` has one host, which a URL can have: see `ids_and_targets`.
of_the_program! {
    refused! {
        the_host_as_a_user => 403 "gateway_host_refused":
            |stage| at(stage, "app.example@evil.example");
        the_host_among_others => 403 "gateway_host_refused":
            |stage| at(stage, "app.example, evil.example");
        an_empty_host => 403 "gateway_host_refused": |stage| at(stage, "");
        no_host => 403 "gateway_host_refused": |stage| stage.init().without("Host");
        two_hosts => 400 "gateway_bad_request": |stage| stage.init().header("Host", "evil.example");
        the_same_host_twice => 400 "gateway_bad_request": |stage| stage.init().header("Host", HOST);
    }
}

// workerd leaves out a header without a value. No browser sends one.
not_in_workerd! {
    refused! {
        an_empty_origin => 403 "gateway_origin_refused": |stage| from(stage, "");
    }
}

#[test]
fn a_preflight_of_a_listed_page_says_what_it_may_send() {
    let stage = Stage::new();
    for path in [INIT, CHARACTERS, "/uploads/x", "/v1/characters/x/save"] {
        let answer = stage.send(&preflight(&stage, path));
        answer.assert_status(204).assert_common_headers(PAGE);
        let allowed = answer.header("access-control-allow-headers");
        for name in [
            "content-type",
            "authorization",
            "idempotency-key",
            "aurous-version",
        ] {
            assert!(allowed.split(", ").any(|it| it == name), "{allowed}");
        }
        for name in ["*", "cookie", "x-api-key", "x-csrf-token"] {
            assert!(!allowed.split(", ").any(|it| it == name), "{allowed}");
        }
        assert_eq!(answer.header("access-control-max-age"), "7200");
        let methods = answer.header("access-control-allow-methods");
        for method in ["GET", "POST", "PUT"] {
            assert!(methods.contains(method), "{methods}");
        }
        stage.assert_logged(&answer, "");
    }
    stage.assert_upstream(&[]);
    stage.finish();
}

/// Headers that scripts for monitoring add.
const TRACING: [&str; 13] = [
    "traceparent",
    "tracestate",
    "baggage",
    "sentry-trace",
    "x-datadog-trace-id",
    "x-datadog-sampling-priority",
    "newrelic",
    "b3",
    "x-b3-traceid",
    "elastic-apm-traceparent",
    "request-id",
    "x-request-id",
    "x-correlation-id",
];

#[test]
fn headers_of_tracing_scripts_and_those_the_operator_allows_pass_and_do_not_go_upstream() {
    let stage = Stage::with_flags(&[
        "--allow-header",
        "X-CSRF-Token,X-Requested-With,Traceparent",
    ]);
    let allowed = stage.send(&preflight(&stage, INIT));
    let allowed = allowed.header("access-control-allow-headers").to_owned();
    let mut init = stage.init();
    for name in TRACING
        .into_iter()
        .chain(["x-csrf-token", "x-requested-with"])
    {
        assert_eq!(
            allowed.split(", ").filter(|it| *it == name).count(),
            1,
            "{name}"
        );
        init = init.header(name, "of-a-script");
    }
    // `finish` asserts which headers went upstream.
    stage.send(&init).assert_status(201);
    stage.finish();
}

#[test]
fn an_app_or_extension_is_served_under_its_exact_origin() {
    let origins =
        "capacitor://localhost,chrome-extension://abcdefghijklmnop,http://tauri.localhost";
    let stage = Stage::with_flags(&["--origin", origins]);
    for origin in origins.split(',') {
        for request in [preflight(&stage, INIT), stage.init()] {
            let answer = stage.send(&request.with("Origin", origin));
            assert!(answer.status < 300, "{answer:?}");
            assert_eq!(answer.header("access-control-allow-origin"), origin);
        }
    }
    for origin in [
        "capacitor://localhost2",
        "Capacitor://localhost",
        "capacitor://localhost/",
        "chrome-extension://ABCDEFGHIJKLMNOP",
        "ionic://localhost",
        "http://localhost",
        "null",
    ] {
        let answer = stage.send(&from(&stage, origin));
        stage.assert_refused(&answer, 403, "gateway_origin_refused");
    }
    // Its host is none of HTTP's.
    let answer = stage.send(&at(&stage, "localhost"));
    stage.assert_refused(&answer, 403, "gateway_host_refused");
    stage.finish();
}

/// Asserts what a refusal says of this host.
fn assert_host_named(host: &str, sentence: &str) {
    let stage = Stage::new();
    let message = stage.send(&at(&stage, host)).text("/error/message");
    assert!(message.starts_with(sentence), "{message}");
    let names_setting = message.contains(&setting("host"));
    assert!(
        names_setting && message.contains("Host header"),
        "{message}"
    );
    stage.finish();
}

#[test]
fn a_refusal_names_the_host_that_came() {
    let (long, cut) = ("a".repeat(500), "a".repeat(100));
    assert_host_named(
        "localhost:5173",
        "The host \"localhost:5173\" is not listed.",
    );
    assert_host_named(&long, &format!("The host \"{cut}…\" is not listed."));
}

// A web `Request` has a host, which a URL can have.
of_the_program! {
    #[test]
    fn a_refusal_names_no_host_and_one_that_no_url_has() {
        assert_host_named("", "The request names no host.");
        assert_host_named("a\"<b>&c", "The host \"a??b??c\" is not listed.");
    }
}

#[test]
fn a_refusal_names_the_origin_that_came() {
    let stage = Stage::new();
    let message = stage.send(&from(&stage, EVIL)).text("/error/message");
    let named = format!("The page's origin \"{EVIL}\" is not listed.");
    assert!(message.starts_with(&named), "{message}");
    assert!(message.contains(&setting("origin")), "{message}");
    stage.finish();
}

#[test]
fn a_listed_page_may_read_the_headers_that_the_client_needs() {
    let stage = Stage::new();
    let answer = stage.send(&stage.init());
    answer.assert_status(201);
    let exposed = answer.header("access-control-expose-headers");
    for name in [
        "aurous-gateway",
        "date",
        "aurous-request-id",
        "retry-after",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "aurous-idempotent-replayed",
        "aurous-version",
    ] {
        assert!(exposed.split(", ").any(|it| it == name), "{exposed}");
    }
    assert_eq!(answer.header("aurous-version"), "2026-05-15");
    assert_eq!(answer.header("x-ratelimit-limit"), "60");
    stage.finish();
}

#[test]
fn a_client_without_an_origin_may_ask_and_an_added_host_is_served() {
    let stage = Stage::with_flags(&["--host", "gateway.internal:8080"]);
    let request = stage.init().without("Origin");
    stage.send(&request).assert_status(201);
    for host in ["APP.example", "app.example:443", "gateway.internal:8080"] {
        let request = stage.init().with("Host", host);
        stage.send(&request).assert_status(201);
    }
    stage.assert_upstream(&[Operation::Init; 4]);
    stage.finish();
}
