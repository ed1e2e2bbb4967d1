//! The codes that TypeScript users read are those that the SDK throws.

use std::collections::BTreeSet;

use aurous_flow::failure::Code;

const TYPES: &str = include_str!("../../../pkg-template/index.d.ts");

#[test]
fn the_types_list_each_code_of_the_sdks_own() {
    let union = TYPES.split("export type SdkErrorCode =").nth(1).unwrap();
    let union = union.split(';').next().unwrap();
    let listed: BTreeSet<&str> = union.split('"').skip(1).step_by(2).collect();
    // The scripts around the wasm throw this one: where the wasm did not load.
    let thrown = Code::ALL
        .map(Code::as_str)
        .into_iter()
        .chain(["wasm_load_failed"]);
    assert_eq!(listed, thrown.collect());
}
