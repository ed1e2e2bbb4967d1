//! The gateway's program, started as an operator starts it, and what can be seen of it from outside.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use aurous_emulator::Emulator;
use aurous_gateway::session::{Claims, SessionKeys};
use aurous_gateway::{Secret, Settings};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::requests::ORIGIN;

/// The flags that are not the defaults, beside those that every deployment sets. The team's limit is 100 calls
/// a second: ten times what the visitors need. More at once than 60 would make no difference, since the
/// emulator never says that more are left.
pub const FLAGS: [&str; 7] = [
    "--allow-anonymous",
    "--trusted-proxy",
    "127.0.0.1",
    "--ipv6-prefix",
    "56",
    "--team-limit",
    "characters_post=6000/60",
];

const SESSION_SECRET: &str = "9d41c07e5b2f86a3e1740bd9f2c8356a0e7b94d1c35f62a8";
const SEALING_SECRET: &str = "2f8ab6613d90e47c5bd1f0278e94a36cc7051e9db3482fa6";

const SESSION_LASTS: Duration = Duration::from_secs(2 * 60 * 60);

/// How long the admin address may take to answer.
const ADMIN_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the gateway may hold what the attack took, once the attackers' connections are closed: twice the
/// longest of its limits on a body and on a head (`--body-idle-timeout-ms`).
const RELEASED_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A slow reader of the log: 16 KB a second.
const SLOW_LOG_EVERY: Duration = Duration::from_millis(250);
const LOG_PIECE: usize = 4096;

pub struct Gateway {
    // Dropping it kills the program.
    child: Child,
    address: SocketAddr,
    admin: SocketAddr,
}

/// What visitors and attackers need to know of the gateway.
pub struct Target {
    pub gateway: SocketAddr,
    /// When the soak ends: then no visitor comes any more.
    pub until: Instant,
    keys: SessionKeys,
}

/// What the gateway holds for its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resources {
    pub connections: u64,
    pub uploads: u64,
    pub open_files: u64,
}

/// The gateway's log while it is read.
pub struct Log(Arc<AtomicU64>);

impl Gateway {
    pub async fn start(program: &Path, emulator: &Emulator) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .args(["--print-addresses", "--origin", ORIGIN])
            .args(["--api-url", emulator.api_url()])
            .args(["--upload-origin", emulator.upload_url()])
            .args(FLAGS)
            .env("AUROUS_API_KEY", emulator.api_key())
            .env("AUROUS_SESSION_SECRETS", SESSION_SECRET)
            .env("AUROUS_SEALING_SECRETS", SEALING_SECRET)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("cannot start the gateway")?;
        let out = child.stdout.take().context("the gateway has no output")?;
        let Some(line) = BufReader::new(out).lines().next_line().await? else {
            let mut why = String::new();
            if let Some(mut log) = child.stderr.take() {
                log.read_to_string(&mut why).await?;
            }
            anyhow::bail!("the gateway did not start:\n{why}");
        };
        let addresses: Value = serde_json::from_str(&line)?;
        let address = |name: &str| -> Result<SocketAddr> {
            let url = addresses[name].as_str().context("no address")?;
            let rest = url.strip_prefix("http://").unwrap_or(url);
            Ok(rest.split('/').next().unwrap_or_default().parse()?)
        };
        Ok(Self {
            address: address("gateway")?,
            admin: address("admin")?,
            child,
        })
    }

    /// Starts the time of the soak.
    pub fn target(&self, lasts: Duration) -> Result<Target> {
        let secrets = [Secret::new(SESSION_SECRET)];
        let keys = SessionKeys::new(&secrets, &Settings::default().audience);
        Ok(Target {
            gateway: self.address,
            until: Instant::now() + lasts,
            keys: keys.context("no session secret")?,
        })
    }

    /// Begins to read the log, as fast as it comes or slowly.
    pub fn read_log(&mut self, slowly: bool) -> Result<Log> {
        let mut log = self.child.stderr.take().context("the log is being read")?;
        let bytes_read = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&bytes_read);
        tokio::spawn(async move {
            let mut piece = [0; LOG_PIECE];
            while let Ok(length @ 1..) = log.read(&mut piece).await {
                counter.fetch_add(length as u64, Ordering::Relaxed);
                if slowly {
                    sleep(SLOW_LOG_EVERY).await;
                }
            }
        });
        Ok(Log(bytes_read))
    }

    /// Returns what the gateway holds.
    ///
    /// # Errors
    /// The gateway has ended, or its admin address does not answer.
    pub async fn resources(&self) -> Result<Resources> {
        // Before the admin address has another connection.
        let files = fs::read_dir(self.proc("fd")?)?.count();
        let metrics = timeout(ADMIN_TIMEOUT, self.metrics()).await;
        let metrics = metrics.context("the admin address did not answer in time")??;
        let gauge = |name: &str| -> Result<u64> {
            let values = metrics.lines().filter_map(|it| it.strip_prefix(name));
            let value = values.filter_map(|it| it.trim().parse().ok()).next();
            value.with_context(|| format!("no metric {name}"))
        };
        Ok(Resources {
            connections: gauge("aurous_gateway_connections ")?,
            uploads: gauge("aurous_gateway_uploads ")?,
            open_files: files as u64,
        })
    }

    /// Waits until the gateway holds no more than `before`. Returns what it holds then, or when it has had
    /// its time; `None` where it has ended or does not answer.
    pub async fn released(&self, before: Resources) -> Option<Resources> {
        let deadline = Instant::now() + RELEASED_WITHIN;
        loop {
            let now = self.resources().await;
            let is_released = now.as_ref().is_ok_and(|now| now.is_within(before));
            if is_released || Instant::now() >= deadline {
                return now.ok();
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Returns the most memory that the gateway ever had resident, in bytes. `None` where it has ended.
    pub fn peak_memory(&self) -> Option<u64> {
        let status = fs::read_to_string(self.proc("status").ok()?).ok()?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
        let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kilobytes * 1024)
    }

    fn proc(&self, name: &str) -> Result<String> {
        let id = self.child.id().context("the gateway has ended")?;
        Ok(format!("/proc/{id}/{name}"))
    }

    async fn metrics(&self) -> Result<String> {
        let mut stream = TcpStream::connect(self.admin).await?;
        let head = format!(
            "GET /metrics HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.admin
        );
        stream.write_all(head.as_bytes()).await?;
        let mut text = String::new();
        stream.read_to_string(&mut text).await?;
        ensure!(text.starts_with("HTTP/1.1 200"), "no metrics");
        Ok(text)
    }
}

impl Target {
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Mints a session token, as the page's backend does.
    pub fn session_token(&self, subject: &str) -> String {
        let expires = SystemTime::now() + SESSION_LASTS;
        let expires = expires.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.keys.sign(&Claims {
            subject: subject.to_owned(),
            expires_at: expires.as_secs(),
            characters: Vec::new(),
        })
    }
}

impl Resources {
    pub fn is_within(self, other: Self) -> bool {
        self.connections <= other.connections
            && self.uploads <= other.uploads
            && self.open_files <= other.open_files
    }
}

impl Log {
    pub fn bytes_read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
