//! The program: [`aurous_gateway`] with flags.

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;

use aurous_gateway::{Config, Gateway, Settings};
use clap::Parser;
use serde_json::json;

/// Between browsers and the Aurous Labs character API: holds the team's key, adds CORS, carries
/// the PUT.
#[derive(Debug, Parser)]
#[command(name = "aurous-gateway", version, after_long_help = SECRETS_HELP)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

const SECRETS_HELP: &str = "\
Secrets come by environment, or from the file that the same name with _FILE points to:
  AUROUS_API_KEY          the team's key
  AUROUS_SESSION_SECRETS  what session tokens are signed with, 32 bytes or more each;
                          several are separated by commas or newlines, the first signs
  AUROUS_SEALING_SECRETS  what upload URLs and ids are sealed with; likewise; not those above

Logs go to standard error; RUST_LOG filters them. SIGTERM and Ctrl-C drain: nothing new is taken,
what runs comes to its end.";

/// As a shell and clap say it of a command line that can't be carried out.
const USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let Flags { settings } = Flags::parse();
    let (format, print_addresses) = (settings.log_format, settings.print_addresses);
    let config = match Config::from_environment(settings, |name| env::var(name).ok()) {
        Ok(config) => config,
        Err(errors) => {
            say(&errors.to_string());
            return ExitCode::from(USAGE);
        }
    };
    aurous_gateway::start_logging(format);
    match run(config, print_addresses).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("aurous-gateway: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config, print_addresses: bool) -> io::Result<()> {
    // Listening before anything is printed: who reads the line may stop us at once.
    let mut stop = Stop::listen()?;
    let gateway = Gateway::start(config).await?;
    tracing::info!(
        gateway = gateway.url(),
        admin = gateway.admin_url(),
        version = env!("CARGO_PKG_VERSION"),
        "ready"
    );
    if print_addresses {
        let addresses = json!({ "gateway": gateway.url(), "admin": gateway.admin_url() });
        let mut out = io::stdout().lock();
        writeln!(out, "{addresses}")?;
        out.flush()?;
    }
    stop.asked().await;
    tracing::info!("draining");
    gateway.drain().await;
    tracing::info!("stopped");
    Ok(())
}

fn say(text: &str) {
    // Nothing is left to do where even this cannot be written.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Ctrl-C, and SIGTERM where there is one.
struct Stop {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Stop {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?,
        })
    }

    async fn asked(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
