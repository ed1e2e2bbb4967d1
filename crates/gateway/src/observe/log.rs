//! How the program logs: structured, to standard error, and nothing that is secret.

use std::io;
use std::panic;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Dependencies at warn: what they say of a request is not ours to choose.
const DEFAULT_FILTER: &str = "warn,aurous_gateway=info";

/// Sets up logging for the whole process; `RUST_LOG` filters. Panics are logged by their place
/// alone, since what they say may hold anything.
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
