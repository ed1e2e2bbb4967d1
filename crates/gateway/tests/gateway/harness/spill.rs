//! Everything that the gateway printed and answered, searched for what is secret.

use std::sync::{Mutex, PoisonError};

/// A secret is found by any of its pieces of this length: a message that cuts it still gives it
/// away.
const PIECE: usize = 16;

/// What only stands in a signed URL of the emulator's.
const SIGNED: [&str; 2] = ["/upload/upl_", "signature="];

#[derive(Default)]
pub struct Spill {
    secrets: Mutex<Vec<String>>,
    told: Mutex<Vec<String>>,
}

impl Spill {
    pub fn keep_secret(&self, text: &str) {
        assert!(text.len() >= PIECE, "too short to be told from other text");
        let mut secrets = lock(&self.secrets);
        if !secrets.iter().any(|it| it == text) {
            secrets.push(text.to_owned());
        }
    }

    pub fn told(&self, text: &str) {
        lock(&self.told).push(text.to_owned());
    }

    /// The one place for an upload token is the answer to the init that made it.
    pub fn answered(&self, raw: &[u8], to_init: bool) {
        let text = String::from_utf8_lossy(raw);
        let marker = "\"upload_url\":\"uploads/";
        if to_init && let Some((before, rest)) = text.split_once(marker) {
            let (token, after) = rest.split_once('"').unwrap();
            self.keep_secret(token);
            return self.told(&format!("{before}{marker}\"{after}"));
        }
        self.told(&text);
    }

    #[track_caller]
    pub fn assert_tight(&self) {
        let told = lock(&self.told);
        for part in SIGNED {
            let found = told.iter().find(|it| it.contains(part));
            assert!(found.is_none(), "{part} in {found:?}");
        }
        for secret in lock(&self.secrets).iter() {
            let pieces = (0..=secret.len() - PIECE).step_by(PIECE);
            for piece in pieces.filter_map(|at| secret.get(at..at + PIECE)) {
                let found = told.iter().find(|it| it.contains(piece));
                assert!(found.is_none(), "{piece} of {secret} in {found:?}");
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_spilt_secret_is_found_whole_or_cut() {
    let spill = Spill::default();
    spill.keep_secret("0123456789abcdef0123456789ABCDEF");
    spill.told("nothing");
    spill.assert_tight();
    spill.told("x=23456789ABCDEF0123456789abcdef0123456789");
    assert!(std::panic::catch_unwind(|| spill.assert_tight()).is_err());
}

#[test]
fn an_upload_token_may_stand_in_the_answer_that_issues_it_only() {
    let answer = br#"{"upload_url":"uploads/aaaabbbbccccddddeeee","x":1}"#;
    let spill = Spill::default();
    spill.answered(answer, true);
    spill.assert_tight();
    spill.answered(answer, false);
    assert!(std::panic::catch_unwind(|| spill.assert_tight()).is_err());
}
