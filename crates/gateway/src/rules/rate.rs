use crate::config::RateConfig;
use aurous_contract::rate::Bucket;
pub(crate) struct RateLimits<V>(std::marker::PhantomData<V>);
impl<V> RateLimits<V> {
    pub(crate) fn new(_: RateConfig, _: u64) -> Self {
        Self(std::marker::PhantomData)
    }
    pub(crate) fn take(&mut self, _: Bucket, _: &V, _: u64) -> Result<(), u64> {
        Ok(())
    }
    pub(crate) fn follow(&mut self, _: Bucket, _: u64, _: u64) {}
}
