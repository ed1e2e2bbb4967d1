//! How far an upload is, as a page is told.

/// The bytes of one upload that have arrived, as far as can be known before the server has answered.
///
/// Never runs backwards, also where a PUT begins again, and stays under its total until the answer: the
/// last bytes may still sit in buffers, and the server may refuse them all.
///
/// ```
/// use aurous_contract::progress::Progress;
///
/// let mut progress = Progress::of(100);
/// assert_eq!(progress.sent(60), 60);
/// assert_eq!(progress.sent(20), 60, "a second attempt begins");
/// assert_eq!(progress.sent(100), 99);
/// assert_eq!(progress.answered(), 100);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    total: u64,
    loaded: u64,
}

impl Progress {
    /// Of a file of `total` bytes.
    pub const fn of(total: u64) -> Self {
        Self { total, loaded: 0 }
    }

    /// What is told now.
    pub const fn loaded(&self) -> u64 {
        self.loaded
    }

    /// This attempt has sent so many bytes. Gives what is told of it.
    pub fn sent(&mut self, bytes: u64) -> u64 {
        let told = bytes.min(self.total.saturating_sub(1));
        self.loaded = self.loaded.max(told);
        self.loaded
    }

    /// The server took the file.
    pub fn answered(&mut self) -> u64 {
        self.loaded = self.total;
        self.loaded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_never_runs_backwards_and_stays_under_its_total(
            total in 1_u64..1_000,
            sent in prop::collection::vec(0_u64..2_000, 0..50),
        ) {
            let mut progress = Progress::of(total);
            let mut before = 0;
            for bytes in sent {
                let told = progress.sent(bytes);
                prop_assert!(told >= before && told < total);
                before = told;
            }
            prop_assert_eq!(progress.answered(), total);
        }
    }
}
