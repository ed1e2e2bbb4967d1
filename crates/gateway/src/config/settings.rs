//! The settings as they are written.

use std::net::{Ipv4Addr, SocketAddr};

use aurous_contract::limits;
use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};

use super::feature::Feature;

/// Every setting that is no secret, as flags, environment variables or a value.
///
/// `Settings::default()` is what no flag gives, and never reads the environment. What is wrong with
/// the texts is [`Config::new`](super::Config::new)'s to say; in lists, empty texts count for nothing.
#[derive(Clone, Debug, Args)]
pub struct Settings {
    /// A page's origin that may ask: `https://app.example`, exact. With the gateway behind the page's
    /// own origin, that one
    #[arg(
        long = "origin",
        value_name = "ORIGIN",
        env = "AUROUS_GATEWAY_ORIGIN",
        value_delimiter = ','
    )]
    pub origins: Vec<String>,

    /// A Host that is answered for, beside those of the origins and the address it listens on
    #[arg(
        long = "host",
        value_name = "HOST[:PORT]",
        env = "AUROUS_GATEWAY_HOST",
        value_delimiter = ','
    )]
    pub hosts: Vec<String>,

    /// Lets in visitors without a session token: whoever can reach the gateway can use it
    #[arg(long, env = "AUROUS_GATEWAY_ALLOW_ANONYMOUS", value_parser = BoolishValueParser::new())]
    pub allow_anonymous: bool,

    /// The session token's `aud`
    #[arg(long, value_name = "TEXT", env = "AUROUS_GATEWAY_AUDIENCE", default_value_t = Settings::default().audience)]
    pub audience: String,

    /// Where to listen. Port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "AUROUS_GATEWAY_LISTEN", default_value_t = Settings::default().listen)]
    pub listen: SocketAddr,

    /// Where /healthz, /readyz and /metrics are. Not for the public
    #[arg(long, value_name = "ADDR", env = "AUROUS_GATEWAY_ADMIN_LISTEN", default_value_t = Settings::default().admin_listen)]
    pub admin_listen: SocketAddr,

    /// The path below which the gateway answers: / behind a proxy that strips the prefix
    #[arg(long, value_name = "PATH", env = "AUROUS_GATEWAY_MOUNT", default_value_t = Settings::default().mount)]
    pub mount: String,

    /// The API: https, or http to a literal loopback address
    #[arg(long, value_name = "URL", env = "AUROUS_GATEWAY_API_URL", default_value_t = Settings::default().api_url)]
    pub api_url: String,

    /// An origin that upload URLs may have, exact
    #[arg(long = "upload-origin", value_name = "ORIGIN", env = "AUROUS_GATEWAY_UPLOAD_ORIGIN", value_delimiter = ',', default_values_t = Settings::default().upload_origins)]
    pub upload_origins: Vec<String>,

    /// Takes http and private addresses upstream, as between containers: the key goes over the wire
    /// as it is
    #[arg(long, env = "AUROUS_GATEWAY_ALLOW_INSECURE_UPSTREAM", value_parser = BoolishValueParser::new())]
    pub allow_insecure_upstream: bool,

    /// A call to switch on
    #[arg(
        long,
        value_name = "NAME",
        env = "AUROUS_GATEWAY_ENABLE",
        value_delimiter = ','
    )]
    pub enable: Vec<Feature>,

    /// A proxy whose X-Forwarded-For is believed
    #[arg(
        long = "trusted-proxy",
        value_name = "IP or CIDR",
        env = "AUROUS_GATEWAY_TRUSTED_PROXY",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<String>,

    /// This replica's part of the team's rate limits
    #[arg(long, value_name = "1/N", env = "AUROUS_GATEWAY_TEAM_SHARE", default_value_t = Settings::default().team_share)]
    pub team_share: String,

    /// The most of that part which one visitor may take
    #[arg(long, value_name = "1/N", env = "AUROUS_GATEWAY_SUBJECT_SHARE", default_value_t = Settings::default().subject_share)]
    pub subject_share: String,

    /// A rate limit of the team's that the vendor changed: characters_post=60/120
    #[arg(
        long = "team-limit",
        value_name = "BUCKET=PER_MINUTE/BURST",
        env = "AUROUS_GATEWAY_TEAM_LIMIT",
        value_delimiter = ','
    )]
    pub team_limits: Vec<String>,

    /// Most bytes of an upload
    #[arg(long, value_name = "BYTES", env = "AUROUS_GATEWAY_UPLOAD_MAX_BYTES", default_value_t = Settings::default().upload_max_bytes)]
    pub upload_max_bytes: u64,

    /// Most PUTs at once, in all
    #[arg(long, value_name = "N", env = "AUROUS_GATEWAY_MAX_UPLOADS", default_value_t = Settings::default().max_uploads)]
    pub max_uploads: u32,

    /// Most PUTs at once of one visitor; without a session token, of one address
    #[arg(long, value_name = "N", env = "AUROUS_GATEWAY_MAX_UPLOADS_PER_SUBJECT", default_value_t = Settings::default().max_uploads_per_subject)]
    pub max_uploads_per_subject: u32,

    /// Most connections at once
    #[arg(long, value_name = "N", env = "AUROUS_GATEWAY_MAX_CONNECTIONS", default_value_t = Settings::default().max_connections)]
    pub max_connections: u32,

    /// How long a request's head may take, in milliseconds
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_HEADER_TIMEOUT_MS", default_value_t = Settings::default().header_timeout_ms)]
    pub header_timeout_ms: u32,

    /// How long a body may stand still, in milliseconds
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_BODY_IDLE_TIMEOUT_MS", default_value_t = Settings::default().body_idle_timeout_ms)]
    pub body_idle_timeout_ms: u32,

    /// How fast a body has to come once the idle time limit has passed, in bytes a second
    #[arg(long, value_name = "BYTES", env = "AUROUS_GATEWAY_BODY_MIN_BYTES_PER_SECOND", default_value_t = Settings::default().body_min_bytes_per_second)]
    pub body_min_bytes_per_second: u32,

    /// How long a refused body is read on before the refusal is sent, in milliseconds: browsers that
    /// are answered earlier report a network error
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_DRAIN_REFUSED_BODY_MS", default_value_t = Settings::default().drain_refused_body_ms)]
    pub drain_refused_body_ms: u32,

    /// How long connecting upstream may take, in milliseconds
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_CONNECT_TIMEOUT_MS", default_value_t = Settings::default().connect_timeout_ms)]
    pub connect_timeout_ms: u32,

    /// How long upstream may take to answer, in milliseconds; on a PUT, after its last byte
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_ANSWER_TIMEOUT_MS", default_value_t = Settings::default().answer_timeout_ms)]
    pub answer_timeout_ms: u32,

    /// How long a request may take in all, in milliseconds
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_REQUEST_TIMEOUT_MS", default_value_t = Settings::default().request_timeout_ms)]
    pub request_timeout_ms: u32,

    /// How long what runs may go on after SIGTERM, in milliseconds
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_DRAIN_TIMEOUT_MS", default_value_t = Settings::default().drain_timeout_ms)]
    pub drain_timeout_ms: u32,

    /// How to log, to standard error. RUST_LOG filters
    #[arg(long, value_name = "FORMAT", env = "AUROUS_GATEWAY_LOG_FORMAT", value_enum, default_value_t = Settings::default().log_format)]
    pub log_format: LogFormat,

    /// Prints the addresses as one line of JSON on standard output, when listening
    #[arg(long, env = "AUROUS_GATEWAY_PRINT_ADDRESSES", value_parser = BoolishValueParser::new())]
    pub print_addresses: bool,
}

/// How to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line
    Json,
    /// For people
    Text,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            hosts: Vec::new(),
            allow_anonymous: false,
            audience: "aurous-gateway".to_owned(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            admin_listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8081)),
            mount: "/aurous".to_owned(),
            api_url: limits::API_ORIGIN.to_owned(),
            upload_origins: vec!["https://aurous.storage".to_owned()],
            allow_insecure_upstream: false,
            enable: Vec::new(),
            trusted_proxies: Vec::new(),
            team_share: "1/1".to_owned(),
            subject_share: "1/3".to_owned(),
            team_limits: Vec::new(),
            upload_max_bytes: limits::UPLOAD_MAX_BYTES,
            max_uploads: 256,
            max_uploads_per_subject: 8,
            max_connections: 1024,
            header_timeout_ms: 10_000,
            body_idle_timeout_ms: 30_000,
            body_min_bytes_per_second: 4096,
            drain_refused_body_ms: 10_000,
            connect_timeout_ms: 10_000,
            answer_timeout_ms: 60_000,
            request_timeout_ms: 3_600_000,
            drain_timeout_ms: 60_000,
            log_format: LogFormat::Json,
            print_addresses: false,
        }
    }
}
