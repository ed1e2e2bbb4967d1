//! `docs/gateway.md` and the snippets of `deploy/`, held against the program.

use std::fs;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use aurous_gateway::Secret;
use aurous_gateway::refusal::Code;
use aurous_gateway::session::{SessionKeys, Subject};

const PAGE: &str = include_str!("../../../docs/gateway.md");
const SECRETS: &str = "the first secret of thirty-two bytes,another one of thirty-two bytes too";

#[test]
fn every_code_has_its_row_and_no_other() {
    for code in Code::ALL {
        let name = code.as_str();
        let row = format!("| <a id=\"{name}\"></a>`{name}` | {} |", code.status());
        assert!(PAGE.contains(&row), "{row}");
    }
    let rows = PAGE.matches("| <a id=\"gateway_").count();
    assert_eq!(rows, Code::ALL.len());
}

#[test]
fn the_table_of_settings_has_every_flag_with_its_default_in_the_order_of_the_help() {
    let help = Command::new(env!("CARGO_BIN_EXE_aurous-gateway"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let mut flags: Vec<(&str, Option<&str>)> = Vec::new();
    for line in help.lines().map(str::trim) {
        if let Some(flag) = line.strip_prefix("--") {
            flags.push((flag.split([' ', '=']).next().unwrap(), None));
        } else if let Some(default) = line.strip_prefix("[default: ") {
            flags.last_mut().unwrap().1 = default.strip_suffix(']');
        }
    }
    let (_, table) = PAGE.split_once("| flag | default | meaning |\n").unwrap();
    // A table ends at the first line that is no row.
    let rows: Vec<_> = table
        .lines()
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.strip_prefix("| `--")?.split_once("` | "))
        .collect();
    let documented: Vec<_> = rows.iter().map(|(flag, _)| *flag).collect();
    let named: Vec<_> = flags.iter().map(|(flag, _)| *flag).collect();
    assert_eq!(documented, named);
    let mut count = 0;
    for ((flag, default), (_, row)) in flags.into_iter().zip(rows) {
        let documented = row.split(" |").next().unwrap();
        if let Some(default) = default {
            assert_eq!(documented.replace(['`', ' '], ""), default, "--{flag}");
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn no_key_or_secret_of_the_documentation_lets_the_gateway_start() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");
    let pages = fs::read_dir(docs).unwrap().map(|page| page.unwrap().path());
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md").into();
    let variables = [
        "AUROUS_API_KEY",
        "AUROUS_SESSION_SECRETS",
        "AUROUS_SEALING_SECRETS",
    ];
    let mut count = 0;
    for page in pages.chain([readme]) {
        let text = fs::read_to_string(&page).unwrap_or_default();
        for variable in variables {
            let beginning = format!("{variable}=");
            for rest in text.split(&beginning).skip(1) {
                let value = rest.split_whitespace().next().unwrap();
                // A command makes the value.
                if value.contains("$(") {
                    continue;
                }
                let refused = Command::new(env!("CARGO_BIN_EXE_aurous-gateway"))
                    .args(["--origin", "https://app.example", "--allow-anonymous"])
                    .env(variable, value)
                    .output()
                    .unwrap();
                let said = String::from_utf8(refused.stderr).unwrap();
                let is_named = said.lines().any(|line| {
                    line.starts_with(variable) && line.contains("an example from the documentation")
                });
                assert!(is_named, "{beginning}{value} in {page:?}: {said}");
                count += 1;
            }
        }
    }
    assert!(count >= 4, "{count}");
}

#[test]
fn the_containers_name_settings_that_there_are() {
    let help = Command::new(env!("CARGO_BIN_EXE_aurous-gateway"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let files = [
        include_str!("../../../deploy/Dockerfile"),
        include_str!("../../../deploy/compose.yaml"),
        include_str!("../../../deploy/replicas/compose.yaml"),
    ]
    .concat();
    let is_part = |it: char| it.is_ascii_uppercase() || it == '_';
    let named = files
        .split(|it| !is_part(it))
        .filter(|it| it.starts_with("AUROUS_") && *it != "AUROUS_EMULATOR_KEY");
    let mut count = 0;
    for name in named {
        let name = name.strip_suffix("_FILE").unwrap_or(name);
        assert!(help.contains(name), "{name}");
        count += 1;
    }
    assert!(count >= 8);
}

#[test]
fn what_backends_mint_is_a_session() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/session-token/");
    let keys = SessionKeys::new(
        &SECRETS.split(',').map(Secret::new).collect::<Vec<_>>(),
        "aurous-gateway",
    )
    .unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    for (program, script) in [("node", "node.mjs"), ("python3", "python.py")] {
        let minted = Command::new(program)
            .arg(format!("{folder}{script}"))
            .arg("ann@example.org")
            .env("AUROUS_SESSION_SECRETS", SECRETS)
            .output()
            .unwrap();
        let token = String::from_utf8(minted.stdout).unwrap();
        let session = keys.verify(token.trim(), now.as_secs());
        let subject = session.map(|it| it.subject);
        assert_eq!(
            subject,
            Ok(Subject::Visitor("ann@example.org".into())),
            "{program}"
        );
    }
}
