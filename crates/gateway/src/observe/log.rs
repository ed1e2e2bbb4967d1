//! The program's log: structured, on standard error, without secrets. It never delays a request and
//! never ends the process: what goes wrong with it costs lines, and [`lost_lines`] counts them.
//!
//! | module | what it holds |
//! |---|---|
//! | [`line_rate`] | how many lines of one kind a second may have |
//! | [`line_queue`] | the thread that writes, and the queue before it |
//! | [`lost_lines`] | the lines that were not written, counted by the reason |

mod line_queue;
mod line_rate;
pub(super) mod lost_lines;

use std::io;
use std::panic;
use std::time::Duration;

use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::config::{LogFormat, ProgramConfig};
use line_queue::LogThread;
use line_rate::LineRate;
use lost_lines::LOST_LINES;

/// Dependencies log warnings alone, since the gateway cannot choose what they log of a request.
const DEFAULT_FILTER: &str = "warn,aurous_gateway=info";

/// The longest time to write the last lines before the process ends.
const FINISH_TIMEOUT: Duration = Duration::from_secs(1);

/// The log of the whole process.
pub struct Log(LogThread);

impl Log {
    /// Starts the log, filtered by `RUST_LOG`. A panic is logged by its place alone, since its message
    /// may hold a secret.
    ///
    /// # Errors
    /// The operating system has no thread left.
    pub fn start(config: &ProgramConfig) -> io::Result<Self> {
        let thread = LogThread::start(io::stderr())?;
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| DEFAULT_FILTER.into());
        let queue = thread.queue.clone();
        let lines = fmt::layer()
            .with_writer(move || queue.clone())
            // Printing such an error to a broken standard error would panic.
            .log_internal_errors(false);
        let lines = match config.log_format {
            LogFormat::Json => lines.json().flatten_event(true).boxed(),
            LogFormat::Text => lines.with_ansi(false).boxed(),
        };
        let rate = LineRate::new(config.limits.max_log_lines_per_second);
        registry().with(filter).with(rate).with(lines).init();
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string);
            tracing::error!(place, "panicked: this is a bug");
        }));
        Ok(Self(thread))
    }

    /// Writes the lines that wait, for at most a second. Returns whether all are written, so that
    /// standard error takes more. Later lines are lost.
    #[must_use]
    pub fn finish(self) -> bool {
        LOST_LINES.log_new();
        self.0.finish(FINISH_TIMEOUT)
    }
}
