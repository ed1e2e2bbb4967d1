//! What decides, without I/O: values in, the time among them, and a value out.
//!
//! | module | what it decides |
//! |---|---|
//! | [`body`] | what a JSON body may hold |
//! | [`upload_url`] | where an upload may be sent |
//! | [`rate`] | who may call now, and who has to wait |
//! | [`creates`] | which create is new, which one is known, which one is going on |

pub(crate) mod body;
pub(crate) mod creates;
pub(crate) mod rate;
pub(crate) mod upload_url;
