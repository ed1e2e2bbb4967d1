//! The room for another record.

use super::*;

const KEEP: Repeat = Repeat::OnlyIfNotCarriedOut;

fn of(visitor: u32, nth: u32, repeat: Repeat) -> AskedCreate<u32> {
    AskedCreate {
        visitor,
        ..asked(&key("ann", &format!("{visitor} {nth}")), repeat)
    }
}

/// Begins and ends a create, and returns whether it could begin.
fn make(records: &mut Records, asked: AskedCreate<u32>, bytes: usize, now: Uptime) -> bool {
    let key = asked.key.clone();
    let begun = records.begin(asked, "waiter", now);
    let outcome = CreateOutcome::Succeeded {
        response: "character",
        bytes,
    };
    if begun == FIRST {
        records.record_outcome(&key, outcome);
    }
    begun == FIRST
}

fn is_known(records: &Records, asked: &AskedCreate<u32>) -> bool {
    records.records.contains_key(&asked.key)
}

#[test]
fn a_visitors_oldest_harmless_create_makes_room_for_its_next() {
    let mut records = records();
    for nth in 0..12 {
        let create = of(1, nth, Repeat::Freely);
        assert!(make(&mut records, create, 3_000, after(nth.into())));
    }
    // A tenth of 100.
    let known = (0..12).map(|nth| is_known(&records, &of(1, nth, Repeat::Freely)));
    let known: Vec<_> = known.collect();
    assert_eq!(known[..3], [false, false, true]);
    assert_eq!(known.iter().filter(|it| **it).count(), 10);
}

#[test]
fn a_create_that_costs_credits_never_makes_room() {
    let mut records = records();
    for nth in 0..10 {
        assert!(make(&mut records, of(1, nth, KEEP), 3_000, NOW));
    }
    let an_hour_later = after(3_600_000);
    for repeat in [KEEP, Repeat::Freely] {
        assert_eq!(
            records.begin(of(1, 10, repeat), "waiter", an_hour_later),
            CreateDecision::Full {
                retry_after_s: 23 * 3600
            }
        );
    }
    assert!(make(&mut records, of(2, 0, KEEP), 3_000, an_hour_later));
    assert!(make(&mut records, of(1, 10, KEEP), 3_000, after(DAY)));
}

#[test]
fn a_create_that_is_running_never_makes_room() {
    let mut records = records();
    for nth in 0..10 {
        let begun = records.begin(of(1, nth, Repeat::Freely), "waiter", NOW);
        assert_eq!(begun, FIRST);
    }
    assert!(!make(&mut records, of(1, 10, Repeat::Freely), 3_000, NOW));
    let outcome = CreateOutcome::Unknown;
    records.record_outcome(&of(1, 7, Repeat::Freely).key, outcome);
    assert!(make(&mut records, of(1, 10, Repeat::Freely), 3_000, NOW));
    assert!(!is_known(&records, &of(1, 7, Repeat::Freely)));
}

#[test]
fn large_responses_fill_the_bytes_before_the_number() {
    let mut records = Records::new(RecordLimits {
        max_records: 1_000,
        max_bytes: 2_000_000,
    });
    // A visitor's tenth is 200 KB: two responses of 60 KB, and one that may have 64 KB.
    for nth in 0..4 {
        assert!(make(&mut records, of(1, nth, Repeat::Freely), 60_000, NOW));
    }
    assert_eq!(records.records.len(), 3);
    for nth in 0..3 {
        assert!(make(&mut records, of(2, nth, KEEP), 60_000, NOW));
    }
    assert!(!make(&mut records, of(2, 3, KEEP), 60_000, NOW));
}

#[test]
fn a_new_visitor_finds_room_among_harmless_creates_of_all_others() {
    let mut records = records();
    for visitor in 0..10 {
        for nth in 0..10 {
            assert!(make(
                &mut records,
                of(visitor, nth, Repeat::Freely),
                3_000,
                NOW
            ));
        }
    }
    assert!(make(&mut records, of(10, 0, KEEP), 3_000, NOW));
    assert_eq!(records.records.len(), 100);
}

#[derive(Clone, Debug)]
struct Step {
    visitor: u32,
    repeat: Repeat,
    /// The size of the response. `None` where the outcome stays unknown.
    bytes: Option<usize>,
    waits_ms: u64,
}

fn step() -> impl Strategy<Value = Step> {
    let repeat = proptest::sample::select(vec![Repeat::Freely, KEEP]);
    let bytes = proptest::option::of(0..=CREATE_RESPONSE_MAX_BYTES);
    (0..4_u32, repeat, bytes, 0..DAY / 20).prop_map(|(visitor, repeat, bytes, waits_ms)| Step {
        visitor,
        repeat,
        bytes,
        waits_ms,
    })
}

proptest! {
    #[test]
    fn the_records_keep_their_limits_and_costly_ones_stay_for_a_day(
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        let limits = RecordLimits { max_records: 50, max_bytes: 2_000_000 };
        let mut records = Records::new(limits);
        let mut now_ms = 0;
        let mut costly: Vec<(RecordKey, u64)> = Vec::new();
        for (nth, step) in (0..).zip(steps) {
            now_ms += step.waits_ms;
            let create = of(step.visitor, nth, step.repeat);
            let key = create.key.clone();
            if records.begin(create, "waiter", after(now_ms)) == FIRST {
                let outcome = step.bytes.map_or(CreateOutcome::Unknown, |bytes| {
                    CreateOutcome::Succeeded { response: "character", bytes }
                });
                if step.repeat == KEEP {
                    costly.push((key.clone(), now_ms + DAY));
                }
                records.record_outcome(&key, outcome);
            }
            let taken: usize = records.records.values().map(|it| it.bytes).sum();
            prop_assert!(taken <= limits.max_bytes, "{taken} bytes");
            prop_assert!(records.records.len() <= limits.max_records);
            for visitor in 0..4 {
                let own = records.records.values().filter(|it| it.visitor == visitor);
                prop_assert!(own.count() <= limits.max_records / 10);
            }
            for (key, until_ms) in &costly {
                let is_known = records.records.contains_key(key);
                prop_assert!(is_known || now_ms >= *until_ms);
            }
        }
    }
}
