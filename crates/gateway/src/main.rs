//! The program: [`aurous_gateway`] with flags.

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;

use aurous_gateway::config::usage_error;
use aurous_gateway::{Gateway, Log, ProgramConfig, ProgramSettings};
use aurous_shutdown::ShutdownSignal;
use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use serde_json::json;
use tokio::runtime::Runtime;

/// Stands between browsers and the Aurous Labs character API: holds the team's key, adds CORS,
/// streams the PUT.
#[derive(Debug, Parser)]
#[command(name = "aurous-gateway", version, after_long_help = SECRETS_HELP)]
struct Flags {
    #[command(flatten)]
    settings: ProgramSettings,
}

const SECRETS_HELP: &str = "\
Secrets come from the environment, or from the file that the same name with _FILE points to:
  AUROUS_API_KEY          the team's key
  AUROUS_SESSION_SECRETS  the secrets that sign session tokens, 32 random bytes or more each;
                          commas or newlines separate them, the first one signs
  AUROUS_SEALING_SECRETS  the secrets that seal upload URLs and sign ids, likewise; the oldest
                          one stays last; none of them may be a session secret
  AUROUS_STORE_PASSWORD   the password of the server that --store names, if it has one

The log goes to standard error; RUST_LOG filters it. On SIGTERM, SIGHUP, SIGQUIT and Ctrl-C the
gateway drains: after --shutdown-delay-ms it accepts nothing new and lets running requests finish. A
second signal ends it at once, with exit code 1.";

/// The exit code of shells and of clap for a command line that is wrong.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let Flags { settings } = match read_flags() {
        Ok(flags) => flags,
        Err(code) => return code,
    };
    let print_addresses = settings.server.print_addresses;
    let config = match ProgramConfig::from_environment(&settings, |name| env::var(name).ok()) {
        Ok(config) => config,
        Err(errors) => {
            print_error(&errors.to_string());
            return ExitCode::from(USAGE);
        }
    };
    let log = match Log::start(&config) {
        Ok(log) => log,
        Err(error) => return fail(&error),
    };
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let outcome = run(config, print_addresses);
    let is_log_written = log.finish();
    match outcome {
        Ok(Outcome::Drained) => ExitCode::SUCCESS,
        Ok(Outcome::CutOff) => ExitCode::FAILURE,
        // Where the log is stuck, printing would wait for ever.
        Err(_) if !is_log_written => ExitCode::FAILURE,
        Err(error) => fail(&error),
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

/// How the gateway ended.
enum Outcome {
    Drained,
    /// By a second signal.
    CutOff,
}

fn run(config: ProgramConfig, print_addresses: bool) -> io::Result<Outcome> {
    let runtime = Runtime::new()?;
    let outcome = runtime.block_on(serve(config, print_addresses));
    // Dropping the runtime would wait for name resolution, which has no limit.
    runtime.shutdown_background();
    outcome
}

async fn serve(config: ProgramConfig, print_addresses: bool) -> io::Result<Outcome> {
    // Listens before anything is printed: a script that reads the line may send the signal at once.
    let mut shutdown = ShutdownSignal::listen()?;
    let mut gateway = Gateway::start(config).await?;
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
    tokio::select! {
        () = gateway.drain() => {
            tracing::info!("stopped");
            Ok(Outcome::Drained)
        }
        () = shutdown.received() => {
            gateway.cut_off();
            Ok(Outcome::CutOff)
        }
    }
}

fn fail(error: &io::Error) -> ExitCode {
    print_error(&format!("aurous-gateway: {error}"));
    ExitCode::FAILURE
}

fn print_error(text: &str) {
    // Where even this fails, there is no way left to say so.
    let _ = writeln!(io::stderr(), "{text}");
}
