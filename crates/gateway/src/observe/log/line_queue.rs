//! The thread that writes the log, and the bounded queue before it. A request leaves its line in the
//! queue and goes on, whether or not anyone reads the log.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::lost_lines::{LOST_LINES, Loss};

/// The most lines that wait. A line has about 300 bytes, so they take about 1 MB.
const QUEUE_LINES: usize = 4096;

/// How often the log says how many lines it lost.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Takes one line with each write, and never fails: a line that finds the queue full is lost.
///
/// Not `tracing-appender`, whose guard prints to standard output when the reader of the log is stuck,
/// and panics where that fails; and which does not count the writes that fail.
#[derive(Clone)]
pub(super) struct LineQueue {
    /// `None` once the log has finished.
    lines: Arc<Mutex<Option<SyncSender<Vec<u8>>>>>,
}

pub(super) struct LogThread {
    pub(super) queue: LineQueue,
    /// Disconnected when the thread has ended.
    end: Receiver<()>,
}

impl LogThread {
    /// Starts the thread, which writes to `output`.
    pub(super) fn start(output: impl Write + Send + 'static) -> io::Result<Self> {
        let (lines, waiting) = sync_channel(QUEUE_LINES);
        let (at_end, end) = sync_channel(0);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || {
                write_lines(&waiting, output);
                drop(at_end);
            })?;
        let lines = Arc::new(Mutex::new(Some(lines)));
        Ok(Self {
            queue: LineQueue { lines },
            end,
        })
    }

    /// Waits until all lines are written. Returns false if they are not after this time. Later lines are
    /// lost.
    pub(super) fn finish(self, timeout: Duration) -> bool {
        drop(lock(&self.queue.lines).take());
        self.end.recv_timeout(timeout) == Err(RecvTimeoutError::Disconnected)
    }
}

impl Write for LineQueue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let lines = lock(&self.lines);
        let is_queued = lines
            .as_ref()
            .is_some_and(|lines| lines.try_send(line.to_vec()).is_ok());
        drop(lines);
        if !is_queued {
            LOST_LINES.count(Loss::QueueFull);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes lines until the log has finished.
fn write_lines(waiting: &Receiver<Vec<u8>>, mut output: impl Write) {
    let mut last_report = Instant::now();
    let mut does_write = true;
    loop {
        match waiting.recv_timeout(REPORT_INTERVAL) {
            Ok(line) => {
                does_write = output.write_all(&line).is_ok();
                if !does_write {
                    LOST_LINES.count(Loss::WriteFailed);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        // A report that cannot be written would be one more lost line to report.
        if does_write && last_report.elapsed() >= REPORT_INTERVAL {
            last_report = Instant::now();
            LOST_LINES.log_new();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
