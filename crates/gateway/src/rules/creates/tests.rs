use proptest::prelude::*;

use super::*;
use crate::seal::SealingKeys;
use crate::secret::Secret;
use crate::subject::Subject;

const NOW: u64 = 1_778_234_400_000;
const BODY: [u8; 32] = [1; 32];
const DAY: u64 = IDEMPOTENCY_TTL_MS;

type Records = CreateRecords<&'static str, &'static str, u32>;

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
) -> Begin<&'static str, &'static str> {
    records.begin(key.clone(), &1, BODY, repeat, "waiter", NOW)
}

const FIRST: Begin<&str, &str> = Begin::Run {
    after_unknown: false,
};
const AGAIN: Begin<&str, &str> = Begin::Run {
    after_unknown: true,
};

#[test]
fn while_a_create_runs_others_wait_for_it_and_then_get_its_answer() {
    let (mut records, ann) = (Records::default(), key("ann", "key"));
    assert_eq!(ask(&mut records, &ann, Repeat::Freely), FIRST);
    assert_eq!(
        ask(&mut records, &ann, Repeat::Freely),
        Begin::Join("waiter")
    );
    records.finish(&ann, End::Succeeded("character"));
    let recorded = Begin::Recorded("character");
    assert_eq!(ask(&mut records, &ann, Repeat::Freely), recorded);
    assert_eq!(
        ask(&mut records, &ann, Repeat::OnlyIfNotCarriedOut),
        recorded
    );
}

#[test]
fn another_subject_route_or_key_is_another_create() {
    let (mut records, ann) = (Records::default(), key("ann", "key"));
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
fn a_key_is_for_one_body_while_it_runs_and_after() {
    let (mut records, ann) = (Records::default(), key("ann", "key"));
    let other_body =
        |records: &mut Records| records.begin(ann.clone(), &1, [2; 32], Repeat::Freely, "w", NOW);
    ask(&mut records, &ann, Repeat::Freely);
    assert_eq!(other_body(&mut records), Begin::Reused);
    records.finish(&ann, End::Succeeded("character"));
    assert_eq!(other_body(&mut records), Begin::Reused);
}

#[test]
fn what_was_not_carried_out_may_be_asked_for_anew_even_with_another_body() {
    let (mut records, ann) = (Records::default(), key("ann", "key"));
    ask(&mut records, &ann, Repeat::OnlyIfNotCarriedOut);
    records.finish(&ann, End::Refused);
    let other = records.begin(ann, &1, [2; 32], Repeat::Freely, "w", NOW);
    assert_eq!(other, FIRST);
}

#[test]
fn a_synthesis_of_unknown_outcome_is_never_sent_again() {
    let (mut records, ann) = (Records::default(), key("ann", "key"));
    ask(&mut records, &ann, Repeat::OnlyIfNotCarriedOut);
    records.finish(&ann, End::Unknown);
    for _ in 0..3 {
        let again = ask(&mut records, &ann, Repeat::OnlyIfNotCarriedOut);
        assert_eq!(again, Begin::OutcomeUnknown);
    }
    // Nor by someone who says now that it is harmless.
    assert_eq!(
        ask(&mut records, &ann, Repeat::Freely),
        Begin::OutcomeUnknown
    );
}

#[test]
fn an_upload_create_of_unknown_outcome_is_sent_again_and_remembers_that() {
    let (mut records, ann) = (Records::default(), key("ann", "key"));
    ask(&mut records, &ann, Repeat::Freely);
    records.finish(&ann, End::Unknown);
    assert_eq!(ask(&mut records, &ann, Repeat::Freely), AGAIN);
    // Turned away this time: the first one is as unknown as before.
    records.finish(&ann, End::Refused);
    assert_eq!(ask(&mut records, &ann, Repeat::Freely), AGAIN);
    records.finish(&ann, End::Succeeded("character"));
    assert_eq!(
        ask(&mut records, &ann, Repeat::Freely),
        Begin::Recorded("character")
    );
}

#[test]
fn a_record_is_kept_for_a_day_and_a_running_create_for_as_long_as_it_takes() {
    let (mut records, ann, bob) = (Records::default(), key("ann", "key"), key("bob", "key"));
    ask(&mut records, &ann, Repeat::Freely);
    ask(&mut records, &bob, Repeat::Freely);
    records.finish(&ann, End::Succeeded("character"));
    let later = |records: &mut Records, key: &RecordKey, ms| {
        records.begin(key.clone(), &1, BODY, Repeat::Freely, "later", NOW + ms)
    };
    assert_eq!(
        later(&mut records, &ann, DAY - 1),
        Begin::Recorded("character")
    );
    assert_eq!(later(&mut records, &ann, DAY), FIRST);
    assert_eq!(later(&mut records, &bob, 3 * DAY), Begin::Join("waiter"));
}

#[test]
fn one_visitor_cannot_take_every_record() {
    let mut records = Records::default();
    for nth in 0..RECORDS_OF_ONE_MAX {
        let own = key("ann", &nth.to_string());
        assert_eq!(ask(&mut records, &own, Repeat::Freely), FIRST);
        records.finish(&own, End::Succeeded("character"));
    }
    let one_more = key("ann", "one more");
    let in_an_hour = NOW + 3_600_000;
    assert_eq!(
        records.begin(one_more.clone(), &1, BODY, Repeat::Freely, "w", in_an_hour),
        Begin::Full {
            retry_after_s: 23 * 3600
        }
    );
    assert_eq!(
        records.begin(one_more, &2, BODY, Repeat::Freely, "w", in_an_hour),
        FIRST
    );
    // What is known is still answered.
    let known = ask(&mut records, &key("ann", "7"), Repeat::Freely);
    assert_eq!(known, Begin::Recorded("character"));
}

#[derive(Clone, Debug)]
enum Event {
    Ask(u8),
    Succeed(u8),
    Refuse(u8),
    LoseTrack(u8),
    Pass(u64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..3_u8).prop_map(Event::Ask),
        1 => (0..3_u8).prop_map(Event::Succeed),
        1 => (0..3_u8).prop_map(Event::Refuse),
        1 => (0..3_u8).prop_map(Event::LoseTrack),
        1 => (0..DAY / 4).prop_map(Event::Pass),
    ]
}

