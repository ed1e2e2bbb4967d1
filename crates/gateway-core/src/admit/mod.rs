//! Decides from the head of a request who may ask.
//!
//! | module | what it decides |
//! |---|---|
//! | [`head`] | whether target, length, host and origin are acceptable: before anything else |
//! | [`caller`] | whose session the request belongs to |
//! | [`address`] | which address the request came from |

pub(crate) mod address;
pub(crate) mod caller;
pub(crate) mod head;
