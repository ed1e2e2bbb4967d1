//! The program: [`aurous_emulator`] with flags.

use std::io::{self, IsTerminal, Write};
use std::net::IpAddr;
use std::process::ExitCode;

use aurous_emulator::{Addresses, Emulator, EmulatorConfig, OPEN_PATH, RuntimeSettings};
use aurous_shutdown::ShutdownSignal;
use clap::Parser;
use tracing_subscriber::EnvFilter;

/// The Aurous Labs character API on localhost, for demos and tests.
#[derive(Debug, Parser)]
#[command(version, after_long_help = CONTROL_HELP)]
struct Flags {
    /// Serve the API without a key and with CORS under /aurous of the API's origin, and let pages PUT
    /// to the upload host: a stand-in for a gateway
    #[arg(long)]
    open: bool,

    /// Send CORS headers for every origin from the API and the upload host. Production sends none
    #[arg(long)]
    cors: bool,

    /// Print one line of JSON when ready: {"api":…,"upload":…,"control":…,"key":…}
    #[arg(long)]
    json: bool,

    /// The loopback address to bind
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,

    /// The port of the API. 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    api_port: u16,

    /// The port of the upload host. 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    upload_port: u16,

    /// The port of the control origin. 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    control_port: u16,

    /// A key to accept in place of a random one. Repeat the flag for several
    #[arg(
        long,
        value_name = "KEY",
        env = "AUROUS_EMULATOR_KEY",
        hide_env_values = true
    )]
    key: Vec<String>,

    /// The most bytes of an upload. A larger one gets 413
    #[arg(long, value_name = "BYTES", default_value_t = RuntimeSettings::default().upload_max_bytes)]
    upload_max_bytes: u64,

    /// How long an upload URL is valid, in milliseconds, rounded down to whole seconds
    #[arg(long, value_name = "MS", default_value_t = RuntimeSettings::default().upload_url_ttl_ms)]
    upload_url_ttl_ms: u64,

    /// How long a synthesis takes, in milliseconds of the emulator's clock
    #[arg(long, value_name = "MS", default_value_t = RuntimeSettings::default().synthesize_ms)]
    synthesize_ms: u64,

    /// Let a synthesis end in `reviewing`, from which a save makes the character `ready`, as the vendor's
    /// older pages say. Without this flag it ends in `ready`, as the changelog of 2026-06-19 says
    #[arg(long)]
    review_step: bool,

    /// The credits of each team. One generation costs one
    #[arg(long, value_name = "N", default_value_t = RuntimeSettings::default().credits)]
    credits: u32,

    /// Ignore Idempotency-Key on create, where the vendor does not document it
    #[arg(long)]
    no_idempotency_on_create: bool,

    /// Return client_reference_id on create alone: for the other calls, the vendor does not document it
    #[arg(long)]
    no_client_reference_id_echo: bool,

    /// Never respond with 429
    #[arg(long)]
    no_rate_limits: bool,
}

const CONTROL_HELP: &str = "\
Poses come from the beginning of the file's name: front-1.jpg is a front, side.webp a side; the
other poses are portrait, back and, for every other name, \"other\". A synthesis fails where its
additional_details hold \"[fail]\".

The control origin takes and returns JSON, also from pages:
  GET  /               the addresses and the key
  GET  /log            every request so far; DELETE forgets them
  GET  /clock          the time; POST {\"advance_ms\":900000} advances it
  GET  /faults         the faults to come; DELETE forgets them;
                       POST {\"match\":{\"step\":\"put\"},\"times\":2,\"fault\":{\"status\":503}} adds one
  GET  /config         the settings; POST {\"rate_limits\":false} changes the named ones
  GET  /keys           the keys; POST {\"team\":\"other\"} makes one,
                       POST {\"key\":…,\"revoked\":true} changes one
  GET  /uploads/{id}   the bytes that were PUT
  POST /reset          resets the emulator to its start

Steps: init, put, classify, create, get, list, update, delete, save, regenerate, resynthesize, ref,
preflight, other.
Faults: {\"status\":503}, {\"status\":402,\"code\":\"balance_too_low\"}, {\"body\":{\"status\":200,\"body\":\"…\"}}, {\"delay_ms\":500}, \"hang\",
\"hang_during_body\", \"hang_after_headers\", \"reset_before_body\", \"reset_during_body\",
{\"reset_after_body\":{\"processed\":true}}, \"truncate\", \"not_json\", \"empty\".

The log goes to standard error; RUST_LOG=info shows every request.";

impl Flags {
    fn config(&self) -> EmulatorConfig {
        EmulatorConfig {
            bind: self.bind,
            api_port: self.api_port,
            upload_port: self.upload_port,
            control_port: self.control_port,
            open: self.open,
            api_keys: self.key.clone(),
            settings: RuntimeSettings {
                cors: self.cors,
                upload_max_bytes: self.upload_max_bytes,
                upload_url_ttl_ms: self.upload_url_ttl_ms,
                synthesize_ms: self.synthesize_ms,
                review_step: self.review_step,
                credits: self.credits,
                honour_idempotency_key_on_create: !self.no_idempotency_on_create,
                echo_client_reference_id: !self.no_client_reference_id_echo,
                rate_limits: !self.no_rate_limits,
            },
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let flags = Flags::parse();
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn")),
        )
        .init();
    match run(&flags).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where even this fails, there is no way left to say so.
            let _ = writeln!(io::stderr(), "aurous-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: &Flags) -> io::Result<()> {
    // Listens before anything is printed: a script that reads the line may send the signal at once.
    let mut shutdown = ShutdownSignal::listen()?;
    let emulator = Emulator::start(flags.config()).await?;
    let ready = if flags.json {
        serde_json::to_string(emulator.addresses())?
    } else {
        greeting(emulator.addresses(), flags.open)
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{ready}")?;
    out.flush()?;
    drop(out);
    shutdown.received().await;
    emulator.shutdown().await;
    Ok(())
}

fn greeting(addresses: &Addresses, open: bool) -> String {
    let Addresses {
        api,
        upload,
        control,
        key,
    } = addresses;
    let open = match open {
        true => format!("\n  without a key  {api}{OPEN_PATH}"),
        false => String::new(),
    };
    format!(
        "The Aurous API, emulated:\n  \
           API            {api}{open}\n  \
           upload host    {upload}\n  \
           control        {control}\n  \
           key            {key}\n\
         Poses come from the file's name (front-1.jpg is a front). Ctrl-C stops."
    )
}
