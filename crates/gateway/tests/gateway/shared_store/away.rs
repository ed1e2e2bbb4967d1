//! A store that is away, refuses, or comes back.

use std::fs;

use aurous_emulator::Operation;

use super::redis_server::RedisServer;
use super::{forgetful, stage, with_store};
use crate::harness::stage::{JPEG, Setup, Stage, admin};
use crate::harness::until;

const KEY: &str = "a-key-of-more-than-16";
const PASSWORD: &str = "the password of the store, long enough";

fn until_the_store_is(stage: &Stage, is_up: u64) {
    until("the gateway knows of the store", || {
        (stage.metric("aurous_gateway_store_up{}") == is_up).then_some(())
    });
}

#[test]
fn a_create_is_refused_and_all_else_goes_on_while_the_store_is_away() {
    let mut store = RedisServer::start();
    let stage = stage(&store, &[]);
    assert_eq!(stage.admin("/readyz").unwrap(), "ready\n");
    let id = stage.character();
    let uploaded = stage.uploaded();
    let create = stage.create(KEY, &[&uploaded]);
    store.kill();
    until_the_store_is(&stage, 0);
    stage.forget_upstream();

    let refused = stage.send(&create);
    stage.assert_refused(&refused, 503, "gateway_store_unavailable");
    assert_eq!(refused.header("retry-after"), "2");
    stage.assert_upstream(&[]);
    let ready = stage.admin("/readyz").unwrap();
    assert_eq!(ready, "ready, but the store is away: creates are refused\n");
    stage.send(&stage.get(&id)).assert_status(200);
    let ticket = stage.ticket();
    let put = stage.put(&ticket.token, JPEG);
    stage.send(&put).assert_status(200);
    let classify = stage.classify(&ticket.upload_id);
    stage.send(&classify).assert_status(200);

    store.start_again();
    until_the_store_is(&stage, 1);
    stage.send(&create).assert_status(201);
    stage.finish();
}

#[test]
fn a_store_that_answers_nothing_holds_up_no_upload_for_long() {
    let store = RedisServer::start();
    let stage = stage(&store, &[]);
    let ticket = stage.ticket();
    let create = stage.create(KEY, &[&stage.uploaded()]);
    store.suspend();
    let put = stage.put(&ticket.token, JPEG);
    stage.send(&put).assert_status(200);
    let refused = stage.send(&create);
    stage.assert_refused(&refused, 503, "gateway_store_unavailable");
    store.resume();
    until_the_store_is(&stage, 1);
    until("a create is made", || {
        (stage.send(&create).status == 201).then_some(())
    });
    let seen = stage.upstream();
    let creates = seen.iter().filter(|it| it.operation == Operation::Create);
    assert_eq!(creates.count(), 1);
    stage.finish();
}

#[test]
fn limits_are_this_gateways_share_while_the_store_is_away() {
    let mut store = RedisServer::start();
    let limits = [
        "--team-limit",
        "characters_post=1/12",
        "--subject-share",
        "1/1",
    ];
    let stage = stage(&store, &[&limits[..], &["--team-share", "1/2"]].concat());
    store.kill();
    until_the_store_is(&stage, 0);
    let statuses = (0..10).map(|_| stage.send(&stage.init()).status);
    assert_eq!(statuses.filter(|it| *it == 201).count(), 6);
    stage.finish();
}

#[test]
fn a_gateway_starts_without_its_store_and_finds_it_later() {
    let mut store = RedisServer::start();
    store.kill();
    let stage = stage(&store, &[]);
    stage.send(&stage.init()).assert_status(201);
    store.start_again();
    until_the_store_is(&stage, 1);
    let create = stage.create(KEY, &[&stage.uploaded()]);
    stage.send(&create).assert_status(201);
    stage.finish();
}

#[test]
fn the_password_comes_from_the_environment_or_a_file_and_a_wrong_one_is_said() {
    let store = RedisServer::start_with_password(PASSWORD);
    let stage = Stage::start(Setup {
        flags: &with_store(&store, &[]),
        environment: &[("AUROUS_STORE_PASSWORD", PASSWORD)],
        emulator: forgetful(),
        ..Setup::default()
    });
    stage.spill.keep_secret(PASSWORD);
    let create = stage.create(KEY, &[&stage.uploaded()]);
    stage.send(&create).assert_status(201);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let named = [("AUROUS_STORE_PASSWORD_FILE", file.to_str().unwrap())];
    let by_file = stage.start_another(&with_store(&store, &[]), &named);
    assert_eq!(admin(&by_file.admin, "/readyz").unwrap(), "ready\n");

    for (password, code, remedy) in [
        (None, "NOAUTH", "set AUROUS_STORE_PASSWORD"),
        (
            Some("a wrong password, long enough"),
            "WRONGPASS",
            "check AUROUS_STORE_PASSWORD, and the user name in --store",
        ),
    ] {
        let environment: Vec<_> = password
            .map(|it| ("AUROUS_STORE_PASSWORD", it))
            .into_iter()
            .collect();
        let stranger = stage.start_another(&with_store(&store, &[]), &environment);
        let line = stranger.find(|line| line["message"] == "the store failed");
        let line = line.unwrap();
        assert_eq!(
            (&line["code"], &line["remedy"]),
            (&code.into(), &remedy.into())
        );
        assert_ne!(admin(&stranger.admin, "/readyz").unwrap(), "ready\n");
    }
    stage.finish();
}

#[test]
fn a_store_with_tls_is_trusted_by_the_authorities_that_are_named_and_no_other() {
    let store = RedisServer::start_with_tls();
    let certificate = store.certificate();
    let stage = stage(&store, &["--store-ca-file", &certificate]);
    assert_eq!(stage.admin("/readyz").unwrap(), "ready\n");
    let create = stage.create(KEY, &[&stage.uploaded()]);
    stage.send(&create).assert_status(201);
    let stranger = stage.start_another(&with_store(&store, &[]), &[]);
    let line = stranger.find(|line| line["message"] == "the store failed");
    assert_eq!(line.unwrap()["kind"], "Io");
    assert_ne!(admin(&stranger.admin, "/readyz").unwrap(), "ready\n");
    stage.finish();
}
