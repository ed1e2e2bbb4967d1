//! The search for secrets in everything that the gateway printed and responded.

use std::sync::{Mutex, PoisonError};

/// The length of the pieces to search for: a message that cuts a secret still reveals a piece of it.
const PIECE: usize = 16;

/// Texts that appear only in a signed URL of the emulator's.
const SIGNED: [&str; 2] = ["/upload/upl_", "signature="];

#[derive(Default)]
pub struct Spill {
    secrets: Mutex<Vec<String>>,
    output: Mutex<Vec<String>>,
}

impl Spill {
    pub fn keep_secret(&self, text: &str) {
        assert!(text.len() >= PIECE, "too short to tell from other text");
        let mut secrets = lock(&self.secrets);
        if !secrets.iter().any(|it| it == text) {
            secrets.push(text.to_owned());
        }
    }

    pub fn record_output(&self, text: &str) {
        lock(&self.output).push(text.to_owned());
    }

    /// Records a response. An upload token may appear in one place alone, the response to the init that
    /// made it.
    pub fn record_response(&self, raw: &[u8], to_init: bool) {
        let text = String::from_utf8_lossy(raw);
        let marker = "\"upload_url\":\"uploads/";
        if to_init && let Some((before, rest)) = text.split_once(marker) {
            let (token, after) = rest.split_once('"').unwrap();
            self.keep_secret(token);
            return self.record_output(&format!("{before}{marker}\"{after}"));
        }
        self.record_output(&text);
    }

    #[track_caller]
    pub fn assert_no_secret(&self) {
        let output = lock(&self.output);
        for part in SIGNED {
            let found = output.iter().find(|it| it.contains(part));
            assert!(found.is_none(), "{part} in {found:?}");
        }
        for secret in lock(&self.secrets).iter() {
            let pieces = (0..=secret.len() - PIECE).step_by(PIECE);
            for piece in pieces.filter_map(|at| secret.get(at..at + PIECE)) {
                let found = output.iter().find(|it| it.contains(piece));
                assert!(found.is_none(), "{piece} of {secret} in {found:?}");
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_secret_in_the_output_is_found_whole_or_cut() {
    let spill = Spill::default();
    spill.keep_secret("0123456789abcdef0123456789ABCDEF");
    spill.record_output("nothing");
    spill.assert_no_secret();
    spill.record_output("x=23456789ABCDEF0123456789abcdef0123456789");
    assert!(std::panic::catch_unwind(|| spill.assert_no_secret()).is_err());
}

#[test]
fn an_upload_token_may_appear_in_the_response_to_its_init_alone() {
    let answer = br#"{"upload_url":"uploads/aaaabbbbccccddddeeee","x":1}"#;
    let spill = Spill::default();
    spill.record_response(answer, true);
    spill.assert_no_secret();
    spill.record_response(answer, false);
    assert!(std::panic::catch_unwind(|| spill.assert_no_secret()).is_err());
}
