mod room;

use proptest::prelude::*;

use super::*;
use crate::seal::SealingKeys;
use crate::secret::Secret;
use crate::subject::Subject;

const NOW: Uptime = Uptime::from_ms(7_000);
const BODY: [u8; 32] = [1; 32];
const DAY: u64 = IDEMPOTENCY_TTL_MS;
const LIMITS: RecordLimits = RecordLimits {
    max_records: 100,
    max_bytes: 10_000_000,
};

type Records = CreateRecords<&'static str, &'static str, u32>;

fn records() -> Records {
    Records::new(LIMITS)
}

fn succeeded(response: &'static str) -> CreateOutcome<&'static str> {
    CreateOutcome::Succeeded {
        response,
        bytes: 3_000,
    }
}

/// Returns the moment this many milliseconds after [`NOW`].
fn after(ms: u64) -> Uptime {
    NOW.after(Duration::from_millis(ms))
}

fn subject(name: &str) -> SubjectTag {
    let secret = Secret::new("a sealing secret of 32 bytes or more");
    let keys = SealingKeys::new(&[secret], "https://api.example").unwrap();
    keys.subject_tag(&Subject::Visitor(name.to_owned()))
}

fn key(name: &str, key: &str) -> RecordKey {
    RecordKey {
        subject: subject(name),
        route: "/v1/characters",
        key: key.to_owned(),
    }
}

fn ask(
    records: &mut Records,
    key: &RecordKey,
    repeat: Repeat,
) -> CreateDecision<&'static str, &'static str> {
    ask_at(records, key, repeat, NOW)
}

fn ask_at(
    records: &mut Records,
    key: &RecordKey,
    repeat: Repeat,
    now: Uptime,
) -> CreateDecision<&'static str, &'static str> {
    records.begin(asked(key, repeat), "waiter", now)
}

/// A create of the first visitor's.
fn asked(key: &RecordKey, repeat: Repeat) -> AskedCreate<u32> {
    AskedCreate {
        key: key.clone(),
        visitor: 1,
        body_hash: BODY,
        repeat,
    }
}

/// A create of the first visitor's with another body.
fn asked_otherwise(key: &RecordKey) -> AskedCreate<u32> {
    AskedCreate {
        body_hash: [2; 32],
        ..asked(key, Repeat::Freely)
    }
}

const FIRST: CreateDecision<&str, &str> = CreateDecision::Run {
    after_unknown: false,
};
const AGAIN: CreateDecision<&str, &str> = CreateDecision::Run {
    after_unknown: true,
};

#[test]
fn a_second_create_waits_for_the_first_and_gets_its_response() {
    let (mut records, ann) = (records(), key("ann", "key"));
    assert_eq!(ask(&mut records, &ann, Repeat::Freely), FIRST);
    assert_eq!(
        ask(&mut records, &ann, Repeat::Freely),
        CreateDecision::Wait("waiter")
    );
    records.record_outcome(&ann, succeeded("character"));
    let recorded = CreateDecision::Replay("character");
    assert_eq!(ask(&mut records, &ann, Repeat::Freely), recorded);
    assert_eq!(
        ask(&mut records, &ann, Repeat::OnlyIfNotCarriedOut),
        recorded
    );
}

#[test]
fn another_subject_route_or_key_is_another_create() {
    let (mut records, ann) = (records(), key("ann", "key"));
    ask(&mut records, &ann, Repeat::Freely);
    let elsewhere = RecordKey {
        route: "/elsewhere",
        ..ann.clone()
    };
    for other in [key("bob", "key"), key("ann", "another"), elsewhere] {
        assert_eq!(ask(&mut records, &other, Repeat::Freely), FIRST);
    }
}

#[test]
fn a_key_is_for_one_body_while_the_create_runs_and_after() {
    let (mut records, ann) = (records(), key("ann", "key"));
    let other_body = |records: &mut Records| records.begin(asked_otherwise(&ann), "w", NOW);
    ask(&mut records, &ann, Repeat::Freely);
    assert_eq!(other_body(&mut records), CreateDecision::KeyReused);
    records.record_outcome(&ann, succeeded("character"));
    assert_eq!(other_body(&mut records), CreateDecision::KeyReused);
}

#[test]
fn a_create_that_was_not_carried_out_may_come_again_even_with_another_body() {
    let (mut records, ann) = (records(), key("ann", "key"));
    ask(&mut records, &ann, Repeat::OnlyIfNotCarriedOut);
    records.record_outcome(&ann, CreateOutcome::Refused);
    let other = records.begin(asked_otherwise(&ann), "w", NOW);
    assert_eq!(other, FIRST);
}

#[test]
fn a_synthesis_of_unknown_outcome_is_never_sent_again() {
    let (mut records, ann) = (records(), key("ann", "key"));
    ask(&mut records, &ann, Repeat::OnlyIfNotCarriedOut);
    records.record_outcome(&ann, CreateOutcome::Unknown);
    for _ in 0..3 {
        let again = ask(&mut records, &ann, Repeat::OnlyIfNotCarriedOut);
        assert_eq!(again, CreateDecision::OutcomeUnknown);
    }
    // Nor where the request now says that it is harmless.
    assert_eq!(
        ask(&mut records, &ann, Repeat::Freely),
        CreateDecision::OutcomeUnknown
    );
}

#[test]
fn an_upload_create_of_unknown_outcome_is_sent_again_as_a_repeat() {
    let (mut records, ann) = (records(), key("ann", "key"));
    ask(&mut records, &ann, Repeat::Freely);
    records.record_outcome(&ann, CreateOutcome::Unknown);
    assert_eq!(ask(&mut records, &ann, Repeat::Freely), AGAIN);
    // Refused this time, but the outcome of the first attempt is as unknown as before.
    records.record_outcome(&ann, CreateOutcome::Refused);
    assert_eq!(ask(&mut records, &ann, Repeat::Freely), AGAIN);
    records.record_outcome(&ann, succeeded("character"));
    assert_eq!(
        ask(&mut records, &ann, Repeat::Freely),
        CreateDecision::Replay("character")
    );
}

#[test]
fn a_record_is_kept_for_a_day_and_a_running_create_until_it_ends() {
    let (mut records, ann, bob) = (records(), key("ann", "key"), key("bob", "key"));
    ask(&mut records, &ann, Repeat::Freely);
    ask(&mut records, &bob, Repeat::Freely);
    records.record_outcome(&ann, succeeded("character"));
    let later = |records: &mut Records, key: &RecordKey, ms| {
        ask_at(records, key, Repeat::Freely, after(ms))
    };
    assert_eq!(
        later(&mut records, &ann, DAY - 1),
        CreateDecision::Replay("character")
    );
    assert_eq!(later(&mut records, &ann, DAY), FIRST);
    assert_eq!(
        later(&mut records, &bob, 3 * DAY),
        CreateDecision::Wait("waiter")
    );
}

#[derive(Clone, Debug)]
enum Happening {
    Ask(u8),
    Succeed(u8),
    Refuse(u8),
    LoseTrackOf(u8),
    LetTimePass(u64),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (0..3_u8).prop_map(Happening::Ask),
        1 => (0..3_u8).prop_map(Happening::Succeed),
        1 => (0..3_u8).prop_map(Happening::Refuse),
        1 => (0..3_u8).prop_map(Happening::LoseTrackOf),
        1 => (0..DAY / 4).prop_map(Happening::LetTimePass),
    ]
}

