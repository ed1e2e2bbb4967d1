//! The WebDriver process behind a browser. When it is dropped, even by a panicking test, its browser ends with
//! it: orphaned browsers would use up the machine.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::display::Display;
use crate::external_program::ExternalProgram;

/// The time limit for a driver to start listening, which takes long on a busy machine.
const START_TIME_LIMIT: Duration = Duration::from_secs(30);
/// Between two attempts to connect to a driver that doesn't print when it listens.
const CONNECT_INTERVAL: Duration = Duration::from_millis(20);
/// The time limit for a driver to close its browser. After that, the browser is killed.
const QUIT_TIME_LIMIT: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub struct Driver {
    process: Child,
    port: u16,
    session: Option<String>,
    /// Contains the browser's profile, and all that the driver writes. Its name also identifies the browser's
    /// processes: it is in their environment or on their command line.
    folder: TempDir,
    /// For a browser that needs one. After the driver: a browser that outlived its driver ends with the display.
    _display: Option<Display>,
}

impl Driver {
    /// Starts a driver, in up to three attempts: chromedriver takes a port that is free for IPv4, and exits if
    /// it is not free for IPv6.
    ///
    /// # Errors
    /// The driver is missing or does not start.
    pub fn start(program: ExternalProgram) -> Result<Self> {
        Self::start_once(program)
            .or_else(|_| Self::start_once(program))
            .or_else(|_| Self::start_once(program))
    }

    fn start_once(program: ExternalProgram) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("aurous-e2e-").tempdir()?;
        let path = program.path()?;
        let mut command = Command::new(&path);
        command.env("TMPDIR", folder.path());
        let mut display = None;
        // Port 0: the driver takes a free port and prints its number, except for WebKit's.
        let mut port = 0;
        match program {
            ExternalProgram::Geckodriver => {
                command
                    .arg("--websocket-port=0")
                    .arg("--profile-root")
                    .arg(folder.path());
            }
            ExternalProgram::WebKitDriver => {
                port = free_port()?;
                display = Some(webkit_environment(&mut command, folder.path())?);
            }
            _ => {}
        }
        let process = command
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", path.display()))?;
        let mut driver = Self {
            process,
            port,
            session: None,
            folder,
            _display: display,
        };
        if port == 0 {
            let output = driver.process.stdout.take();
            driver.port = announced_port(output.context("the driver has no output")?)
                .with_context(|| format!("{} did not print its port", path.display()))?;
        } else {
            driver.wait_until_it_listens()?;
        }
        Ok(driver)
    }

    /// Returns the URL of the WebDriver endpoint.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns a folder that is removed with the driver.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sets the session to end when dropped.
    pub fn adopt(&mut self, session: String) {
        self.session = Some(session);
    }

    fn wait_until_it_listens(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_TIME_LIMIT;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if let Some(status) = self.process.try_wait()? {
                bail!("the driver ended before it listened: {status}");
            }
            if Instant::now() > deadline {
                bail!("the driver did not listen within {START_TIME_LIMIT:?}");
            }
            thread::sleep(CONNECT_INTERVAL);
        }
        Ok(())
    }

    /// Ends the session with a blocking request: after a panic, there may be no runtime.
    fn end_session(&self) -> Option<()> {
        let session = self.session.as_deref()?;
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(QUIT_TIME_LIMIT)).ok()?;
        let request = format!(
            "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            self.port
        );
        stream.write_all(request.as_bytes()).ok()?;
        // The answer comes once the browser has ended. Not read to its end: the connection may stay open.
        let received = stream.read(&mut [0; 64]).ok()?;
        (received > 0).then_some(())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Errors can't be reported here. Every step runs, whether or not the one before succeeded.
        let _ = self.end_session();
        let _ = self.process.kill();
        let _ = self.process.wait();
        kill_processes_of(self.folder.path());
    }
}

/// Reads the port that a driver prints: `… on port 34567.` or `… Listening on 127.0.0.1:34567`.
fn announced_port(output: impl Read + Send + 'static) -> Result<u16> {
    let (send, receive) = mpsc::channel();
    // Reads to the end, even after the receiver has gone: a full pipe would stop the driver.
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    loop {
        let line = receive.recv_timeout(START_TIME_LIMIT)?;
        if !(line.contains("on port ") || line.contains("Listening on ")) {
            continue;
        }
        let digits = line.trim_end_matches('.').rsplit([' ', ':']).next();
        if let Some(port) = digits
            .and_then(|text| text.parse().ok())
            .filter(|port| *port != 0)
        {
            return Ok(port);
        }
    }
}

/// Returns a port that was free a moment ago.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// Sets WebKitGTK's environment: a display of its own, a folder for its data, and no sandbox and no graphics
/// card, which root and containers don't have.
fn webkit_environment(command: &mut Command, folder: &Path) -> Result<Display> {
    let display = Display::start()?;
    command
        .env("DISPLAY", display.name())
        .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
        .env("NO_AT_BRIDGE", "1");
    for variable in [
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
    ] {
        command.env(variable, folder);
    }
    Ok(display)
}

/// Kills all processes with this folder's name on their command line or in their environment. One of the two
/// is not enough: WebKit has no profile on its command line, and Chromium's processes overwrite their
/// environment with their titles. Without `/proc`, it does nothing.
fn kill_processes_of(folder: &Path) {
    let Ok(processes) = fs::read_dir("/proc") else {
        return;
    };
    let text = folder.to_string_lossy();
    for process in processes.flatten() {
        let Ok(id) = process.file_name().to_string_lossy().parse() else {
            continue;
        };
        let contains_name = |file| {
            let bytes = fs::read(process.path().join(file)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).contains(text.as_ref())
        };
        if (contains_name("cmdline") || contains_name("environ"))
            && let Some(id) = Pid::from_raw(id)
        {
            let _ = kill_process(id, Signal::KILL);
        }
    }
}
