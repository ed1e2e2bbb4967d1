//! Where an emulator answers.

use serde::Serialize;

/// Where an emulator answers, and to which key: what the program prints with `--json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// `http://127.0.0.1:<port>`, without a slash at the end; so are the others.
    pub api: String,
    pub upload: String,
    pub control: String,
    /// A valid API key.
    pub key: String,
}
