//! A release is compiled for size as far as rustc can, the standard library anew with it: without what a
//! panic would say. Nothing in the page may panic, and what is there to tell of one is a tenth of the
//! download: messages, the formatting of numbers, the places in the source.
//!
//! The flags aren't stable; the toolchain is pinned, so what they do is, too.

/// Lets unstable flags through.
pub const ALLOW_UNSTABLE: (&str, &str) = ("RUSTC_BOOTSTRAP", "1");

/// For wasm-pack: the crate, and what cargo gets.
pub const ARGUMENTS: &[&str] = &[
    ".",
    "--",
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];

pub const RUSTFLAGS: &[&str] = &[
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zfmt-debug=none",
    "-Zlocation-detail=none",
    // Off where a build is for size, but on small functions it saves more than it costs: 1.4 KB in brotli.
    "-Zinline-mir=yes",
    "-Cllvm-args=-inline-threshold=30",
];
