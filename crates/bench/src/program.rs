//! The programs under test, on a core of their own.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The origin of the page.
pub const ORIGIN: &str = "http://127.0.0.1";

pub const API_KEY: (&str, &str) = ("AUROUS_API_KEY", "al_live_0123456789abcdef0123456789abcdef");
const SECRETS: [(&str, &str); 3] = [
    API_KEY,
    (
        "AUROUS_SESSION_SECRETS",
        "a session secret for measuring only",
    ),
    (
        "AUROUS_SEALING_SECRETS",
        "a sealing secret for measuring only",
    ),
];

const UNLIMITED: &str = "4000000000";

/// A program that has printed its address. It is killed when dropped.
pub struct Program {
    child: Child,
    pub url: String,
}

impl Program {
    pub async fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .context("a program under test does not start")?;
        let out = child.stdout.take().context("the program has no output")?;
        let line = BufReader::new(out).lines().next_line().await?;
        let addresses: Value = serde_json::from_str(&line.context("the program did not start")?)?;
        let url = addresses["gateway"].as_str().context("no address")?;
        Ok(Self {
            url: url.to_owned(),
            child,
        })
    }

    /// Starts a form of the gateway, with all limits out of the way: its program or its handler, which take
    /// the same flags.
    pub async fn start_gateway(mut command: Command, upstream: SocketAddr) -> Result<Self> {
        let upstream = format!("http://{upstream}");
        let post = format!("characters_post={UNLIMITED}/{UNLIMITED}");
        command
            .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .args(["--print-addresses", "--allow-anonymous"])
            .args(["--origin", ORIGIN, "--subject-share", "1/1"])
            .args(["--max-uploads", "10000"])
            .args(["--max-uploads-per-subject", "10000"])
            .args(["--upload-max-bytes", UNLIMITED])
            .args(["--team-limit", &post])
            .args(["--api-url", &upstream, "--upload-origin", &upstream])
            .envs(SECRETS);
        Self::start(command).await
    }

    /// Returns the most memory that the program has had so far, in bytes.
    pub fn peak_memory(&self) -> Result<u64> {
        let id = self.child.id().context("the program has ended")?;
        let status = fs::read_to_string(format!("/proc/{id}/status"))?;
        let kilobytes = status.lines().find_map(|line| {
            let value = line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?;
            value.parse::<u64>().ok()
        });
        Ok(kilobytes.context("the system does not tell memory")? * 1024)
    }
}

/// Runs a program on one core. What it logs goes to /dev/null.
pub fn on_core(core: u32, program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command
        .args(["-c", &core.to_string()])
        .arg(program)
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
}
