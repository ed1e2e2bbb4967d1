use aurous_contract::retry::Repeat;
#[derive(Clone)]
pub(crate) struct RecordKey {
    pub(crate) subject: crate::seal::SubjectTag,
    pub(crate) route: &'static str,
    pub(crate) key: String,
}
pub(crate) enum Begin<W, A> {
    Run { after_unknown: bool },
    Join(W),
    Recorded(A),
    Reused,
    OutcomeUnknown,
    Full { retry_after_s: u64 },
}
pub(crate) enum End<A> {
    Succeeded(A),
    Refused,
    Unknown,
}
pub(crate) struct CreateRecords<W, A, V>(std::marker::PhantomData<(W, A, V)>);
impl<W, A, V> Default for CreateRecords<W, A, V> {
    fn default() -> Self {
        Self(std::marker::PhantomData)
    }
}
impl<W, A, V> CreateRecords<W, A, V> {
    pub(crate) fn begin(
        &mut self,
        _: RecordKey,
        _: &V,
        _: [u8; 32],
        _: Repeat,
        _: W,
        _: u64,
    ) -> Begin<W, A> {
        Begin::Run {
            after_unknown: false,
        }
    }
    pub(crate) fn finish(&mut self, _: &RecordKey, _: End<A>, _: u64) {}
}
