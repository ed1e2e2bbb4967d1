//! Instances that share a store.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::shell::{Api, NextWrite, World};

const KEY: &str = "a-key-of-more-than-16";

fn described() -> Value {
    json!({ "name": "Aurora", "generate": true })
}

fn from_words_to_another_body() -> Value {
    json!({ "name": "Borealis", "generate": true })
}

/// Two instances with limits that no test reaches by chance.
fn two() -> World {
    World::new(2, |settings| {
        settings.team_limits = vec![
            "characters_synthesize=600/600".to_owned(),
            "characters_get=600/600".to_owned(),
        ];
        settings.subject_share = "1/1".to_owned();
    })
}

#[test]
fn a_create_that_one_instance_has_made_is_repeated_by_the_other() {
    let world = two();
    let (status, made) = world.create(0, KEY, &described());
    assert_eq!(status, 201);
    assert_eq!(world.create(1, KEY, &described()), (201, made.clone()));
    assert_eq!(world.create(0, KEY, &described()), (201, made));
    assert_eq!(world.got.borrow().len(), 1);
}

#[test]
fn the_same_key_with_another_body_is_refused_by_every_instance() {
    let world = two();
    world.create(0, KEY, &described());
    for instance in [0, 1] {
        let (status, body) = world.create(instance, KEY, &from_words_to_another_body());
        assert_eq!(status, 409);
        assert_eq!(body["error"]["code"], "gateway_idempotency_key_reused");
    }
    assert_eq!(world.got.borrow().len(), 1);
}

#[test]
fn a_create_that_is_running_elsewhere_is_waited_for_and_then_left_to_the_page() {
    let world = two();
    let running = world.begin_create(0, KEY, &described());
    let before = world.epoch_ms.get();
    let (status, body) = world.create(1, KEY, &described());
    // The SDK waits on this code, and sends the same key again.
    assert_eq!(
        (status, &body["error"]["code"]),
        (409, &json!("idempotency_key_in_use"))
    );
    assert_eq!(world.got.borrow().len(), 0);
    assert_eq!(world.epoch_ms.get() - before, 5_000);
    running.die();
}

#[test]
fn a_create_that_another_instance_gave_up_is_known_to_all_once_that_one_has_answered() {
    let world = two();
    let running = world.begin_create(0, KEY, &described());
    world.pass(3_600_000);
    let (_, body) = world.create(1, KEY, &described());
    assert_eq!(body["error"]["code"], "gateway_create_outcome_unknown");
    // The instance was only slow.
    world.go_on(running, &described());
    let (status, made) = world.create(0, KEY, &described());
    assert_eq!(status, 201);
    assert_eq!(world.create(1, KEY, &described()), (201, made));
    assert_eq!(world.got.borrow().len(), 1);
}

#[test]
fn a_create_whose_instance_died_is_unknown_and_never_sent_twice_where_it_costs() {
    let world = two();
    world.begin_create(0, KEY, &described()).die();
    world.pass(3_600_000);
    let (status, body) = world.create(1, KEY, &described());
    assert_eq!(
        (status, &body["error"]["code"]),
        (502, &json!("gateway_create_outcome_unknown"))
    );
    assert_eq!(world.got.borrow().len(), 0);
}

#[test]
fn an_outcome_that_one_instance_does_not_know_is_unknown_to_all() {
    let world = two();
    world.creates.borrow_mut().push_back(Api::Loses);
    for instance in [0, 1, 0] {
        let (_, body) = world.create(instance, KEY, &described());
        assert_eq!(body["error"]["code"], "gateway_create_outcome_unknown");
    }
    assert_eq!(world.got.borrow().len(), 1);
}

#[test]
fn a_create_that_was_refused_leaves_nothing_behind() {
    let world = two();
    world.creates.borrow_mut().push_back(Api::Refuses);
    let (status, _) = world.create(0, KEY, &described());
    assert_eq!(status, 400);
    assert!(!world.entries().keys().any(|key| key.starts_with("create:")));
    assert_eq!(world.create(1, KEY, &described()).0, 201);
}

#[test]
fn a_create_is_refused_before_it_is_sent_while_the_store_is_away() {
    let world = two();
    world.store_is_away.set(true);
    let (status, body) = world.create(0, KEY, &described());
    assert_eq!(
        (status, &body["error"]["code"]),
        (503, &json!("gateway_store_unavailable"))
    );
    assert_eq!(world.got.borrow().len(), 0);
    assert!(world.entries().is_empty());
    world.store_is_away.set(false);
    assert_eq!(world.create(0, KEY, &described()).0, 201);
}

