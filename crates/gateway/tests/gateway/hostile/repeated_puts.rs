//! Several PUTs to one upload URL: the newest one wins, and together they take one slot.

use aurous_emulator::{LoggedRequest, Operation, RequestOutcome};

use crate::harness::request::Request;
use crate::harness::stage::{JPEG, Stage};

/// The most PUTs to one upload URL.
const MOST: usize = 32;

fn puts(seen: &[LoggedRequest]) -> Vec<&LoggedRequest> {
    seen.iter()
        .filter(|it| it.operation == Operation::Put)
        .collect()
}

#[test]
fn a_second_put_to_an_upload_ends_the_first() {
    let stage = Stage::new();
    let put = stage.put(&stage.ticket().token, JPEG);
    let mut first = stage.begin_put(stage.connect(), &put);
    let mut second = stage.begin_put(stage.connect(), &put);
    stage.until_upstream("the first PUT has ended upstream", |seen| {
        puts(seen)[0].outcome == Some(RequestOutcome::ClientGone)
    });
    stage.end_put(&mut second, &put);
    second.answer_to(&put).assert_status(200);
    stage.end_put(&mut first, &put);
    let answer = first.answer_to(&put);
    stage.assert_refused(&answer, 409, "gateway_upload_superseded");
    let seen = stage.upstream();
    let statuses: Vec<_> = puts(&seen).iter().map(|it| it.status).collect();
    assert_eq!(statuses, [None, Some(200)]);
    stage.finish();
}

#[test]
fn a_put_that_has_ended_is_not_superseded() {
    let stage = Stage::new();
    let put = stage.put(&stage.ticket().token, JPEG);
    for _ in 0..3 {
        stage.send(&put).assert_status(200);
    }
    stage.finish();
}

#[test]
fn a_retry_gets_through_although_the_visitor_has_no_slot_left() {
    let stage = Stage::with_flags(&["--max-uploads-per-subject", "1", "--max-uploads", "1"]);
    let put = stage.put(&stage.ticket().token, JPEG);
    let silent = stage.begin_put(stage.connect(), &put);
    stage.send(&put).assert_status(200);
    drop(silent);
    stage.finish();
}

#[test]
fn the_puts_to_one_upload_leave_its_owners_other_slots_alone() {
    let stage = Stage::with_flags(&["--max-uploads-per-subject", "2"]);
    let leaked = stage.put(&stage.ticket().token, JPEG);
    let strangers: Vec<_> = (0..8)
        .map(|_| stage.begin_put(stage.connect(), &leaked))
        .collect();
    stage.uploaded();
    drop(strangers);
    stage.finish();
}

#[test]
fn one_upload_url_takes_one_slot_from_however_many_addresses() {
    let flags = [
        "--allow-anonymous",
        "--trusted-proxy",
        "127.0.0.1",
        "--max-uploads",
        "2",
    ];
    let stage = Stage::with_flags(&flags);
    let anonymous = |request: Request| request.without("Authorization");
    let ticket = stage.ticket_by(&anonymous(stage.init()));
    let other = stage.ticket_by(&anonymous(stage.init()));
    let leaked: Vec<_> = (0..8)
        .map(|nth| {
            let put = stage.put(&ticket.token, JPEG);
            let put = put.header("X-Forwarded-For", &format!("198.51.100.{nth}"));
            stage.begin_put(stage.connect(), &put)
        })
        .collect();
    let put = stage
        .put(&other.token, JPEG)
        .header("X-Forwarded-For", "203.0.113.1");
    stage.send(&put).assert_status(200);
    drop(leaked);
    stage.finish();
}

#[test]
fn an_upload_url_opens_so_often_and_is_then_expired_in_every_spelling() {
    let stage = Stage::new();
    let token = stage.ticket().token;
    for nth in 0..MOST {
        let spelling = match nth % 2 {
            0 => token.clone(),
            _ => token.replace('/', ""),
        };
        stage.send(&stage.put(&spelling, JPEG)).assert_status(200);
    }
    stage.forget_upstream();
    for spelling in [token.clone(), token.replace('/', "")] {
        let answer = stage.send(&stage.put(&spelling, JPEG));
        stage.assert_refused(&answer, 404, "gateway_upload_url_expired");
    }
    stage.assert_upstream(&[]);
    stage.uploaded();
    stage.finish();
}

#[test]
fn a_put_that_is_refused_at_its_head_neither_counts_nor_ends_another() {
    let stage = Stage::new();
    let put = stage.put(&stage.ticket().token, JPEG);
    let mut going = stage.begin_put(stage.connect(), &put);
    for _ in 0..MOST {
        let other_type = put.clone().with("Content-Type", "image/png");
        stage.send(&other_type).assert_status(415);
    }
    stage.end_put(&mut going, &put);
    going.answer_to(&put).assert_status(200);
    stage.finish();
}
