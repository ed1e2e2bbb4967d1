//! A seed decides all that looks random.

use crate::{emulation, ticket};

#[test]
fn emulators_of_one_seed_make_the_same_keys_ids_and_signatures() {
    let (one, other) = (emulation(7), emulation(7));
    assert_eq!(one.api_key(), other.api_key());
    assert_eq!(ticket(&one), ticket(&other));
    assert_ne!(one.api_key(), emulation(8).api_key());
    assert_ne!(ticket(&one), ticket(&emulation(8)));
}

#[test]
fn no_id_is_made_twice_not_even_after_a_reset() {
    let emulation = emulation(7);
    let first = ticket(&emulation);
    emulation.reset();
    assert_ne!(ticket(&emulation)["upload_id"], first["upload_id"]);
}
