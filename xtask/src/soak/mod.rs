//! `cargo xtask soak`: has the SDK and the gateway work under faults and attacks for longer than tests do.

pub mod flows;
pub mod gateway;
