//! What acts: a request comes in, is admitted, asks upstream what it may, and is answered so that a
//! browser can read the answer.
//!
//! | module | what it does |
//! |---|---|
//! | [`router`] | the routes, and the layers around them |
//! | [`shared`] | what all requests of one gateway share |
//! | [`finish`] | what every answer carries; the log's line |
//! | [`late`] | answers a refused body only when it has been read |
//! | [`pace`] | a body that comes in time, or fails |
//! | [`body`] | a JSON body |
//! | [`answer`] | an answer of the API's, made the visitor's |
//! | [`calls`] | the API's calls, one file each group |
//! | [`put`] | the streamed PUT |
//! | [`slots`] | how many PUTs at once |

pub(crate) mod answer;
pub(crate) mod body;
mod calls;
mod finish;
mod late;
pub(crate) mod pace;
mod put;
pub(crate) mod router;
pub(crate) mod shared;
pub(crate) mod slots;
