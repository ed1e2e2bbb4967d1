//! The gateway's hostile table against the handler of `aurous-web/server`, in workerd, the runtime of Cloudflare Workers.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "what only rows of the program's use"
)]

#[macro_use]
mod target;
#[macro_use]
#[path = "../../../gateway/tests/gateway/harness/mod.rs"]
mod harness;
#[path = "../../../gateway/tests/gateway/hostile/mod.rs"]
mod hostile;
