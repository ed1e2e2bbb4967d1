//! Acts on requests: admits each one, asks upstream for what it may, and responds so that a browser
//! can read the response.
//!
//! | module | what it holds |
//! |---|---|
//! | [`router`] | the routes and the layers around them |
//! | [`state`] | the state that all requests of one gateway share |
//! | [`completion`] | the headers of every response, the body of a refusal, the line in the log |
//! | [`cors`] | the answer to a preflight |
//! | [`body_drain`] | the delay of a refusal until the request's body has been read |
//! | [`paced_body`] | a body that fails when it comes too slowly, and knows whether it is read too slowly |
//! | [`json_body`] | a JSON body, read within its limits |
//! | [`response`] | an API response, turned into one for a visitor |
//! | [`calls`] | the API's calls, a file for each group |
//! | [`put`] | the streamed PUT |
//! | [`upload_turn`], [`running_put`] | the turn of a PUT at its upload: the newest one goes on |
//! | [`slots`] | the limits on what may happen at once: PUTs, connections, late refusals |

mod body_drain;
mod calls;
mod completion;
mod cors;
mod json_body;
mod paced_body;
mod put;
mod response;
pub(crate) mod router;
mod running_put;
pub(crate) mod slots;
pub(crate) mod state;
mod upload_turn;
