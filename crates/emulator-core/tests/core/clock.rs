//! The time is an argument, and may be ahead.

use crate::{NOW, emulation, put, ticket};

#[test]
fn an_advanced_clock_stays_ahead_until_it_is_reset() {
    let emulation = emulation(1);
    emulation.advance(900_000);
    assert_eq!(emulation.now_ms(NOW), NOW + 900_000);
    emulation.reset();
    assert_eq!(emulation.now_ms(NOW), NOW);
    emulation.advance(u64::MAX);
    emulation.advance(u64::MAX);
    assert_eq!(emulation.now_ms(NOW), u64::MAX);
}

#[test]
fn an_upload_url_expires_without_a_timer() {
    let emulation = emulation(1);
    let ticket = ticket(&emulation);
    emulation.advance(15 * 60_000 - 1);
    assert_eq!(put(&emulation, &ticket), 200);
    emulation.advance(1);
    assert_eq!(put(&emulation, &ticket), 403);
}
