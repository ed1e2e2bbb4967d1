//! A release compiles the standard library anew: for size, and without what a panic would say. Nothing in
//! the page may panic, and what is there to tell of one is a tenth of the download: messages, the
//! formatting of numbers, the places in the source.
//!
//! Cargo and rustc can do that, but the flags aren't stable; the toolchain is pinned, so what they do is, too.

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
];
