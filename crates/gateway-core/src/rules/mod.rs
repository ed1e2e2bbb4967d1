//! The gateway's decisions, without I/O: each takes values, the time among them, and returns a value.
//!
//! | module | what it decides |
//! |---|---|
//! | [`body`] | what a JSON body may hold |
//! | [`upload_size`] | how many bytes an upload must have |
//! | [`upload_url`] | where the gateway may send an upload |
//! | [`upload_expiry`] | when an upload URL expires |
//! | [`upload_puts`] | which of several PUTs to an upload goes on |
//! | [`relayed_headers`] | which headers of the API's a visitor gets |
//! | [`secret_search`] | whether a text holds a secret |
//! | [`mark`] | how far a point in time may move ahead |
//! | [`rate`] | who may call now and who must wait |
//! | [`create_records`] | which create is new, which one is running and which one is done |
//! | [`lost_create`] | whether a create whose answer was lost has made a character |

pub(crate) mod body;
pub(crate) mod create_records;
pub(crate) mod lost_create;
pub(crate) mod mark;
pub(crate) mod rate;
pub(crate) mod relayed_headers;
pub(crate) mod secret_search;
pub(crate) mod upload_expiry;
pub(crate) mod upload_puts;
pub(crate) mod upload_size;
pub(crate) mod upload_url;
