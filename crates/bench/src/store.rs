//! A Redis or Valkey server that keeps nothing on disk.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

const PATIENCE: Duration = Duration::from_secs(10);

/// A server that is killed when it is dropped.
pub struct Store {
    pub url: String,
    _child: Child,
}

impl Store {
    pub async fn start(program: &Path) -> Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let address = listener.local_addr()?;
        drop(listener);
        let child = Command::new(program)
            .args(["--port", &address.port().to_string()])
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the store does not start")?;
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(address).await.is_err() {
            ensure!(Instant::now() < deadline, "the store does not answer");
            sleep(Duration::from_millis(10)).await;
        }
        Ok(Self {
            url: format!("redis://{address}"),
            _child: child,
        })
    }
}
