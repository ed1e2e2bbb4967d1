//! A server that an npm project runs. It stops when dropped, with all processes that it started.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

/// How long a server may take to listen.
const START_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub struct NpmServer {
    process: Child,
    log: PathBuf,
}

impl NpmServer {
    /// Starts a server whose output goes into a file, and waits until it listens.
    pub(crate) fn start(mut command: Command, port: u16, log: PathBuf) -> Result<Self> {
        let file = File::create(&log)?;
        let process = command
            .stdout(file.try_clone()?)
            .stderr(file)
            // Next.js and wrangler start processes of their own.
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let mut server = Self { process, log };
        let deadline = Instant::now() + START_WITHIN;
        // Servers listen on one of the two families, or on both.
        while TcpStream::connect(("localhost", port)).is_err() {
            if let Some(status) = server.process.try_wait()? {
                bail!("the server ended with {status}:\n{}", server.log());
            }
            if Instant::now() > deadline {
                bail!("the server does not listen:\n{}", server.log());
            }
            thread::sleep(LOOK_EVERY);
        }
        Ok(server)
    }

    /// Returns what the server has printed.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for NpmServer {
    fn drop(&mut self) {
        let id = i32::try_from(self.process.id()).ok();
        if let Some(group) = id.and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.process.wait();
    }
}

/// Returns a port that is free on loopback.
///
/// # Errors
/// None is.
pub fn free_port() -> Result<u16> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(free.local_addr()?.port())
}