#[test]
fn a_claim_whose_answer_was_lost_is_released_before_the_refusal() {
    for next_write in [NextWrite::Made, NextWrite::MadeLate] {
        let world = two();
        world.next_write.set(next_write);
        let (status, body) = world.create(0, KEY, &described());
        assert_eq!(
            (status, &body["error"]["code"]),
            (503, &json!("gateway_store_unavailable"))
        );
        if matches!(next_write, NextWrite::MadeLate) {
            world.make_late_write();
        }
        assert_eq!(world.create(1, KEY, &described()).0, 201);
        assert_eq!(world.got.borrow().len(), 1);
    }
}

#[test]
fn an_outcome_is_known_to_all_although_the_store_had_lost_the_claim() {
    let world = two();
    let running = world.begin_create(0, KEY, &described());
    world.lose_creates();
    world.go_on(running, &described());
    let (status, _) = world.create(1, KEY, &described());
    assert_eq!(status, 201);
    assert_eq!(world.got.borrow().len(), 1);
}

#[test]
fn calls_that_make_nothing_go_on_while_the_store_is_away() {
    let world = two();
    let (_, made) = world.create(0, KEY, &described());
    world.store_is_away.set(true);
    let path = format!("/aurous/v1/characters/{}", made["id"].as_str().unwrap());
    assert_eq!(world.get(1, &path).0, 200);
}

#[test]
fn all_instances_together_have_the_teams_limit() {
    let world = World::new(3, |settings| {
        settings.team_limits = vec!["characters_synthesize=6/12".to_owned()];
        settings.subject_share = "1/1".to_owned();
    });
    let statuses = (0..15).map(|nth| {
        let key = format!("a-key-of-more-than-16-{nth}");
        world.create(nth % 3, &key, &described()).0
    });
    let made = statuses.filter(|status| *status == 201).count();
    assert_eq!(made, 12);
    assert_eq!(world.got.borrow().len(), 12);
}

#[test]
fn the_store_holds_nothing_that_a_visitor_would_recognise() {
    let world = two();
    world.create(0, KEY, &described());
    let entries = world.entries();
    assert!(entries.keys().any(|key| key.starts_with("create:")));
    for (key, value) in entries {
        for secret in [KEY, "Aurora", "char_1", "al_live", "ready"] {
            assert!(
                !key.contains(secret) && !value.contains(secret),
                "{key}: {value}"
            );
        }
    }
}

#[test]
fn a_visitor_has_one_share_of_the_limits_over_all_instances() {
    let world = World::new(4, |settings| {
        settings.team_limits = vec!["characters_synthesize=6/12".to_owned()];
        settings.subject_share = "1/3".to_owned();
    });
    let made = (0..40)
        .filter(|nth| {
            let key = format!("a-key-of-more-than-16-{nth}");
            world.create(nth % 4, &key, &described()).0 == 201
        })
        .count();
    // Four of its own, and four that the others leave.
    assert_eq!(made, 8);
}

#[test]
fn an_instance_that_hears_what_the_api_has_left_tells_the_others() {
    let world = World::new(2, |settings| {
        settings.team_limits = vec!["characters_synthesize=6/12".to_owned()];
        settings.subject_share = "1/1".to_owned();
    });
    world.remaining.set(Some(2));
    assert_eq!(world.create(0, KEY, &described()).0, 201);
    world.remaining.set(None);
    let made = (0..9)
        .filter(|nth| {
            let key = format!("a-key-of-more-than-16-{nth}");
            world.create(1, &key, &described()).0 == 201
        })
        .count();
    assert_eq!(made, 2);
}

#[test]
fn each_instance_has_its_share_of_the_limits_while_the_store_is_away() {
    let world = World::new(2, |settings| {
        settings.team_limits = vec!["characters_get=1/6".to_owned()];
        settings.team_share = "1/2".to_owned();
        settings.subject_share = "1/1".to_owned();
    });
    let (_, made) = world.create(0, KEY, &described());
    let path = format!("/aurous/v1/characters/{}", made["id"].as_str().unwrap());
    world.store_is_away.set(true);
    for instance in [0, 1] {
        let statuses = (0..5).map(|_| world.get(instance, &path).0);
        assert_eq!(statuses.filter(|status| *status == 200).count(), 3);
    }
}

/// Two instances in which a visitor has two PUTs at once.
fn two_with_two_puts() -> World {
    World::new(2, |settings| settings.max_uploads_per_subject = 2)
}

