//! The gateway's program, started as an operator starts it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use serde_json::Value;

use super::PATIENCE;
use super::spill::Spill;
use crate::target::RUNTIME_BYTES;

pub struct Program {
    child: Child,
    readers: Vec<JoinHandle<()>>,
    log: Arc<Log>,
    /// `127.0.0.1:PORT`
    pub gateway: String,
    pub admin: String,
}

/// The lines that the program has logged.
#[derive(Default)]
struct Log {
    lines: Mutex<Vec<Value>>,
    more: Condvar,
}

pub fn command() -> Command {
    let mut command = crate::target::command();
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Returns a command for the same program, started by a shell after this line: `ulimit -n 256`.
pub fn after_shell_line(line: &str, command: &Command) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(format!("{line}; exec \"$0\" \"$@\""));
    shell.arg(command.get_program()).args(command.get_args());
    shell.env_clear();
    let variables = command.get_envs();
    shell.envs(variables.filter_map(|(name, value)| Some((name, value?))));
    shell.stdin(Stdio::null());
    shell.stdout(Stdio::piped()).stderr(Stdio::piped());
    shell
}

impl Program {
    /// Starts the program on a free port, and returns once it listens.
    pub fn start(command: &mut Command, spill: &Arc<Spill>) -> Self {
        Self::start_at("127.0.0.1:0", command, spill)
    }

    /// Starts the program at this address, and returns once it listens.
    pub fn start_at(address: &str, command: &mut Command, spill: &Arc<Spill>) -> Self {
        command.args(["--listen", address, "--admin-listen", "127.0.0.1:0"]);
        let mut child = command.arg("--print-addresses").spawn().unwrap();
        let log = Arc::new(Log::default());
        let error = child.stderr.take().unwrap();
        let mut readers = vec![read_log(error, Arc::clone(&log), Arc::clone(spill))];
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let addresses: Value = serde_json::from_str(&line).unwrap_or_else(|_| {
            panic!(
                "the gateway did not start: {:?}",
                *log.lines.lock().unwrap()
            );
        });
        let spill = Arc::clone(spill);
        spill.record_output(&line);
        readers.push(thread::spawn(move || {
            let mut rest = String::new();
            let _ = out.read_to_string(&mut rest);
            spill.record_output(&rest);
        }));
        let address = |name: &str| {
            let url = addresses[name].as_str().unwrap();
            let rest = url.strip_prefix("http://").unwrap();
            rest.split('/').next().unwrap().to_owned()
        };
        Self {
            gateway: address("gateway"),
            admin: address("admin"),
            child,
            readers,
            log,
        }
    }

    /// Returns the line that the log has for a response.
    #[track_caller]
    pub fn logged(&self, request_id: &str) -> Value {
        let is_it =
            |line: &Value| line["request_id"] == request_id && line["message"] == "answered";
        self.find(is_it)
            .unwrap_or_else(|| panic!("no line of {request_id} in the log"))
    }

    /// Returns the first line that matches, as soon as it is there.
    pub fn find(&self, is_it: impl Fn(&Value) -> bool) -> Option<Value> {
        let deadline = Instant::now() + PATIENCE;
        let mut lines = self.log.lines();
        loop {
            if let Some(line) = lines.iter().find(|it| is_it(it)) {
                return Some(line.clone());
            }
            let left = deadline.checked_duration_since(Instant::now())?;
            let waited = self.log.more.wait_timeout(lines, left);
            lines = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub fn lines(&self) -> Vec<Value> {
        self.log.lines().clone()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns the most memory that the program and its children ever had resident, in bytes, beyond that
    /// of its runtime.
    pub fn peak_memory(&self) -> u64 {
        let pid = self.pid();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
        let children = children.split_whitespace().map(str::to_owned);
        let sum: u64 = children.chain([pid.to_string()]).map(|it| peak(&it)).sum();
        sum.saturating_sub(RUNTIME_BYTES)
    }

    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends a signal by its name: `HUP`.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let status = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(status.unwrap().success());
    }

    /// Kills the program at once, as a kernel that is out of memory does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// Waits for the end of the program, and returns its exit status. All of its output has been read
    /// then.
    #[track_caller]
    pub fn wait_for_end(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "the program does not end");
            thread::sleep(std::time::Duration::from_millis(2));
        };
        self.drain();
        status
    }

    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn drain(&mut self) {
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
    }

    /// Kills the program if it is running. All of its output has been read then.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.drain();
    }
}

fn peak(pid: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|it| it.starts_with("VmHWM:")).unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() * 1024
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Log {
    fn lines(&self) -> std::sync::MutexGuard<'_, Vec<Value>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read_log(error: impl Read + Send + 'static, log: Arc<Log>, spill: Arc<Spill>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(error).lines() {
            let Ok(line) = line else { return };
            spill.record_output(&line);
            // The last lines of a process are not always JSON.
            let value = serde_json::from_str(&line).unwrap_or(Value::String(line));
            log.lines().push(value);
            log.more.notify_all();
        }
    })
}

/// Returns the exit code and the output of a program that ends by itself. Kills one that does not.
#[track_caller]
pub fn run_to_end(command: &mut Command) -> (i32, String) {
    let mut child = command.spawn().unwrap();
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("the program goes on: {command:?}");
        }
        thread::sleep(std::time::Duration::from_millis(2));
    };
    let mut text = String::new();
    let (mut out, mut error) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    out.read_to_string(&mut text).unwrap();
    error.read_to_string(&mut text).unwrap();
    (status.code().unwrap(), text)
}
