//! The settings of the program alone, as an operator writes them: its addresses, its connections, its end,
//! its log, its traces.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use aurous_gateway_core::config::DRAIN_REFUSED_BODY_MS;
use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};

/// Every setting of the program's own, from flags, from the environment, or as a value.
///
/// `ServerSettings::default()` equals a command line without flags, and never reads the environment.
#[derive(Clone, Debug, Args)]
pub struct ServerSettings {
    /// The address to listen on. Port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "AUROUS_GATEWAY_LISTEN", default_value_t = ServerSettings::default().listen)]
    pub listen: SocketAddr,

    /// The address of /healthz, /readyz and /metrics. Keep it from the public
    #[arg(long, value_name = "ADDR", env = "AUROUS_GATEWAY_ADMIN_LISTEN", default_value_t = ServerSettings::default().admin_listen)]
    pub admin_listen: SocketAddr,

    /// A name to answer for on the admin address, beside `localhost` and every literal address
    #[arg(
        long = "admin-host",
        value_name = "NAME",
        env = "AUROUS_GATEWAY_ADMIN_HOST",
        value_delimiter = ','
    )]
    pub admin_hosts: Vec<String>,

    /// The Redis or Valkey server by which several gateways are one: redis://HOST:6379, or rediss:// for TLS.
    /// Its password comes from AUROUS_STORE_PASSWORD
    #[arg(long, value_name = "URL", env = "AUROUS_GATEWAY_STORE")]
    pub store: Option<String>,

    /// A file with the certificates, in PEM, of the authorities that the store's certificate may be from. By
    /// default, those that browsers know
    #[arg(long, value_name = "FILE", env = "AUROUS_GATEWAY_STORE_CA_FILE")]
    pub store_ca_file: Option<PathBuf>,

    /// What the gateways' keys in the store begin with
    #[arg(long, value_name = "TEXT", env = "AUROUS_GATEWAY_STORE_PREFIX", default_value_t = ServerSettings::default().store_prefix)]
    pub store_prefix: String,

    /// The most connections at once. The rest wait, and for each of them the connection that has waited
    /// longest for a request is closed
    #[arg(long, value_name = "N", env = "AUROUS_GATEWAY_MAX_CONNECTIONS", default_value_t = ServerSettings::default().max_connections)]
    pub max_connections: u32,

    /// The most connections at once from one address, an IPv6 one cut to --ipv6-prefix. Those of a
    /// trusted proxy have no such limit [default: a quarter of --max-connections]
    #[arg(
        long,
        value_name = "N",
        env = "AUROUS_GATEWAY_MAX_CONNECTIONS_PER_ADDRESS"
    )]
    pub max_connections_per_address: Option<u32>,

    /// The longest time until a request's head is there, in milliseconds: of a connection's first
    /// request from the accept, of each other from its first byte
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_HEADER_TIMEOUT_MS", default_value_t = ServerSettings::default().header_timeout_ms)]
    pub header_timeout_ms: u32,

    /// How long a connection may wait for its next request, in milliseconds. A proxy in front must wait
    /// less: AWS's load balancers wait 60 s, Google's 600 s
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_KEEP_ALIVE_TIMEOUT_MS", default_value_t = ServerSettings::default().keep_alive_timeout_ms)]
    pub keep_alive_timeout_ms: u32,

    /// The longest time that a client may read nothing of its response, in milliseconds
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_WRITE_IDLE_TIMEOUT_MS", default_value_t = ServerSettings::default().write_idle_timeout_ms)]
    pub write_idle_timeout_ms: u32,

    /// The longest time to read on before a refusal is sent, in milliseconds. A browser that is
    /// refused while it sends reports a network error
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_DRAIN_REFUSED_BODY_MS", default_value_t = ServerSettings::default().drain_refused_body_ms)]
    pub drain_refused_body_ms: u32,

    /// The most refusals that read on at once. One visitor's address has an eighth of them. The rest are
    /// sent at once [default: a quarter of --max-connections]
    #[arg(long, value_name = "N", env = "AUROUS_GATEWAY_MAX_LATE_REFUSALS")]
    pub max_late_refusals: Option<u32>,

    /// How long everything is still served after the signal to stop, in milliseconds, while /readyz
    /// already says 503: the time that a load balancer takes to notice
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_SHUTDOWN_DELAY_MS", default_value_t = ServerSettings::default().shutdown_delay_ms)]
    pub shutdown_delay_ms: u32,

    /// The longest time that requests may go on after the shutdown delay, in milliseconds
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_DRAIN_TIMEOUT_MS", default_value_t = ServerSettings::default().drain_timeout_ms)]
    pub drain_timeout_ms: u32,

    /// The format of the log on standard error. RUST_LOG filters it
    #[arg(long, value_name = "FORMAT", env = "AUROUS_GATEWAY_LOG_FORMAT", value_enum, default_value_t = ServerSettings::default().log_format)]
    pub log_format: LogFormat,

    /// The most lines of one kind that the log has in a second. Each place in the code that logs makes
    /// one kind
    #[arg(long, value_name = "N", env = "AUROUS_GATEWAY_MAX_LOG_LINES_PER_SECOND", default_value_t = ServerSettings::default().max_log_lines_per_second)]
    pub max_log_lines_per_second: u32,

    /// The base URL of a collector of OpenTelemetry, to send spans to by OTLP over HTTP. Without it, none
    /// are made
    #[arg(long, value_name = "URL", env = "AUROUS_GATEWAY_OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<String>,

    /// Print the addresses as one line of JSON on standard output, once the gateway listens
    #[arg(long, env = "AUROUS_GATEWAY_PRINT_ADDRESSES", value_parser = BoolishValueParser::new())]
    pub print_addresses: bool,
}

/// The format of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line
    Json,
    /// Text for people
    Text,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            admin_listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8081)),
            admin_hosts: Vec::new(),
            store: None,
            store_ca_file: None,
            store_prefix: "aurous:".to_owned(),
            max_connections: 1024,
            max_connections_per_address: None,
            header_timeout_ms: 10_000,
            keep_alive_timeout_ms: 620_000,
            write_idle_timeout_ms: 30_000,
            drain_refused_body_ms: DRAIN_REFUSED_BODY_MS,
            max_late_refusals: None,
            shutdown_delay_ms: 0,
            drain_timeout_ms: 60_000,
            log_format: LogFormat::Json,
            max_log_lines_per_second: 100,
            otlp_endpoint: None,
            print_addresses: false,
        }
    }
}
