//! `docs/gateway.md` and the snippets of `deploy/`, held against the program.

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
fn every_flag_is_on_the_page() {
    let help = Command::new(env!("CARGO_BIN_EXE_aurous-gateway"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let flags = help
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--"))
        .map(|flag| flag.split([' ', '=']).next().unwrap().to_owned());
    let mut count = 0;
    for flag in flags {
        assert!(PAGE.contains(&format!("`--{flag}")), "--{flag}");
        count += 1;
    }
    assert!(count > 25, "{help}");
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

const ERRORS: &str = include_str!("../../../docs/errors.md");

/// The rows of `docs/errors.md`: a code's name and the rest of its row.
fn error_rows() -> Vec<(&'static str, Vec<&'static str>)> {
    let rows = ERRORS
        .lines()
        .filter_map(|it| it.strip_prefix("| <a id=\""));
    let rows = rows.filter_map(|it| it.split_once('"'));
    rows.map(|(name, rest)| {
        let mut cells = rest.split(" | ");
        assert_eq!(cells.next(), Some(&*format!("></a>`{name}`")), "{name}");
        (name, cells.collect())
    })
    .collect()
}

#[test]
fn every_error_that_a_page_can_see_is_explained_once() {
    let mut expected: Vec<_> = [
        aurous_contract::failure::Code::ALL
            .map(|it| it.as_str())
            .as_slice(),
        aurous_contract::error::ErrorCode::ALL
            .map(|it| it.as_str())
            .as_slice(),
        Code::ALL.map(|it| it.as_str()).as_slice(),
        &["wasm_load_failed"],
    ]
    .concat();
    expected.sort_unstable();
    expected.dedup();
    let mut explained: Vec<_> = error_rows().into_iter().map(|(name, _)| name).collect();
    explained.sort_unstable();
    assert_eq!(explained, expected);
    for (name, cells) in error_rows() {
        assert_eq!(cells.len(), 4, "{name}");
        assert!(cells.iter().all(|it| !it.trim().is_empty()), "{name}");
    }
    // A row without an anchor is none of the above.
    let tables = ERRORS.split_once("## The SDK's own codes").unwrap().1;
    let rows = tables.lines().filter(|it| it.starts_with("| ")).count();
    assert_eq!(rows - 3, expected.len(), "three of them are headings");
}

#[test]
fn the_explained_errors_have_the_status_and_the_hope_that_the_code_gives_them() {
    use aurous_contract::error::ErrorCode;
    use aurous_contract::failure;
    use aurous_contract::retry::{Attempt, Decision, GiveUp, Outcome, Repeat, RetryPolicy};

    let rows = error_rows();
    let row = |name: &str| rows.iter().find(|it| it.0 == name).unwrap().1.clone();
    let own = failure::Code::ALL;
    let of_the_api = ErrorCode::ALL.map(|it| (it.as_str(), it.status()));
    let of_the_gateway = Code::ALL.map(|it| (it.as_str(), it.status()));
    for (name, status) in of_the_api.into_iter().chain(of_the_gateway) {
        if own.iter().any(|it| it.as_str() == name) {
            continue; // the SDK says it itself
        }
        let row = row(name);
        assert_eq!(row[0], status.to_string(), "{name}");
        let decision = RetryPolicy::API_CALL.decide(Attempt {
            outcome: Outcome::of_answer(status, Some(name)),
            number: 1,
            elapsed_ms: 0,
            retry_after_ms: None,
            repeat: Repeat::Freely,
            random: 0.0,
        });
        let is_final = decision == Decision::GiveUp(GiveUp::Final);
        let says = if is_final { "no" } else { "yes" };
        assert!(row[3].starts_with(says), "{name}: {}", row[3]);
    }
    for code in own {
        let kind = format!("{:?}", code.kind()).to_lowercase();
        assert!(row(code.as_str())[0].starts_with(&kind), "{code:?}");
    }
}

#[test]
fn the_rows_say_which_codes_the_sdk_replaces_by_its_own() {
    use aurous_contract::answer::{Envelope, Head, NoAnswer, Through, no_answer, refused};
    use aurous_contract::error::ErrorCode;
    use aurous_contract::failure::{Failure, Step};
    use aurous_contract::retry::{Attempts, Moment, RetryPolicy};

    let reported = |mut failure: Box<Failure>| {
        let mut attempts = Attempts::default();
        attempts.failed(&RetryPolicy::API_CALL, &failure, Moment::default());
        attempts.report(Step::Create, &mut failure, false);
        failure.code
    };
    let holds = |name: &str, reported: &str, words: &str| {
        let rows = error_rows();
        let (_, cells) = rows.iter().find(|it| it.0 == name).unwrap();
        let code_said = cells[1].split_once(&format!("{words}: `"));
        let code_said = code_said.and_then(|(_, code)| code.split('`').next());
        assert_eq!(code_said.unwrap_or(name), reported, "{name}: {}", cells[1]);
        code_said.is_some()
    };

    let of_the_api = ErrorCode::ALL.map(|it| (it.as_str(), it.status()));
    let of_the_gateway = Code::ALL.map(|it| (it.as_str(), it.status()));
    for (name, status) in of_the_api.into_iter().chain(of_the_gateway) {
        let failure = |step| {
            let head = Head {
                status,
                from_gateway: true,
                ..Head::default()
            };
            let envelope = Envelope {
                code: Some(name.to_owned()),
                ..Envelope::default()
            };
            refused(step, Through::Api, head, Some(envelope))
        };
        let is_of_a_put = holds(name, &failure(Step::Put).code, "On a PUT");
        if !is_of_a_put {
            holds(name, &reported(failure(Step::Create)), "Of a create");
        }
    }
    for why in [NoAnswer::Network, NoAnswer::Timeout(1)] {
        let failure = no_answer(Step::Create, why);
        let name = failure.code.clone();
        holds(&name, &reported(failure), "Of a create");
    }
}
