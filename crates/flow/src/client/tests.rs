use serde_json::{Value as Json, json};

use super::*;
use crate::json_value::{function, refusal, symbol, throws, undefined, url};

const KEY: &str = "al_live_secret";

fn page() -> Surroundings {
    Surroundings {
        place: Place::Browser,
        page_url: Some("https://app.example/shop/".into()),
    }
}

fn server() -> Surroundings {
    Surroundings {
        place: Place::Elsewhere,
        page_url: None,
    }
}

#[track_caller]
fn client(options: Json) -> Client<Json> {
    Client::read(&options, &page()).unwrap()
}

/// The headers of an API call, `token` being what the page's function gave.
fn headers(client: &Client<Json>, token: Option<&str>) -> Vec<(String, String)> {
    let body = Body::Json("{}".into());
    let token = token.and_then(HeaderValue::parse);
    client
        .api_call(
            Method::Post,
            "/v1/x",
            body,
            Expected::Character,
            token.as_ref(),
        )
        .headers
}

/// The headers that an API call has, those that every one has among them.
fn with_content_type(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let content_type = ("content-type", "application/json");
    let mut headers: Vec<_> = headers.iter().copied().map(owned).collect();
    headers.push(owned(content_type));
    headers.sort();
    headers
}

#[track_caller]
fn assert_headers(client: &Client<Json>, token: Option<&str>, expected: &[(&str, &str)]) {
    let mut headers = headers(client, token);
    headers.sort();
    assert_eq!(headers, with_content_type(expected));
}

// --- Options at fault ------------------------------------------------------------------------------

#[test]
fn a_wrong_option_is_named_and_never_quoted() {
    for (options, param) in [
        (json!(7), "options"),
        (json!("https://a.example"), "options"),
        (json!([]), "options"),
        (function(), "options"),
        (json!({ "baseUrl": 7 }), "baseUrl"),
        (json!({ "baseUrl": {} }), "baseUrl"),
        (json!({ "baseUrl": "https://[" }), "baseUrl"),
        (json!({ "baseUrl": "data:,secret" }), "baseUrl"),
        (json!({ "baseUrl": "file:///secret" }), "baseUrl"),
        (
            json!({ "baseUrl": "https://user:secret@a.example" }),
            "baseUrl",
        ),
        (json!({ "baseUrl": url("blob:secret") }), "baseUrl"),
        (json!({ "baseUrl": throws() }), "baseUrl"),
        (json!({ "sessionToken": 7 }), "sessionToken"),
        (json!({ "sessionToken": "" }), "sessionToken"),
        (json!({ "sessionToken": "secret\n" }), "sessionToken"),
        (json!({ "sessionToken": {} }), "sessionToken"),
        (json!({ "headers": 7 }), "headers"),
        (json!({ "headers": { "secret b": "c" } }), "headers"),
        (json!({ "headers": { "a": "se\ncret" } }), "headers"),
        (json!({ "headers": throws() }), "headers"),
        (json!({ "apiKey": 7 }), "apiKey"),
        (json!({ "apiKey": "" }), "apiKey"),
        (json!({ "apiKey": "secret é" }), "apiKey"),
        (
            json!({ "dangerouslyAllowBrowser": 1 }),
            "dangerouslyAllowBrowser",
        ),
        (json!({ "apiVersion": 7 }), "apiVersion"),
        (json!({ "apiVersion": "secret" }), "apiVersion"),
        (json!({ "credentials": "secret" }), "credentials"),
        (json!({ "credentials": true }), "credentials"),
        (json!({ "timeoutMs": 0 }), "timeoutMs"),
        (json!({ "stallTimeoutMs": "secret" }), "stallTimeoutMs"),
        (json!({ "deadlineMs": -1 }), "deadlineMs"),
        (json!({ "maxRetries": 0.5 }), "maxRetries"),
        (json!({ "maxRetries": symbol() }), "maxRetries"),
    ] {
        let failure = Client::read(&options, &page()).unwrap_err().failure;
        assert_eq!(failure.code, "invalid_option", "{options}");
        assert_eq!(failure.param.as_deref(), Some(param), "{options}");
        assert!(!failure.message.contains("secret"), "{}", failure.message);
    }
}

