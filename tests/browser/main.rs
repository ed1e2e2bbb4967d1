//! The SDK in a real browser, against a running emulator: `cargo xtask test` starts both.
//!
//! Each test calls the exports as JavaScript does, and checks what the page got and what the emulator
//! received.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod answers;
mod arguments;
mod between;
mod cancelling;
mod characters;
mod client_options;
mod creates;
mod errors;
mod files;
mod gateway;
mod progress;
mod retries;
mod settling;
mod support;
mod upload;
mod upload_flow;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
