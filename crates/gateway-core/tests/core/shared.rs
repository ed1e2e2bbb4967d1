//! Instances that share a store.

use serde_json::{Value, json};

use crate::shell::{Api, World};

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
fn a_create_that_is_running_elsewhere_is_waited_for() {
    let world = two();
    let running = world.begin_create(0, KEY, &described());
    let (status, body) = world.create(1, KEY, &described());
    // The SDK waits on this code, and sends the same key again.
    assert_eq!(
        (status, &body["error"]["code"]),
        (409, &json!("idempotency_key_in_use"))
    );
    assert_eq!(world.got.borrow().len(), 0);
    running.die();
}

#[test]
fn a_create_whose_instance_died_is_unknown_and_never_sent_twice_where_it_costs() {
    let world = two();
    world.begin_create(0, KEY, &described()).die();
    world.epoch_ms.set(world.epoch_ms.get() + 3_600_000);
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
