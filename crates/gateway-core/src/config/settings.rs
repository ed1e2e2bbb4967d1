//! The settings as an operator writes them.

use aurous_contract::limits;
use clap::Args;
use clap::builder::BoolishValueParser;

use super::feature::Feature;

/// Every setting that is no secret and that every gateway has, from flags, from the environment, or as a
/// value.
///
/// `Settings::default()` equals a command line without flags, and never reads the environment.
/// [`Config::new`](super::Config::new) checks the texts, and ignores empty ones in lists.
#[derive(Clone, Debug, Args)]
pub struct Settings {
    /// The exact origin of a page that may ask: `https://app.example`. List the page's own origin, too,
    /// where the gateway is mounted below it
    #[arg(
        long = "origin",
        value_name = "ORIGIN",
        env = "AUROUS_GATEWAY_ORIGIN",
        value_delimiter = ','
    )]
    pub origins: Vec<String>,

    /// A host to answer for, beside those of the origins and the address to listen on
    #[arg(
        long = "host",
        value_name = "HOST[:PORT]",
        env = "AUROUS_GATEWAY_HOST",
        value_delimiter = ','
    )]
    pub hosts: Vec<String>,

    /// A header that pages of other origins may send, beside those of the SDK and of tracing scripts:
    /// `X-CSRF-Token`. The gateway does not pass it on
    #[arg(
        long = "allow-header",
        value_name = "NAME",
        env = "AUROUS_GATEWAY_ALLOW_HEADER",
        value_delimiter = ','
    )]
    pub allowed_headers: Vec<String>,

    /// Let in visitors without a session token: everyone who can reach the gateway can use it
    #[arg(long, env = "AUROUS_GATEWAY_ALLOW_ANONYMOUS", value_parser = BoolishValueParser::new())]
    pub allow_anonymous: bool,

    /// The `aud` of the session tokens
    #[arg(long, value_name = "TEXT", env = "AUROUS_GATEWAY_AUDIENCE", default_value_t = Settings::default().audience)]
    pub audience: String,

    /// The path below which the gateway answers. Use / behind a proxy that strips the prefix
    #[arg(long, value_name = "PATH", env = "AUROUS_GATEWAY_MOUNT", default_value_t = Settings::default().mount)]
    pub mount: String,

    /// The base URL of the API: https, or http to a literal loopback address
    #[arg(long, value_name = "URL", env = "AUROUS_GATEWAY_API_URL", default_value_t = Settings::default().api_url)]
    pub api_url: String,

    /// The exact origin that upload URLs may have
    #[arg(long = "upload-origin", value_name = "ORIGIN", env = "AUROUS_GATEWAY_UPLOAD_ORIGIN", value_delimiter = ',', default_values_t = Settings::default().upload_origins)]
    pub upload_origins: Vec<String>,

    /// Allow http and private addresses upstream, as between containers. The key then travels
    /// unencrypted
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

    /// A proxy whose X-Forwarded-For counts
    #[arg(
        long = "trusted-proxy",
        value_name = "IP or CIDR",
        env = "AUROUS_GATEWAY_TRUSTED_PROXY",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<String>,

    /// How many of an IPv6 address's first bits limits count as one visitor: 32 to 128. Many providers
    /// give one customer 56 or 48
    #[arg(long, value_name = "BITS", env = "AUROUS_GATEWAY_IPV6_PREFIX", default_value_t = Settings::default().ipv6_prefix)]
    pub ipv6_prefix: u8,

    /// The part of the team's rate limits that this process may spend. Of several that share a store, while
    /// the store is away
    #[arg(long, value_name = "1/N", env = "AUROUS_GATEWAY_TEAM_SHARE", default_value_t = Settings::default().team_share)]
    pub team_share: String,

    /// The part of the process's limits that is each visitor's own. A visitor may spend what others leave, but for one
    /// such part
    #[arg(long, value_name = "1/N", env = "AUROUS_GATEWAY_SUBJECT_SHARE", default_value_t = Settings::default().subject_share)]
    pub subject_share: String,

    /// A rate limit that the vendor changed for your team: characters_post=60/120
    #[arg(
        long = "team-limit",
        value_name = "BUCKET=PER_MINUTE/BURST",
        env = "AUROUS_GATEWAY_TEAM_LIMIT",
        value_delimiter = ','
    )]
    pub team_limits: Vec<String>,

    /// The most bytes of an upload
    #[arg(long, value_name = "BYTES", env = "AUROUS_GATEWAY_UPLOAD_MAX_BYTES", default_value_t = Settings::default().upload_max_bytes)]
    pub upload_max_bytes: u64,

    /// The most PUTs at once, in all
    #[arg(long, value_name = "N", env = "AUROUS_GATEWAY_MAX_UPLOADS", default_value_t = Settings::default().max_uploads)]
    pub max_uploads: u32,

    /// The most PUTs at once of one visitor or, without a session token, of one address
    #[arg(long, value_name = "N", env = "AUROUS_GATEWAY_MAX_UPLOADS_PER_SUBJECT", default_value_t = Settings::default().max_uploads_per_subject)]
    pub max_uploads_per_subject: u32,

    /// The most creates that the gateway remembers, for 24 hours each, so that none happens twice. One visitor
    /// has a tenth of them
    #[arg(long, value_name = "N", env = "AUROUS_GATEWAY_MAX_CREATE_RECORDS", default_value_t = Settings::default().max_create_records)]
    pub max_create_records: u32,

    /// The most memory that these creates take, in bytes, at least 1 000 000. One visitor has a tenth of
    /// it
    #[arg(long, value_name = "BYTES", env = "AUROUS_GATEWAY_MAX_CREATE_BYTES", default_value_t = Settings::default().max_create_bytes)]
    pub max_create_bytes: u64,

    /// The longest time that a body may stand still, in milliseconds
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_BODY_IDLE_TIMEOUT_MS", default_value_t = Settings::default().body_idle_timeout_ms)]
    pub body_idle_timeout_ms: u32,

    /// The lowest average rate of a body and of its readers, in bytes a second, once the gateway has
    /// waited for them as long as they may stand still
    #[arg(long, value_name = "BYTES", env = "AUROUS_GATEWAY_BODY_MIN_BYTES_PER_SECOND", default_value_t = Settings::default().body_min_bytes_per_second)]
    pub body_min_bytes_per_second: u32,

    /// The longest time to connect upstream, in milliseconds
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_CONNECT_TIMEOUT_MS", default_value_t = Settings::default().connect_timeout_ms)]
    pub connect_timeout_ms: u32,

    /// The longest time to wait for an answer from upstream, in milliseconds; on a PUT, after its last
    /// byte
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_ANSWER_TIMEOUT_MS", default_value_t = Settings::default().answer_timeout_ms)]
    pub answer_timeout_ms: u32,

    /// The longest time of a whole PUT, in milliseconds
    #[arg(long, value_name = "MS", env = "AUROUS_GATEWAY_REQUEST_TIMEOUT_MS", default_value_t = Settings::default().request_timeout_ms)]
    pub request_timeout_ms: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            hosts: Vec::new(),
            allowed_headers: Vec::new(),
            allow_anonymous: false,
            audience: "aurous-gateway".to_owned(),
            mount: "/aurous".to_owned(),
            api_url: limits::API_ORIGIN.to_owned(),
            upload_origins: vec!["https://aurous.storage".to_owned()],
            allow_insecure_upstream: false,
            enable: Vec::new(),
            trusted_proxies: Vec::new(),
            ipv6_prefix: 64,
            team_share: "1/1".to_owned(),
            subject_share: "1/3".to_owned(),
            team_limits: Vec::new(),
            upload_max_bytes: limits::UPLOAD_MAX_BYTES,
            max_uploads: 256,
            max_uploads_per_subject: 8,
            max_create_records: 10_000,
            max_create_bytes: 32 * 1024 * 1024,
            body_idle_timeout_ms: 30_000,
            body_min_bytes_per_second: 4096,
            connect_timeout_ms: 10_000,
            answer_timeout_ms: 60_000,
            request_timeout_ms: 3_600_000,
        }
    }
}
