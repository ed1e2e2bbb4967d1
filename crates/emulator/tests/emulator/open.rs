use aurous_emulator::{Emulator, EmulatorConfig, EntryPoint, Operation, RuntimeSettings};
use axum::Router;
use reqwest::Method;
use serde_json::json;
use tokio::net::TcpListener;

use crate::stage::{Answer, JPEG, Stage, send, text};

const PAGE: &str = "https://page.example";

async fn open_stage() -> Stage {
    let config = EmulatorConfig {
        open: true,
        ..EmulatorConfig::default()
    };
    as_page(Stage::with(config).await)
}

/// Changes a stage so that its calls go to open mode, without a key.
fn as_page(stage: Stage) -> Stage {
    Stage {
        base: format!("{}/aurous", stage.emulator.api_url()),
        key: None,
        ..stage
    }
}

async fn from_page(stage: &Stage, method: Method, path: &str) -> Answer {
    send(stage.request(method, path).header("Origin", PAGE)).await
}

async fn preflight(stage: &Stage, url: &str, method: &str, headers: &str) -> Answer {
    let request = stage.http.request(Method::OPTIONS, url);
    let request = request
        .header("Origin", PAGE)
        .header("Access-Control-Request-Method", method)
        .header("Access-Control-Request-Headers", headers);
    send(request).await
}

#[track_caller]
fn assert_readable(answer: &Answer) {
    assert_eq!(
        answer.header("access-control-allow-origin"),
        PAGE,
        "{answer:?}"
    );
    assert_eq!(answer.header("vary"), "Origin");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}

#[track_caller]
fn assert_no_cors(answer: &Answer) {
    let mut names = answer.headers.keys();
    let cors = names.any(|name| name.as_str().starts_with("access-control-"));
    assert!(!cors, "{answer:?}");
}

#[tokio::test]
async fn production_has_no_cors_and_answers_no_preflight() {
    let stage = Stage::new().await;
    let url = format!("{}/v1/characters", stage.base);
    let api = preflight(&stage, &url, "POST", "x-api-key").await;
    // A preflight has no key, and counts as any other request here.
    api.assert_error(401, "missing_api_key", None);
    assert_no_cors(&api);
    assert_no_cors(&from_page(&stage, Method::GET, "/v1/characters").await);

    let ticket = stage.ticket("a.jpg").await;
    let upload = preflight(&stage, text(&ticket["upload_url"]), "PUT", "content-type").await;
    assert_eq!(upload.status, 403);
    assert_no_cors(&upload);
    assert_no_cors(&stage.put(&ticket, JPEG).await);
}

#[tokio::test]
async fn without_open_mode_nothing_is_served_under_aurous() {
    let stage = as_page(Stage::new().await);
    assert_eq!(stage.get("/v1/characters").await.status, 401);
}

#[tokio::test]
async fn with_cors_any_page_may_call_the_api_and_put() {
    let stage = Stage::with(RuntimeSettings {
        cors: true,
        ..RuntimeSettings::default()
    })
    .await;
    let url = format!("{}/v1/characters", stage.base);
    let answer = preflight(&stage, &url, "PATCH", "x-api-key").await;
    assert_eq!(answer.status, 204);
    assert_readable(&answer);
    for name in [
        "content-type",
        "x-api-key",
        "authorization",
        "idempotency-key",
        "aurous-version",
    ] {
        let allowed = answer.header("access-control-allow-headers");
        assert!(allowed.split(", ").any(|it| it == name), "{name}");
    }
    for method in ["GET", "POST", "PATCH", "DELETE"] {
        assert!(
            answer
                .header("access-control-allow-methods")
                .contains(method)
        );
    }
    let answer = from_page(&stage, Method::GET, "/v1/characters").await;
    assert_readable(&answer);
    for name in [
        "aurous-request-id",
        "retry-after",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "aurous-idempotent-replayed",
        "aurous-version",
        "aurous-gateway",
        "date",
    ] {
        let exposed = answer.header("access-control-expose-headers");
        assert!(exposed.split(", ").any(|it| it == name), "{name}");
    }
    // The API is not a gateway.
    assert_eq!(answer.header("aurous-gateway"), "");

    let ticket = stage.ticket("a.jpg").await;
    let answer = preflight(&stage, text(&ticket["upload_url"]), "PUT", "content-type").await;
    assert_eq!(answer.status, 204);
    assert_readable(&answer);
}

