//! The program: its flags, its key, its exit codes.

use std::process::{Output, Stdio};

use aurous_emulator::{Emulator, RuntimeSettings};
use aurous_live_check::finding::Unknown;
use serde_json::Value;
use strum::IntoEnumIterator as _;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::start;
#[cfg(unix)]
use crate::until;

/// Returns the program with no key, and nothing to read.
fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aurous-live-check"));
    command
        .args(arguments)
        .env_remove("AUROUS_API_KEY")
        .env_remove("AUROUS_API_KEY_FILE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Returns the program as it is to be run against an emulator.
fn program_for(emulator: &Emulator, arguments: &[&str]) -> Command {
    let mut command = program(&["--max-image-mb", "1", "--api-url", emulator.api_url()]);
    command.args(arguments);
    command.env("AUROUS_API_KEY", emulator.api_key());
    command
}

fn text(output: &Output) -> String {
    let parts = [&output.stdout, &output.stderr];
    parts
        .map(|it| String::from_utf8_lossy(it).into_owned())
        .concat()
}

#[tokio::test]
async fn the_program_prints_a_table_and_writes_json() {
    let emulator = start(RuntimeSettings::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let (key, json) = (folder.path().join("key"), folder.path().join("live.json"));
    std::fs::write(&key, format!("{}\n", emulator.api_key())).unwrap();
    let mut command = program_for(&emulator, &["--json", json.to_str().unwrap()]);
    command
        .env_remove("AUROUS_API_KEY")
        .env("AUROUS_API_KEY_FILE", key);
    let output = command.output().await.unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let table = String::from_utf8_lossy(&output.stdout);
    assert!(
        table.contains("longest name                      120 characters"),
        "{table}"
    );
    assert!(table.contains("1 made, 1 deleted"), "{table}");
    let written = std::fs::read_to_string(json).unwrap();
    let report: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 21);
    assert_eq!(report["findings"][0]["unknown"], "init_status");
    assert_eq!(report["findings"][0]["answer"], 201);
    assert!(
        report["findings"][18]["not_learned"].is_string(),
        "{written}"
    );
    assert!(!text(&output).contains(emulator.api_key()) && !written.contains(emulator.api_key()));
    assert!(emulator.characters().is_empty());
}

#[tokio::test]
async fn the_documentation_names_every_flag_and_every_finding() {
    let documentation = include_str!("../../../../docs/live-check.md");
    let help = program(&["--help"]).output().await.unwrap();
    let help = text(&help);
    let words = help.split_whitespace();
    let flags: Vec<_> = words.filter(|it| it.starts_with("--")).collect();
    assert!(flags.len() >= 5, "{help}");
    for flag in flags {
        let flag = flag.trim_matches(|it: char| !it.is_alphabetic() && it != '-');
        let is_named = documentation.contains(&format!("`{flag}"));
        assert!(is_named || matches!(flag, "--help" | "--version"), "{flag}");
    }
    for unknown in Unknown::iter() {
        let name = serde_json::to_string(&unknown).unwrap().replace('"', "`");
        assert!(documentation.contains(&name), "{name}");
    }
}

#[tokio::test]
async fn without_a_key_the_program_says_where_one_goes() {
    let output = program(&[]).output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = text(&output);
    assert!(text.contains("set AUROUS_API_KEY"), "{text}");
    // The command line of a process is there for everyone on the machine to read.
    let output = program(&["--api-key", "al_live_1"]).output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[tokio::test]
async fn the_program_sends_the_key_over_https_alone() {
    for url in ["http://api.aurous-labs.com", "http://localhost:1"] {
        let mut command = program(&["--api-url", url]);
        let output = command
            .env("AUROUS_API_KEY", "al_live_1")
            .output()
            .await
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            text(&output).contains("it is not https"),
            "{}",
            text(&output)
        );
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_reported_before_anything_is_sent() {
    let emulator = start(RuntimeSettings::default()).await;
    let mut command = program_for(&emulator, &["--json", "/no/such/folder/live.json"]);
    let output = command.output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output).contains("cannot write /no/such/folder"),
        "{}",
        text(&output)
    );
    assert!(emulator.log().is_empty());
}

#[tokio::test]
async fn credits_are_spent_only_after_a_yes() {
    let emulator = start(RuntimeSettings {
        synthesize_ms: 0,
        ..RuntimeSettings::default()
    })
    .await;
    for (answer, runs) in [("n\n", false), ("", false), ("y\n", true)] {
        emulator.clear_log();
        let mut command = program_for(&emulator, &["--synthesize"]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(answer.as_bytes()).await.unwrap();
        drop(stdin);
        let output = child.wait_with_output().await.unwrap();
        let text = text(&output);
        assert!(
            text.contains("5 generations of your team's credits"),
            "{text}"
        );
        assert_eq!(output.status.success(), runs, "{text}");
        assert_eq!(!emulator.log().is_empty(), runs);
    }
    let output = program_for(&emulator, &["--synthesize", "--yes"])
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert!(!text(&output).contains("[y/N]"));
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_has_the_program_delete_what_it_made() {
    let emulator = start(RuntimeSettings::default()).await;
    let child = program_for(&emulator, &[]).spawn().unwrap();
    until("a character", || !emulator.characters().is_empty()).await;
    let id = child.id().unwrap().to_string();
    let sent = Command::new("kill")
        .args(["-INT", &id])
        .status()
        .await
        .unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output);
    assert!(text.contains("1 made, 1 deleted"), "{text}");
    assert!(text.contains("the run was stopped"), "{text}");
    assert!(emulator.characters().is_empty());
}
