//! The program's log: structured, on standard error, without secrets.

use std::io;
use std::panic;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Dependencies log warnings alone, since the gateway cannot choose what they log of a request.
const DEFAULT_FILTER: &str = "warn,aurous_gateway=info";

/// Starts the log of the whole process, filtered by `RUST_LOG`. A panic is logged by its place alone,
/// since its message may hold a secret.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| DEFAULT_FILTER.into());
    let builder = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_env_filter(filter);
    match format {
        LogFormat::Json => builder.json().flatten_event(true).init(),
        LogFormat::Text => builder.with_ansi(false).init(),
    }
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked: this is a bug");
    }));
}
