//! The program, started as a script starts it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::stage::{JPEG, send, text};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aurous-emulator"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[cfg(unix)]
fn terminate(child: &Child) {
    let kill = Command::new("kill").arg(child.id().to_string()).status();
    assert!(kill.unwrap().success());
}

#[cfg(unix)]
#[tokio::test]
async fn with_json_it_prints_one_line_serves_and_stops_on_sigterm() {
    let mut child = program()
        .args(["--open", "--cors", "--json", "--credits", "3"])
        .args(["--review-step", "--no-client-reference-id-echo"])
        .env("RUST_LOG", "trace")
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let keys: Vec<_> = ready.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["api", "upload", "control", "key"]);

    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let (api, key) = (text(&ready["api"]), text(&ready["key"]));
    let body = json!({ "filename": "a.jpg", "extension": "jpg", "content_type": "image/jpeg" });
    let init = http.post(format!("{api}/v1/characters/uploads/init"));
    let ticket = send(init.header("X-Api-Key", key).json(&body)).await.json();
    let url = text(&ticket["upload_url"]);
    let put = http.put(url).header("Content-Type", "image/jpeg");
    assert_eq!(send(put.body(JPEG)).await.status, 200);
    let open = http.get(format!("{api}/aurous/v1/characters"));
    assert_eq!(send(open).await.status, 200);
    let config = http.get(format!("{}/config", text(&ready["control"])));
    let config = send(config).await.json();
    assert_eq!(config["credits"], 3);
    assert_eq!(config["review_step"], true);
    assert_eq!(config["echo_client_reference_id"], false);
    drop(http);

    terminate(&child);
    let (mut rest, mut logs) = (String::new(), String::new());
    out.read_to_string(&mut rest).unwrap();
    let mut error = child.stderr.take().unwrap();
    error.read_to_string(&mut logs).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(rest, "");
    assert!(logs.contains("step=Put"), "{logs}");
    let (_, signature) = url.split_once("signature=").unwrap();
    assert!(!logs.contains(key) && !logs.contains(signature), "{logs}");
}

#[cfg(unix)]
#[test]
fn without_json_it_greets_a_person() {
    let mut child = program().spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    while !text.contains("Ctrl-C") {
        assert_ne!(out.read_line(&mut text).unwrap(), 0, "{text}");
    }
    for word in ["API", "upload host", "control", "al_live_", "file's name"] {
        assert!(text.contains(word), "{text}");
    }
    terminate(&child);
    assert!(child.wait().unwrap().success());
}

#[test]
fn help_explains_every_flag_the_control_origin_and_the_faults() {
    let output = program().arg("--help").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for word in [
        "--open",
        "--cors",
        "--json",
        "--bind",
        "--api-port",
        "--upload-port",
        "--control-port",
        "--key",
        "--upload-max-bytes",
        "--upload-url-ttl-ms",
        "--synthesize-ms",
        "--credits",
        "--no-idempotency-on-create",
        "--review-step",
        "--no-client-reference-id-echo",
        "--no-rate-limits",
        "/faults",
        "reset_after_body",
        "balance_too_low",
        "[fail]",
    ] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn an_address_that_is_not_loopback_is_refused_in_one_line() {
    let output = program().args(["--bind", "0.0.0.0"]).output().unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("loopback") && text.lines().count() == 1,
        "{text}"
    );
}
