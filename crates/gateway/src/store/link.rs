//! The connection to the store's server, which a task of its own keeps up.
//!
//! The client's own connection manager is not used: once a server has refused the password, or is still
//! loading, it does not try again.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult, Script};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::observe::metrics::Metrics;

/// The longest time of one operation. Each JSON call has one or two, so a server that hangs must not hold them
/// up for long.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// The time between two probes of a connection, and between two attempts to connect.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// How far ahead the probe's mark may be, in microseconds: farther than probes ever move it.
const PROBE_AT_MOST_US: u64 = 60_000_000;

/// Asks the store for what its operations ask for.
pub(super) struct Probe {
    pub(super) key: String,
    pub(super) move_marks: Script,
}

impl Probe {
    /// Reads, and runs a script that writes: a server that only reads, or a user who may not run scripts, is of no
    /// use.
    async fn run(&self, connection: &mut MultiplexedConnection) -> RedisResult<()> {
        let mut mget = redis::cmd("MGET");
        let _texts: Vec<Option<String>> = mget.arg(&self.key).query_async(connection).await?;
        let mut call = self.move_marks.prepare_invoke();
        call.key(&self.key).arg(0).arg(1).arg(PROBE_AT_MOST_US);
        let _wait_us: u64 = call.invoke_async(connection).await?;
        Ok(())
    }
}

pub(super) struct Link {
    connection: watch::Receiver<Option<Connection>>,
    failed: watch::Sender<u64>,
    task: JoinHandle<()>,
}

/// A connection, with a number that tells it from those before it: an operation may fail long after its
/// connection was replaced.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) number: u64,
    pub(super) redis: MultiplexedConnection,
}

/// What the task works with.
struct Keeper {
    client: Client,
    probe: Probe,
    metrics: Arc<Metrics>,
    connection: watch::Sender<Option<Connection>>,
    /// The number of the connection that failed last.
    failed: watch::Receiver<u64>,
}

impl Link {
    /// Connects, and keeps connected. Returns after the first attempt.
    pub(super) async fn open(client: Client, probe: Probe, metrics: Arc<Metrics>) -> Self {
        let (sender, mut connection) = watch::channel(None);
        let (failed, failed_receiver) = watch::channel(0);
        let keeper = Keeper {
            client,
            probe,
            metrics,
            connection: sender,
            failed: failed_receiver,
        };
        let task = tokio::spawn(keeper.keep());
        // Without a store, the gateway starts as well: it does what needs none.
        let _ = timeout(CONNECT_TIMEOUT, connection.changed()).await;
        Self {
            connection,
            failed,
            task,
        }
    }

    pub(super) fn connection(&self) -> Option<Connection> {
        self.connection.borrow().clone()
    }

    /// Takes a connection away until the server has answered a probe.
    pub(super) fn has_failed(&self, connection: u64, error: &RedisError) {
        log_failure(error);
        // An operation of an earlier connection may fail later.
        self.failed
            .send_modify(|failed| *failed = (*failed).max(connection));
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Keeper {
    async fn keep(mut self) {
        let mut number = 0;
        let mut is_known_to_be_up = false;
        let mut is_known_to_be_away = false;
        loop {
            match self.connect().await {
                Ok(redis) => {
                    if !is_known_to_be_up {
                        tracing::info!("the store answers");
                    }
                    (is_known_to_be_up, is_known_to_be_away) = (true, false);
                    number += 1;
                    self.set(Some(Connection {
                        number,
                        redis: redis.clone(),
                    }));
                    self.until_failure(number, redis).await;
                    self.set(None);
                }
                Err(error) => {
                    self.set(None);
                    if !is_known_to_be_away {
                        log_failure(&error);
                        tracing::error!(
                            "the store is away: creates are refused, and limits are this process's own"
                        );
                        (is_known_to_be_up, is_known_to_be_away) = (false, true);
                    }
                    sleep(PROBE_EVERY).await;
                }
            }
        }
    }

    fn set(&self, connection: Option<Connection>) {
        self.metrics.set_store_up(connection.is_some());
        self.connection.send_replace(connection);
    }

    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(ANSWER_TIMEOUT));
        let mut connection = self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        self.probe.run(&mut connection).await?;
        Ok(connection)
    }

    /// Returns once an operation or a probe has failed.
    async fn until_failure(&mut self, number: u64, mut connection: MultiplexedConnection) {
        loop {
            let failed = self.failed.wait_for(|failed| *failed >= number);
            if timeout(PROBE_EVERY, failed).await.is_ok() {
                return;
            }
            if let Err(error) = self.probe.run(&mut connection).await {
                log_failure(&error);
                return;
            }
        }
    }
}

/// Logs the kind of a failure, and what the server says of it in one word. The rest of its text may hold a key.
fn log_failure(error: &RedisError) {
    let code = match error.kind() {
        // The client has read the code.
        ErrorKind::AuthenticationFailed => "WRONGPASS",
        _ => error.code().unwrap_or_default(),
    };
    let kind = error.kind();
    // The system's own words, or those of TLS.
    let reason = (kind == ErrorKind::Io).then(|| error.to_string());
    tracing::warn!(
        ?kind,
        code,
        reason,
        remedy = remedy(code),
        "the store failed"
    );
}

/// Returns what an operator has to do about a refusal of the server's.
fn remedy(code: &str) -> Option<&'static str> {
    Some(match code {
        "NOAUTH" => "set AUROUS_STORE_PASSWORD",
        "WRONGPASS" => "check AUROUS_STORE_PASSWORD, and the user name in --store",
        "NOPERM" => {
            "allow the user to use MGET, SET, EVALSHA, SCRIPT LOAD, GET, DEL and TIME on these keys"
        }
        "OOM" => "give the server more memory; it must not evict keys",
        "READONLY" => "name the primary in --store",
        "MOVED" | "CROSSSLOT" => {
            "name a server that is no part of a cluster, or a proxy before the cluster"
        }
        _ => return None,
    })
}