#[test]
fn what_a_getter_threw_is_kept_as_the_cause() {
    let fault = Client::read(&json!({ "apiKey": throws() }), &page()).unwrap_err();
    assert_eq!(fault.cause, Some(json!("thrown")));
}

#[test]
fn a_key_and_a_token_exclude_each_other() {
    for token in [json!("a.b.c"), function()] {
        let options = json!({ "apiKey": KEY, "sessionToken": token });
        let failure = Client::read(&options, &server()).unwrap_err().failure;
        assert_eq!(failure.code, "invalid_option");
        assert_eq!(failure.param.as_deref(), Some("sessionToken"));
    }
}

#[test]
fn a_header_of_the_sdks_own_is_refused_by_the_option_to_use() {
    for (name, option) in [
        ("x-api-key", "apiKey"),
        ("aurous-version", "apiVersion"),
        ("Idempotency-Key", "idempotencyKey"),
        ("AUTHORIZATION", "sessionToken"),
    ] {
        let options = json!({ "headers": { name: "secret" }, "sessionToken": "a.b.c" });
        let failure = Client::read(&options, &page()).unwrap_err().failure;
        assert_eq!(failure.code, "invalid_option");
        assert_eq!(failure.param.as_deref(), Some("headers"));
        let says_which = failure
            .message
            .contains(&format!("use the option `{option}`"));
        assert!(says_which, "{}", failure.message);
        assert!(!failure.message.contains("secret"));
    }
}

#[test]
fn a_page_without_a_token_may_authenticate_itself_in_its_own_way() {
    let headers = json!({ "Authorization": "Basic eA==" });
    assert_headers(
        &client(json!({ "headers": headers })),
        None,
        &[("authorization", "Basic eA==")],
    );
}

// --- Where calls go --------------------------------------------------------------------------------

#[test]
fn a_client_without_options_goes_to_the_gateway_of_its_page() {
    for options in [undefined(), Json::Null, json!({})] {
        let client = client(options);
        assert_eq!(client.root, "https://app.example/aurous");
        let mount = "https://app.example/aurous";
        assert_eq!(client.server(), Server::Gateway { mount });
        assert!(client.token_function().is_none());
        assert_headers(&client, None, &[]);
        assert_eq!(client.limits, Limits::DEFAULT);
    }
}

#[test]
fn a_base_url_is_absolute_or_relative_to_the_page() {
    for (base_url, root) in [
        (json!("/api/aurous/"), "https://app.example/api/aurous"),
        (json!("aurous"), "https://app.example/shop/aurous"),
        (json!("https://b.example"), "https://b.example"),
        (url("https://b.example/x/?a=b#c"), "https://b.example/x"),
        (json!("http://localhost:8080"), "http://localhost:8080"),
    ] {
        let client = client(json!({ "baseUrl": base_url }));
        assert_eq!(client.root, root);
        let request = client.api_call(
            Method::Post,
            "/v1/x",
            Body::Json("{}".into()),
            Expected::Character,
            None,
        );
        assert_eq!(request.url, format!("{root}/v1/x"));
    }
}

#[test]
fn outside_a_page_a_base_url_is_absolute() {
    for options in [json!({}), json!({ "baseUrl": "/aurous" })] {
        let reading = Client::read(&options, &server());
        let refused = ("invalid_option".into(), "baseUrl".into());
        assert_eq!(refusal(reading), refused);
    }
    let options = json!({ "baseUrl": "https://b.example/aurous" });
    let client = Client::read(&options, &server()).unwrap();
    assert_eq!(client.root, "https://b.example/aurous");
}

// --- Keys ------------------------------------------------------------------------------------------

