//! The addresses of an emulator.

use serde::Serialize;

/// The URLs of an emulator and a key for it. The program prints them with `--json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// `http://127.0.0.1:<port>`, without a slash at the end, as are the others.
    pub api: String,
    pub upload: String,
    pub control: String,
    /// A valid API key.
    pub key: String,
}
