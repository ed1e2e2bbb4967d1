//! The store that several gateways share: a Redis or Valkey server.
//!
//! It carries out three operations, each of them atomic, and decides nothing: what they mean is the core's
//! matter. Scripts are shared with `aurous-web/server`.
//!
//! | module | what it holds |
//! |---|---|
//! | [`link`] | the connection, and whether there is one |

mod link;

use std::sync::Arc;

use aurous_gateway_core::{StoreAway, StoreChange, StoreMove};
use redis::aio::MultiplexedConnection;
use redis::{FromRedisValue, RedisResult, Script, ScriptInvocation};

use crate::config::StoreConfig;
use crate::observe::metrics::Metrics;
use link::{Link, Probe};

/// Makes all changes, or none.
const WRITE: &str = include_str!("../../../gateway-core/redis/write.lua");
/// Moves all marks, or none.
const MOVE: &str = include_str!("../../../gateway-core/redis/move.lua");

/// The store. Where it is away, each operation says so at once.
pub(crate) struct Store {
    link: Link,
    prefix: String,
    write: Script,
    move_marks: Script,
    metrics: Arc<Metrics>,
}

impl Store {
    /// Connects to the server, and goes on to try where it is away. Returns after the first attempt.
    pub(crate) async fn open(config: &StoreConfig, metrics: Arc<Metrics>) -> Self {
        let prefix = config.prefix.clone();
        let move_marks = Script::new(MOVE);
        let probe = Probe {
            key: format!("{prefix}probe"),
            move_marks: move_marks.clone(),
        };
        Self {
            link: Link::open(config.client.clone(), probe, Arc::clone(&metrics)).await,
            prefix,
            write: Script::new(WRITE),
            move_marks,
            metrics,
        }
    }

    pub(crate) fn is_away(&self) -> bool {
        self.link.connection().is_none()
    }

    /// Returns the text under each key.
    pub(crate) async fn read(&self, keys: &[String]) -> Result<Vec<Option<String>>, StoreAway> {
        let keys = keys.iter().map(|key| self.key(key));
        let mut mget = redis::cmd("MGET");
        for key in keys {
            mget.arg(key);
        }
        self.ask(async |mut connection| mget.query_async(&mut connection).await)
            .await
    }

    /// Makes all changes and returns true, or none and false where an entry is no longer what it must be.
    pub(crate) async fn write(&self, changes: &[StoreChange]) -> Result<bool, StoreAway> {
        let mut call = self.write.prepare_invoke();
        for change in changes {
            call.key(self.key(&change.key))
                .arg(change.expected.as_deref().unwrap_or_default())
                .arg(change.value.as_deref().unwrap_or_default())
                .arg(change.ttl_ms);
        }
        self.run(&call).await
    }

    /// Moves all marks and returns 0, or none and the microseconds until all may move.
    pub(crate) async fn move_marks(&self, moves: &[StoreMove]) -> Result<u64, StoreAway> {
        let mut call = self.move_marks.prepare_invoke();
        for it in moves {
            call.key(self.key(&it.key))
                .arg(it.at_least_us)
                .arg(it.by_us)
                .arg(it.at_most_us);
        }
        self.run(&call).await
    }

    async fn run<T: FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> Result<T, StoreAway> {
        self.ask(async |mut connection| call.invoke_async(&mut connection).await)
            .await
    }

    /// Asks the server. After any failure it counts as away until it has answered a probe: it may be gone,
    /// loading, full, or no longer the one to write to.
    async fn ask<T>(
        &self,
        ask: impl AsyncFnOnce(MultiplexedConnection) -> RedisResult<T>,
    ) -> Result<T, StoreAway> {
        let connection = self.link.connection().ok_or(StoreAway)?;
        ask(connection.redis).await.map_err(|error| {
            self.metrics.count_store_failure();
            self.link.has_failed(connection.number, &error);
            StoreAway
        })
    }

    fn key(&self, key: &str) -> String {
        [&self.prefix, key].concat()
    }
}
