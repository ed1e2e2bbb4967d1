//! The program: [`aurous_gateway`] with flags.

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;

use aurous_gateway::config::usage_error;
use aurous_gateway::{Config, Gateway, Settings};
use aurous_shutdown::ShutdownSignal;
use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use serde_json::json;

/// Stands between browsers and the Aurous Labs character API: holds the team's key, adds CORS,
/// streams the PUT.
#[derive(Debug, Parser)]
#[command(name = "aurous-gateway", version, after_long_help = SECRETS_HELP)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

const SECRETS_HELP: &str = "\
Secrets come from the environment, or from the file that the same name with _FILE points to:
  AUROUS_API_KEY          the team's key
  AUROUS_SESSION_SECRETS  the secrets that sign session tokens, 32 random bytes or more each;
                          commas or newlines separate them, the first one signs
  AUROUS_SEALING_SECRETS  the secrets that seal upload URLs and sign ids, likewise; the oldest
                          one stays last; none of them may be a session secret

The log goes to standard error; RUST_LOG filters it. On SIGTERM and Ctrl-C the gateway drains: it
accepts nothing new and lets running requests finish.";

/// The exit code of shells and of clap for a command line that is wrong.
const USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let Flags { settings } = match read_flags() {
        Ok(flags) => flags,
        Err(code) => return code,
    };
    let (format, print_addresses) = (settings.log_format, settings.print_addresses);
    let config = match Config::from_environment(settings, |name| env::var(name).ok()) {
        Ok(config) => config,
        Err(errors) => {
            print_error(&errors.to_string());
            return ExitCode::from(USAGE);
        }
    };
    aurous_gateway::start_logging(format);
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    match run(config, print_addresses).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&format!("aurous-gateway: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Reads the flags and their variables. Otherwise, returns the exit code, after the help or an error.
fn read_flags() -> Result<Flags, ExitCode> {
    let arguments: Vec<_> = env::args_os().collect();
    // The help must not show what a variable holds.
    let mut command = Flags::command().mut_args(|arg| arg.hide_env_values(true));
    let matches = command.try_get_matches_from_mut(&arguments);
    matches
        .and_then(|matches| Flags::from_arg_matches(&matches))
        .map_err(|error| {
            if error.use_stderr() {
                print_error(&usage_error(&error, &command, &arguments));
                return ExitCode::from(USAGE);
            }
            // Where the help cannot be printed, there is no way left to say so.
            let _ = error.print();
            ExitCode::SUCCESS
        })
}

async fn run(config: Config, print_addresses: bool) -> io::Result<()> {
    // Listens before anything is printed: a script that reads the line may send the signal at once.
    let mut shutdown = ShutdownSignal::listen()?;
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
    shutdown.received().await;
    tracing::info!("draining");
    gateway.drain().await;
    tracing::info!("stopped");
    Ok(())
}

fn print_error(text: &str) {
    // Where even this fails, there is no way left to say so.
    let _ = writeln!(io::stderr(), "{text}");
}