#[test]
fn a_key_goes_straight_to_the_api_from_a_server() {
    let client = Client::read(&json!({ "apiKey": KEY }), &server()).unwrap();
    assert_eq!(client.root, "https://api.aurous-labs.com");
    assert_eq!(client.server(), Server::Api);
    assert_headers(&client, None, &[("x-api-key", KEY)]);
}

#[test]
fn a_page_sends_a_key_only_where_it_says_so_by_name() {
    for trusted in [undefined(), json!(false)] {
        let options = json!({ "apiKey": KEY, "dangerouslyAllowBrowser": trusted });
        let failure = Client::read(&options, &page()).unwrap_err().failure;
        assert_eq!(failure.code, "api_key_in_browser");
        assert_eq!(failure.param.as_deref(), Some("apiKey"));
        assert!(!failure.message.contains(KEY), "{}", failure.message);
    }
    let options = json!({ "apiKey": KEY, "dangerouslyAllowBrowser": true });
    assert_headers(&client(options), None, &[("x-api-key", KEY)]);
}

#[test]
fn a_key_goes_over_https_or_to_this_machine() {
    let read = |base_url: &str| {
        let options = json!({ "apiKey": KEY, "baseUrl": base_url });
        Client::read(&options, &server())
    };
    for base_url in [
        "https://api.example",
        "http://localhost:8080",
        "http://[::1]/",
    ] {
        assert!(read(base_url).is_ok(), "{base_url}");
    }
    let refused = ("insecure_base_url".into(), "baseUrl".into());
    assert_eq!(refusal(read("http://api.example")), refused);
}

#[test]
fn a_gateway_may_be_reached_over_plain_http() {
    let options = json!({ "baseUrl": "http://media.example", "sessionToken": "a.b.c" });
    assert_eq!(client(options).root, "http://media.example");
}

// --- Requests --------------------------------------------------------------------------------------

#[test]
fn an_api_call_carries_the_headers_of_its_client_and_no_others() {
    let client = client(json!({
        "sessionToken": "a.b.c",
        "apiVersion": "2026-05-15",
        "headers": { "X-CSRF-Token": "1", "Accept": "application/json" },
    }));
    assert_headers(
        &client,
        None,
        &[
            ("accept", "application/json"),
            ("x-csrf-token", "1"),
            ("authorization", "Bearer a.b.c"),
            ("aurous-version", "2026-05-15"),
        ],
    );
}

#[test]
fn the_sdks_own_content_type_comes_after_the_pages_and_so_replaces_it() {
    let client = client(json!({ "headers": { "Content-Type": "text/plain" } }));
    let last = headers(&client, None).pop();
    assert_eq!(
        last,
        Some(("content-type".into(), "application/json".into()))
    );
}

#[test]
fn a_token_function_is_asked_and_its_token_is_sent() {
    let client = client(json!({ "sessionToken": function() }));
    assert_eq!(client.token_function(), Some(&function()));
    assert_headers(&client, Some("d.e.f"), &[("authorization", "Bearer d.e.f")]);
}

#[test]
fn cookies_go_with_api_calls_as_the_option_says() {
    for (option, credentials) in [
        (undefined(), Credentials::SameOrigin),
        (json!("same-origin"), Credentials::SameOrigin),
        (json!("omit"), Credentials::Omit),
        (json!("include"), Credentials::Include),
    ] {
        let client = client(json!({ "credentials": option }));
        let body = Body::Json("{}".into());
        let request = client.api_call(
            Method::Post,
            "/v1/x",
            body.clone(),
            Expected::Character,
            None,
        );
        assert_eq!(request.credentials, credentials);
        assert_eq!(request.body, body);
        assert_eq!(request.expected, Expected::Character);
        assert!(!request.reports_progress);
    }
}

#[test]
fn a_client_shows_neither_key_nor_token_in_its_debug_form() {
    let options = json!({ "apiKey": KEY, "dangerouslyAllowBrowser": true });
    assert!(!format!("{:?}", client(options)).contains(KEY));
    let options = json!({ "sessionToken": "secret" });
    assert!(!format!("{:?}", client(options)).contains("secret"));
}
