//! The gateway's error codes that the SDK and its types contain are codes of the gateway.

use std::collections::BTreeSet;

use aurous_contract::gateway;
use aurous_flow::character_call::Operation;
use aurous_flow::failure::{ErrorKind, Step};
use aurous_gateway::refusal::Code;

const TYPES: &str = include_str!("../../../pkg-template/index.d.ts");

#[test]
fn each_code_that_the_sdk_acts_on_is_one_of_the_gateways() {
    let codes = Code::ALL.map(Code::as_str);
    for code in gateway::CODES {
        assert!(codes.contains(&code), "{code}");
    }
}

#[test]
fn each_code_that_the_types_name_is_one_of_the_gateways() {
    let words = TYPES.split(|it: char| !(it.is_ascii_lowercase() || it == '_'));
    let named: BTreeSet<_> = words.filter(|word| word.starts_with("gateway_")).collect();
    assert!(named.len() > 5, "{named:?}");
    for code in named {
        // `gateway_not_found` is the SDK's own: there is no gateway. `gateway_` is how all begin.
        let is_ours = ["gateway_", "gateway_not_found"].contains(&code);
        let codes = Code::ALL.map(Code::as_str);
        assert!(is_ours || codes.contains(&code), "{code}");
    }
}

/// The members of a union of texts, which is on one line.
fn members(union: &str) -> BTreeSet<&'static str> {
    let start = ["export type ", union, " = "].concat();
    let line = TYPES.lines().find_map(|it| it.strip_prefix(&start));
    line.unwrap_or_default()
        .split('"')
        .skip(1)
        .step_by(2)
        .collect()
}

#[test]
fn the_types_list_every_kind_and_every_step() {
    let kinds = [
        ErrorKind::Input,
        ErrorKind::Api,
        ErrorKind::Gateway,
        ErrorKind::Upload,
        ErrorKind::Network,
        ErrorKind::Timeout,
        ErrorKind::Config,
    ];
    assert_eq!(members("ErrorKind"), kinds.map(ErrorKind::as_str).into());
    let mut steps = BTreeSet::from(Operation::ALL.map(Operation::as_str));
    steps.extend([Step::Init, Step::Put, Step::Classify, Step::Create].map(Step::as_str));
    steps.insert("load"); // of the package's script
    assert_eq!(members("ErrorStep"), steps);
}
