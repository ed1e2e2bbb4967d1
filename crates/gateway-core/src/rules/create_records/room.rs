//! The room for another record.

use super::{CreateRecord, CreateRecords, RecordKey, RecordLimits};
use crate::clock::Uptime;

/// The part of all records that is one visitor's, so that none can take all of them.
const VISITORS_PART: usize = 10;

impl<W: Clone, R: Clone, V: Clone + Eq> CreateRecords<W, R, V> {
    /// Makes room for a record of this visitor's and of this many bytes: first among the visitor's own
    /// records, then among all.
    ///
    /// # Errors
    /// There is none. Returns the seconds until a record expires that is in the way.
    pub(super) fn make_room(&mut self, visitor: &V, bytes: usize, now: Uptime) -> Result<(), u64> {
        let all = self.limits;
        let visitors = RecordLimits {
            max_records: (all.max_records / VISITORS_PART).max(1),
            max_bytes: all.max_bytes / VISITORS_PART,
        };
        let of_visitor = self.records.iter().filter(|it| it.1.visitor == *visitor);
        let too_many = records_in_the_way(of_visitor, visitors, bytes, now)?;
        self.forget(&too_many);
        let too_many = records_in_the_way(self.records.iter(), all, bytes, now)?;
        self.forget(&too_many);
        Ok(())
    }

    fn forget(&mut self, keys: &[RecordKey]) {
        for key in keys {
            self.records.remove(key);
        }
    }
}

/// Returns the records to forget so that one of `bytes` more bytes keeps the limits: the oldest of those
/// that may make room.
fn records_in_the_way<'a, W: Clone + 'a, R: Clone + 'a, V: 'a>(
    records: impl Iterator<Item = (&'a RecordKey, &'a CreateRecord<W, R, V>)>,
    limits: RecordLimits,
    bytes: usize,
    now: Uptime,
) -> Result<Vec<RecordKey>, u64> {
    let mut records: Vec<_> = records.collect();
    let mut count = records.len() + 1;
    let mut taken = records.iter().map(|it| it.1.bytes).sum::<usize>() + bytes;
    let mut forgotten = Vec::new();
    if count <= limits.max_records && taken <= limits.max_bytes {
        return Ok(forgotten);
    }
    records.sort_unstable_by_key(|it| it.1.expires_at);
    for (key, record) in records.iter().filter(|it| it.1.may_make_room()) {
        count -= 1;
        taken -= record.bytes;
        forgotten.push((*key).clone());
        if count <= limits.max_records && taken <= limits.max_bytes {
            return Ok(forgotten);
        }
    }
    let first = records.first().map_or(now, |it| it.1.expires_at);
    let ms = first.as_ms().saturating_sub(now.as_ms());
    Err(ms.div_ceil(1000).max(1))
}
