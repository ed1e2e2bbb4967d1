//! Several gateways that share a real Redis or Valkey.
//!
//! | module | what it tests |
//! |---|---|
//! | `sharing` | what one gateway knows of another's creates, limits and uploads |
//! | `away` | a store that is away, refuses, or comes back |
//! | `replicas` | the files of `deploy/replicas`, and restarts one after another |
//! | `chaos` | thousands of creates while gateways and the store are killed |

mod away;
mod chaos;
mod redis_server;
mod replicas;
mod sharing;

use std::sync::Arc;

use aurous_emulator::RuntimeSettings;
use redis_server::RedisServer;

use crate::harness::answer::Answer;
use crate::harness::connection::Connection;
use crate::harness::program::Program;
use crate::harness::request::Request;
use crate::harness::spill::Spill;
use crate::harness::stage::{Setup, Stage};

/// Starts a gateway with this store and these flags, before an emulator that neither limits rates nor makes a
/// create happen once.
fn stage(store: &RedisServer, flags: &[&str]) -> Stage {
    Stage::start(Setup {
        flags: &with_store(store, flags),
        emulator: forgetful(),
        ..Setup::default()
    })
}

fn forgetful() -> RuntimeSettings {
    RuntimeSettings {
        rate_limits: false,
        honour_idempotency_key_on_create: false,
        ..RuntimeSettings::default()
    }
}

fn with_store<'a>(store: &'a RedisServer, flags: &[&'a str]) -> Vec<&'a str> {
    [&["--store", store.url()], flags].concat()
}

/// Sends a request to this gateway.
#[track_caller]
fn send_to(gateway: &Program, spill: &Arc<Spill>, request: &Request) -> Answer {
    let connection = Connection::open(&gateway.gateway, spill);
    connection.unwrap().exchange(request)
}