#[tokio::test]
async fn open_mode_needs_no_key_and_marks_every_answer() {
    let stage = open_stage().await;
    let id = stage.character("Aurora").await;
    for (method, path, status) in [
        (Method::GET, "/v1/characters", 200),
        (Method::GET, "/v1/characters/unknown", 404),
        (Method::GET, "/nowhere", 404),
        (Method::GET, "", 404),
        (Method::POST, "/v1/characters", 400),
        (Method::PUT, "/v1/characters", 405),
    ] {
        let answer = from_page(&stage, method, path).await;
        assert_eq!(answer.status, status, "{path}");
        assert_readable(&answer);
        assert_eq!(answer.header("aurous-gateway"), "1");
        assert!(answer.header("aurous-request-id").starts_with("req_"));
    }
    let character = stage.get(&format!("/v1/characters/{id}")).await.json();
    let url = text(&character["refs"][0]["url"]);
    assert_eq!(send(stage.http.get(url)).await.body, JPEG);
}

#[tokio::test]
async fn open_mode_answers_preflights_on_any_path_without_a_token() {
    let stage = open_stage().await;
    let url = format!("{}/v1/anything", stage.base);
    let answer = preflight(&stage, &url, "POST", "content-type,idempotency-key").await;
    assert_eq!(answer.status, 204);
    assert_readable(&answer);
    let full = stage.request(Method::PUT, "/v1/characters");
    assert_eq!(send(full).await.header("x-ratelimit-remaining"), "60");
}

#[tokio::test]
async fn in_open_mode_pages_may_put_with_a_content_type_and_nothing_else() {
    let stage = open_stage().await;
    let ticket = stage.ticket("front.jpg").await;
    let url = text(&ticket["upload_url"]);
    assert!(url.starts_with(stage.emulator.upload_url()));
    let answer = preflight(&stage, url, "PUT", "content-type").await;
    assert_eq!(answer.status, 204);
    assert_readable(&answer);
    assert_eq!(
        answer.header("access-control-allow-headers"),
        "content-type"
    );
    assert_eq!(answer.header("access-control-allow-methods"), "PUT");
    // A page can read a refusal, too.
    let request = stage.http.put(&url[..url.len() - 1]).header("Origin", PAGE);
    let refused = send(request.body(JPEG)).await;
    assert_eq!(refused.status, 403);
    assert_readable(&refused);
    assert_eq!(refused.header("aurous-gateway"), "");
}

#[tokio::test]
async fn the_open_team_is_a_team_of_its_own() {
    let stage = open_stage().await;
    let id = stage.character("Aurora").await;
    let keyed = Stage {
        base: stage.emulator.api_url().to_owned(),
        key: Some(stage.emulator.api_key().to_owned()),
        ..stage
    };
    let answer = keyed.get(&format!("/v1/characters/{id}")).await;
    answer.assert_error(404, "resource_not_found", None);
}

#[tokio::test]
async fn a_key_that_a_page_sends_is_ignored_but_logged() {
    let stage = open_stage().await;
    let request = stage.request(Method::GET, "/v1/characters");
    send(request.header("X-Api-Key", "al_live_oops")).await;
    let logged = stage.logged(Operation::List);
    assert_eq!(logged.entry_point, EntryPoint::Open);
    assert_eq!(logged.path, "/aurous/v1/characters");
    assert_eq!(logged.header("x-api-key"), Some("al_live_oops"));
}

#[tokio::test]
async fn the_open_router_can_be_mounted_in_another_server() {
    let stage = Stage::new().await;
    let (base, stop) = mount(&stage.emulator).await;
    let page = Stage {
        base,
        key: None,
        ..stage
    };
    let id = page.character("Aurora").await;
    assert_eq!(page.status_of(&id).await, "ready");
    let answer = from_page(&page, Method::GET, "/v1/nowhere").await;
    assert_eq!(answer.header("aurous-gateway"), "1");
    assert_readable(&answer);
    let created = page.logged(Operation::Create);
    assert_eq!(
        (created.entry_point, created.path.as_str()),
        (EntryPoint::Open, "/aurous/v1/characters")
    );
    // Pages may PUT from now on, although the emulator was started without open mode.
    let ticket = page.ticket("a.jpg").await;
    let answer = preflight(&page, text(&ticket["upload_url"]), "PUT", "content-type").await;
    assert_eq!(answer.status, 204);
    let body = json!({ "name": "A", "generate": true, "attributes": {} });
    assert_eq!(page.create(body).await.status, 201);
    stop.abort();
}

/// Starts another server, with the open router under `/aurous`.
async fn mount(emulator: &Emulator) -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/aurous", listener.local_addr().unwrap());
    let router = Router::new().nest("/aurous", emulator.open_router());
    let never = std::future::pending();
    let task = tokio::spawn(aurous_emulator::serve(listener, router, never));
    (base, task)
}
