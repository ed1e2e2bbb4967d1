//! `cargo xtask bench`: measures the package and both forms of the gateway, and prints tables for docs/benchmarks.md.

mod compared;
pub mod download;
pub mod flow;
pub mod gateway;
pub mod loading;
mod pinned;
pub mod server;
