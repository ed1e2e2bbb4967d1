//! Who may ask, decided from a request's head alone.
//!
//! | module | what it decides |
//! |---|---|
//! | [`head`] | target, length, host, origin: before anything else |
//! | [`caller`] | whose session it is |
//! | [`address`] | which address it came from |

pub(crate) mod address;
pub(crate) mod caller;
pub(crate) mod head;