#[test]
fn a_visitor_has_as_many_puts_at_once_as_allowed_over_all_instances() {
    let world = two_with_two_puts();
    let paths: Vec<_> = (0..3).map(|_| world.init(0)).collect();
    let first = world.begin_put(0, &paths[0]).ok().unwrap();
    let second = world.begin_put(1, &paths[1]).ok().unwrap();
    for instance in [0, 1] {
        assert_eq!(world.begin_put(instance, &paths[2]).err(), Some(429));
    }
    assert_eq!(world.end(first), 200);
    let third = world.begin_put(1, &paths[2]).ok().unwrap();
    assert_eq!((world.end(second), world.end(third)), (200, 200));
    assert!(!world.entries().keys().any(|key| key.starts_with("slots:")));
}

#[test]
fn the_slots_of_an_instance_that_died_are_free_after_their_lease() {
    let world = two_with_two_puts();
    let paths: Vec<_> = (0..3).map(|_| world.init(0)).collect();
    let dead = [&paths[0], &paths[1]].map(|path| world.begin_put(0, path).ok().unwrap());
    std::mem::forget(dead);
    assert_eq!(world.begin_put(1, &paths[2]).err(), Some(429));
    world.pass(30_000);
    assert!(world.begin_put(1, &paths[2]).is_ok());
}

#[test]
fn a_visitor_who_leaves_gives_the_slot_back() {
    let world = two_with_two_puts();
    let paths: Vec<_> = (0..3).map(|_| world.init(0)).collect();
    let left = world.begin_put(0, &paths[0]).ok().unwrap();
    let other = world.begin_put(0, &paths[1]).ok().unwrap();
    world.leave(left);
    let third = world.begin_put(1, &paths[2]).ok().unwrap();
    assert_eq!((world.end(other), world.end(third)), (200, 200));
}

#[test]
fn a_put_that_takes_long_keeps_its_slot() {
    let world = two_with_two_puts();
    let paths: Vec<_> = (0..3).map(|_| world.init(0)).collect();
    let mut long = [&paths[0], &paths[1]].map(|path| world.begin_put(0, path).ok().unwrap());
    // Each renewal lets ten seconds pass.
    for _ in 0..5 {
        long.iter_mut().for_each(|put| world.renew(put));
        assert_eq!(world.begin_put(1, &paths[2]).err(), Some(429));
    }
}

#[test]
fn the_newest_put_to_an_upload_ends_the_one_of_another_instance() {
    let world = two_with_two_puts();
    let path = world.init(0);
    let mut old = world.begin_put(0, &path).ok().unwrap();
    let mut new = world.begin_put(1, &path).ok().unwrap();
    world.renew(&mut old);
    world.renew(&mut new);
    assert_eq!((world.end(old), world.end(new)), (409, 200));
}

#[test]
fn an_upload_has_thirty_two_puts_over_all_instances() {
    let world = two_with_two_puts();
    let path = world.init(0);
    for nth in 0..32 {
        let put = world.begin_put(nth % 2, &path).ok().unwrap();
        assert_eq!(world.end(put), 200);
    }
    for instance in [0, 1] {
        assert_eq!(world.begin_put(instance, &path).err(), Some(404));
    }
    // What was refused has given its slot back.
    assert!(!world.entries().keys().any(|key| key.starts_with("slots:")));
}

#[test]
fn uploads_go_on_while_the_store_is_away() {
    let world = two_with_two_puts();
    let paths: Vec<_> = (0..3).map(|_| world.init(0)).collect();
    world.store_is_away.set(true);
    let puts = [0, 1].map(|nth| world.begin_put(0, &paths[nth]).ok().unwrap());
    // The instance's own count.
    assert_eq!(world.begin_put(0, &paths[2]).err(), Some(429));
    assert_eq!(puts.map(|put| world.end(put)), [200, 200]);
}

#[test]
fn each_operation_is_about_keys_that_a_cluster_keeps_in_one_place() {
    let world = two_with_two_puts();
    world.create(0, KEY, &described());
    world.begin_put(1, &world.init(0)).ok().unwrap();
    let operations = world.operations.borrow();
    let place = |key: &String| {
        let (_, rest) = key.split_once('{').unwrap();
        rest.split_once('}').unwrap().0.to_owned()
    };
    for keys in operations.iter() {
        let places: HashSet<_> = keys.iter().map(place).collect();
        assert_eq!(places.len(), 1, "{keys:?}");
    }
    assert!(operations.iter().any(|keys| keys.len() > 1));
}
