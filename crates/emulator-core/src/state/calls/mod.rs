//! The API's calls, each a function of the world, the request and the time.
//!
//! | module | what it holds |
//! |---|---|
//! | `dispatch` | which function makes which call |
//! | `context` | the caller and the time, which every call needs |
//! | `uploads` | init and classify |
//! | `creation` | the create, in both its flows |
//! | `synthesis` | the calls that cost credits and take time, and save |
//! | `lookup`, `editing` | get and list; update and delete |
//! | `wire` | the contract's types, which the calls respond with |

mod context;
mod creation;
mod dispatch;
mod editing;
mod lookup;
mod synthesis;
mod uploads;
mod wire;
