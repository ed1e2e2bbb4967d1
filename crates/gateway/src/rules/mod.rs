//! The gateway's decisions, without I/O: each takes values, the time among them, and returns a value.
//!
//! | module | what it decides |
//! |---|---|
//! | [`body`] | what a JSON body may hold |
//! | [`upload_size`] | how many bytes an upload must have |
//! | [`upload_url`] | where the gateway may send an upload |
//! | [`rate`] | who may call now and who must wait |
//! | [`create_records`] | which create is new, which one is running and which one is done |

pub(crate) mod body;
pub(crate) mod create_records;
pub(crate) mod rate;
pub(crate) mod upload_size;
pub(crate) mod upload_url;