proptest! {
    #[test]
    fn within_a_day_a_synthesis_that_may_have_been_carried_out_is_not_sent_again(
        events in proptest::collection::vec(happening(), 1..200),
    ) {
        let mut records = records();
        let mut now = 0;
        // For each key: whether its create is running, and until when it must not run again.
        let mut running = [false; 3];
        let mut carried_out_until = [0_u64; 3];
        let mut began_at = [0_u64; 3];
        for event in events {
            let (nth, outcome) = match event {
                Happening::LetTimePass(ms) => {
                    now += ms;
                    continue;
                }
                Happening::Ask(nth) => {
                    let begin = ask_at(
                        &mut records, &key("ann", &nth.to_string()),
                        Repeat::OnlyIfNotCarriedOut, after(now),
                    );
                    let nth = usize::from(nth);
                    if let CreateDecision::Run { .. } = begin {
                        prop_assert!(!running[nth], "it runs already");
                        prop_assert!(now >= carried_out_until[nth], "it ran already");
                        (running[nth], began_at[nth]) = (true, now);
                    }
                    continue;
                }
                Happening::Succeed(nth) => (nth, succeeded("character")),
                Happening::Refuse(nth) => (nth, CreateOutcome::Refused),
                Happening::LoseTrackOf(nth) => (nth, CreateOutcome::Unknown),
            };
            let key = key("ann", &nth.to_string());
            let nth = usize::from(nth);
            if running[nth] {
                records.record_outcome(&key, outcome);
                running[nth] = false;
                if outcome != CreateOutcome::Refused {
                    carried_out_until[nth] = began_at[nth] + DAY;
                }
            }
        }
    }
}
