//! The tables of codes in `docs/errors.md` are those that the SDK, the API and the gateway have.

use aurous_contract::error::ErrorCode;
use aurous_contract::outcome::{Outcome, Repeat};
use aurous_flow::answer::{Envelope, Head, NoAnswer, Server, no_answer, refused, refused_put};
use aurous_flow::failure::{Code, Failure, Step};
use aurous_flow::retry::{Attempt, Attempts, Circumstances, Decision, GiveUp, RetryPolicy};
use aurous_gateway::refusal;

const PAGE: &str = include_str!("../../../docs/errors.md");

/// A code's name, and the other cells of its row.
type Row = (&'static str, Vec<&'static str>);

fn rows() -> Vec<Row> {
    let rows = PAGE.lines().filter_map(|it| it.strip_prefix("| <a id=\""));
    let rows = rows.filter_map(|it| it.split_once('"'));
    rows.map(|(name, rest)| {
        let mut cells = rest.split(" | ");
        assert_eq!(cells.next(), Some(&*format!("></a>`{name}`")), "{name}");
        (name, cells.collect())
    })
    .collect()
}

fn cells_of(name: &str) -> Vec<&'static str> {
    let row = rows().into_iter().find(|it| it.0 == name);
    row.unwrap_or_else(|| panic!("{name} has no row")).1
}

/// The codes of the API and of the gateway, each with its status.
fn codes_of_servers() -> impl Iterator<Item = (&'static str, u16)> {
    let of_the_api = ErrorCode::ALL.map(|it| (it.as_str(), it.status()));
    let of_the_gateway = refusal::Code::ALL.map(|it| (it.as_str(), it.status()));
    of_the_api.into_iter().chain(of_the_gateway)
}

#[test]
fn every_error_that_a_page_can_see_is_explained_once() {
    let own = Code::ALL.map(Code::as_str);
    let names = codes_of_servers().map(|it| it.0);
    let mut expected: Vec<_> = names.chain(own).chain(["wasm_load_failed"]).collect();
    expected.sort_unstable();
    expected.dedup();
    let mut explained: Vec<_> = rows().into_iter().map(|(name, _)| name).collect();
    explained.sort_unstable();
    assert_eq!(explained, expected);
    for (name, cells) in rows() {
        assert_eq!(cells.len(), 4, "{name}");
        assert!(cells.iter().all(|it| !it.trim().is_empty()), "{name}");
    }
    // A row without an anchor explains none of them.
    let tables = PAGE.split_once("## The SDK's own codes").unwrap().1;
    let rows = tables.lines().filter(|it| it.starts_with("| ")).count();
    assert_eq!(rows - 3, expected.len(), "three of them are headings");
}

#[test]
fn each_code_of_a_server_is_shown_with_its_status_and_whether_another_attempt_may_help() {
    for (name, status) in codes_of_servers() {
        if Code::ALL.iter().any(|it| it.as_str() == name) {
            continue; // The SDK finds the fault before the API does.
        }
        let cells = cells_of(name);
        assert_eq!(cells[0], status.to_string(), "{name}");
        let decision = RetryPolicy::API_CALL.decide(Attempt {
            outcome: Outcome::of_answer(status, Some(name)),
            number: 1,
            elapsed_ms: 0,
            retry_after_ms: None,
            repeat: Repeat::Freely,
            random: 0.0,
        });
        let is_final = decision == Decision::GiveUp(GiveUp::Final);
        let answer = if is_final { "no" } else { "yes" };
        assert!(cells[3].starts_with(answer), "{name}: {}", cells[3]);
    }
}

#[test]
fn each_code_of_the_sdks_own_is_shown_with_its_kind() {
    for code in Code::ALL {
        let cells = cells_of(code.as_str());
        assert!(cells[0].starts_with(code.kind().as_str()), "{code:?}");
    }
}

#[test]
fn each_row_says_which_code_of_the_sdks_own_a_page_sees_in_its_place() {
    for (name, status) in codes_of_servers() {
        let head = Head {
            status,
            is_from_gateway: true,
            ..Head::default()
        };
        let envelope = Envelope {
            code: Some(name.to_owned()),
            ..Envelope::default()
        };
        let of_a_put = refused_put(Server::Api, "", &head, Some(envelope.clone())).code;
        let is_replaced = assert_replaced(name, "On a PUT", &of_a_put);
        if !is_replaced {
            let of_a_create = refused(Step::Create, Server::Api, &head, Some(envelope));
            assert_replaced(name, "Of a create", &reported_of_a_create(of_a_create));
        }
    }
    for why in [NoAnswer::Network, NoAnswer::Timeout(1)] {
        let failure = no_answer(Step::Create, Server::Api, why);
        let name = failure.code.clone();
        assert_replaced(&name, "Of a create", &reported_of_a_create(failure));
    }
}

/// The code of the error of a create whose only attempt ended in `failure`.
fn reported_of_a_create(mut failure: Box<Failure>) -> String {
    let mut attempts = Attempts::default();
    attempts.count_failed(&RetryPolicy::API_CALL, &failure, Circumstances::default());
    attempts.report(Step::Create, &mut failure, false);
    failure.code.into()
}

/// Asserts that the row of `name` says "… `when`: `seen`" where a page sees another code, and nothing of it
/// where it sees `name`. Gives whether it sees another.
#[track_caller]
fn assert_replaced(name: &str, when: &str, seen: &str) -> bool {
    let explanation = cells_of(name)[1];
    let said = explanation.split_once(&format!("{when}: `"));
    let said = said.and_then(|(_, rest)| rest.split('`').next());
    assert_eq!(said.unwrap_or(name), seen, "{name}: {explanation}");
    said.is_some()
}
