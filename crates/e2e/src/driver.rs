//! The WebDriver process behind a browser. Dropped, also by a panicking test, it takes its browser
//! with it: an orphaned browser would eat the machine of whoever runs the tests often.

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
use crate::tool::Tool;

/// How long a driver may take to listen. It is quick; a busy machine is not.
const START_WITHIN: Duration = Duration::from_secs(30);
/// Between two looks at one that doesn't say when it does.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long a driver may take to close its browser before that is killed.
const QUIT_WITHIN: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub struct Driver {
    process: Child,
    port: u16,
    session: Option<String>,
    /// The browser's profile, and all that the driver writes. Its name, which is in the browser's
    /// environment, is also how a browser is known to be ours.
    folder: TempDir,
    /// Where the browser needs one. After the driver: a browser that outlived it goes with this.
    _display: Option<Display>,
}

impl Driver {
    /// Tried more than once: chromedriver takes a port that is free for IPv4, and exits where it is not
    /// free for IPv6.
    ///
    /// # Errors
    /// The driver is missing or does not start.
    pub fn start(tool: Tool) -> Result<Self> {
        Self::start_once(tool)
            .or_else(|_| Self::start_once(tool))
            .or_else(|_| Self::start_once(tool))
    }

    fn start_once(tool: Tool) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("aurous-e2e-").tempdir()?;
        let program = tool.path()?;
        let mut command = Command::new(&program);
        command.env("TMPDIR", folder.path());
        let mut display = None;
        // Port 0: the driver takes a free one and says which. WebKit's doesn't say.
        let mut port = 0;
        match tool {
            Tool::Geckodriver => {
                command
                    .arg("--websocket-port=0")
                    .arg("--profile-root")
                    .arg(folder.path());
            }
            Tool::WebKitDriver => {
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
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut driver = Self {
            process,
            port,
            session: None,
            folder,
            _display: display,
        };
        if port == 0 {
            let output = driver.process.stdout.take();
            driver.port = announced_port(output.context("a driver without output")?)
                .with_context(|| format!("{} did not say where it listens", program.display()))?;
        } else {
            driver.until_it_listens()?;
        }
        Ok(driver)
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The session to end when dropped.
    pub fn adopt(&mut self, session: String) {
        self.session = Some(session);
    }

    fn until_it_listens(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_WITHIN;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if let Some(status) = self.process.try_wait()? {
                bail!("the driver ended before it listened: {status}");
            }
            if Instant::now() > deadline {
                bail!("the driver did not listen within {START_WITHIN:?}");
            }
            thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }

    /// By hand and blocking: when a test has panicked there may be no runtime left to ask.
    fn end_session(&self) -> Option<()> {
        let session = self.session.as_deref()?;
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(QUIT_WITHIN)).ok()?;
        let request = format!(
            "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            self.port
        );
        stream.write_all(request.as_bytes()).ok()?;
        // The answer comes when the browser is gone. Its first bytes do: the connection may stay open.
        let received = stream.read(&mut [0; 64]).ok()?;
        (received > 0).then_some(())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Nothing here can be reported, and each step is tried whatever became of the one before.
        let _ = self.end_session();
        let _ = self.process.kill();
        let _ = self.process.wait();
        kill_all_naming(self.folder.path());
    }
}

/// What the driver prints once it listens: `… on port 34567.` or `… Listening on 127.0.0.1:34567`.
fn announced_port(output: impl Read + Send + 'static) -> Result<u16> {
    let (send, receive) = mpsc::channel();
    // Read to the end, heard or not: a full pipe would stop the driver.
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    loop {
        let line = receive.recv_timeout(START_WITHIN)?;
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

/// One that was free a moment ago.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// What WebKitGTK is told by its environment: a display of its own, a place for what it keeps, and,
/// for root and containers, not to insist on a sandbox and a graphics card.
fn webkit_environment(command: &mut Command, folder: &Path) -> Result<Display> {
    let display = Display::start()?;
    command
        .env("DISPLAY", display.name())
        .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
        .env("NO_AT_BRIDGE", "1");
    for kept in [
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
    ] {
        command.env(kept, folder);
    }
    Ok(display)
}

/// Whatever names this folder in its command line or its environment. (Neither is enough: WebKit's
/// has no profile to name, and Chromium's processes write their titles over their environment.) Where
/// there is no `/proc` the driver's own tidying has to do.
fn kill_all_naming(folder: &Path) {
    let Ok(processes) = fs::read_dir("/proc") else {
        return;
    };
    let text = folder.to_string_lossy();
    for process in processes.flatten() {
        let Ok(id) = process.file_name().to_string_lossy().parse() else {
            continue;
        };
        let names_it = |file| {
            let bytes = fs::read(process.path().join(file)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).contains(text.as_ref())
        };
        if (names_it("cmdline") || names_it("environ"))
            && let Some(id) = Pid::from_raw(id)
        {
            let _ = kill_process(id, Signal::KILL);
        }
    }
}