proptest! {
    #[test]
    fn within_a_day_a_synthesis_that_may_have_been_carried_out_is_not_sent_again(
        events in proptest::collection::vec(event(), 1..200),
    ) {
        let mut records = Records::default();
        let mut now = NOW;
        // By key: whether it is running, and until when it must not run again.
        let mut running = [false; 3];
        let mut carried_out_until = [0_u64; 3];
        let mut began = [0_u64; 3];
        for event in events {
            let (of, end) = match event {
                Event::Pass(ms) => {
                    now += ms;
                    continue;
                }
                Event::Ask(nth) => {
                    let begin = records.begin(
                        key("ann", &nth.to_string()), &1, BODY,
                        Repeat::OnlyIfNotCarriedOut, "w", now,
                    );
                    let nth = usize::from(nth);
                    if let Begin::Run { .. } = begin {
                        prop_assert!(!running[nth], "it runs already");
                        prop_assert!(now >= carried_out_until[nth], "it ran already");
                        (running[nth], began[nth]) = (true, now);
                    }
                    continue;
                }
                Event::Succeed(nth) => (nth, End::Succeeded("character")),
                Event::Refuse(nth) => (nth, End::Refused),
                Event::LoseTrack(nth) => (nth, End::Unknown),
            };
            let nth = usize::from(of);
            if running[nth] {
                records.finish(&key("ann", &of.to_string()), end);
                running[nth] = false;
                if end != End::Refused {
                    carried_out_until[nth] = began[nth] + DAY;
                }
            }
        }
    }
}
