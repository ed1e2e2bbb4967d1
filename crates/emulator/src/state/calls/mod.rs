//! The API's calls, each as a function of the world, the request and the time.

mod change;
mod context;
mod create;
mod dispatch;
mod fetch;
mod synthesis;
mod upload;
mod wire;
