//! The options of a call and of its client, read and checked at each call: a client is nothing but its
//! options.

use crate::access::{Place, check_api_key, is_fetchable};
use crate::argument::{Argument, CALL_OPTIONS, CLIENT_OPTIONS, Field, OBJECT};
use crate::concat;
use crate::failure::{Code, Failure, Step};
use crate::limits::API_ORIGIN;
use crate::retry::RetryPolicy;
use crate::world::{Type, World};

/// Where a gateway is mounted, unless told otherwise: on the page's own origin.
pub const DEFAULT_GATEWAY: &str = "/aurous";

/// Default time limit of one attempt of an API call, and of a PUT that stands still, in milliseconds.
pub const DEFAULT_TIMEOUT_MS: u64 = 30_000;

/// Files up to so many bytes are read once, before anything else, by default.
pub const DEFAULT_SNAPSHOT_BYTES: f64 = 32.0 * 1024.0 * 1024.0;

/// How long, how often: what a call and a client have alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Of one attempt of an API call.
    pub timeout_ms: u64,
    /// Of a PUT that stands still.
    pub stall_timeout_ms: u64,
    /// `None`: that of the step.
    pub deadline_ms: Option<u64>,
    pub max_retries: u32,
}

impl Limits {
    pub const DEFAULT: Self = Self {
        timeout_ms: DEFAULT_TIMEOUT_MS,
        stall_timeout_ms: DEFAULT_TIMEOUT_MS,
        deadline_ms: None,
        max_retries: RetryPolicy::API_CALL.max_retries,
    };

    /// Those of the options at a path that are given, in the place of these.
    fn with(self, world: &dyn World, path: &str) -> Self {
        let ms = |name: &str, default: u64| {
            let ms = world.number(&concat(&[path, name]));
            if ms.is_nan() { default } else { ms as u64 }
        };
        let deadline_ms = ms(".deadlineMs", self.deadline_ms.unwrap_or(u64::MAX));
        Self {
            timeout_ms: ms(".timeoutMs", self.timeout_ms),
            stall_timeout_ms: ms(".stallTimeoutMs", self.stall_timeout_ms),
            deadline_ms: Some(deadline_ms).filter(|it| *it != u64::MAX),
            max_retries: ms(".maxRetries", self.max_retries.into()) as u32,
        }
    }

    pub fn policy(&self, step: Step) -> RetryPolicy {
        let default = match step {
            Step::Put => RetryPolicy::PUT,
            _ => RetryPolicy::API_CALL,
        };
        RetryPolicy {
            max_retries: self.max_retries,
            deadline_ms: self.deadline_ms.or(default.deadline_ms),
            ..default
        }
    }
}

/// The options of a call. The signal is the shell's to watch, and an idempotency key to send.
#[derive(Debug)]
pub struct CallOptions {
    /// Whether there is an `onProgress`.
    pub is_watched: bool,
    pub classifies: bool,
    pub snapshot_bytes: f64,
    /// The client's, where the call has none of its own.
    pub limits: Limits,
}

impl CallOptions {
    /// # Errors
    /// `invalid_argument` about `options`, or a field of it.
    pub fn read(world: &dyn World) -> Result<Self, Box<Failure>> {
        check(world, Argument::new("options", "options"), &CALL_OPTIONS)?;
        let snapshot_bytes = world.number("options.snapshotBytes");
        Ok(Self {
            is_watched: world.type_of("options.onProgress") == Type::Function,
            classifies: world.flag("options.classify"),
            snapshot_bytes: if snapshot_bytes.is_nan() {
                DEFAULT_SNAPSHOT_BYTES
            } else {
                snapshot_bytes
            },
            limits: Limits::DEFAULT.with(world, "client").with(world, "options"),
        })
    }
}

/// The options of a client. What stands in headers as it is, is the shell's to put there.
#[derive(Debug)]
pub struct Client {
    /// Straight to the API with a key; without one, through a gateway.
    pub has_key: bool,
    /// Whether a function of the page's is asked for a session token.
    pub asks_for_token: bool,
}

impl Client {
    /// # Errors
    /// `invalid_option`, `api_key_in_browser`, `insecure_base_url`.
    pub fn read(world: &dyn World) -> Result<Self, Box<Failure>> {
        let argument = Argument {
            path: "client",
            shown: "",
            code: Code::InvalidOption,
        };
        check(world, argument, &CLIENT_OPTIONS)?;
        let has_key = world.type_of("client.apiKey") != Type::Undefined;
        let token = world.type_of("client.sessionToken");
        let has_token = token != Type::Undefined;
        if has_key && has_token {
            let message = "`apiKey` goes straight to the API and `sessionToken` to a gateway: give one of them.";
            return Err(Failure::option("sessionToken", message));
        }
        check_headers(world, has_token)?;
        check_base(world, has_key)?;
        Ok(Self {
            has_key,
            asks_for_token: token == Type::Function,
        })
    }
}

/// Where calls go, if they may go there.
fn check_base(world: &dyn World, has_key: bool) -> Result<(), Box<Failure>> {
    let option = world.text("client.baseUrl");
    let option = option.or_else(|| world.text("client.baseUrl.href"));
    let default = if has_key { API_ORIGIN } else { DEFAULT_GATEWAY };
    let is_url = world.resolve(option.as_deref().unwrap_or(default), "base");
    if !is_url || !is_fetchable(world, "base") {
        let message = "`baseUrl` must be an http or https URL (outside a page: an absolute one) without a user name or password: a browser refuses to fetch those. Use `sessionToken` or `headers`.";
        return Err(Failure::option("baseUrl", message));
    }
    if !has_key {
        return Ok(());
    }
    let place = if !world.flag("isBrowser") {
        Place::Elsewhere
    } else if world.flag("client.dangerouslyAllowBrowser") {
        Place::TrustedBrowser
    } else {
        Place::Browser
    };
    let part = |path| world.text(path).unwrap_or_default();
    check_api_key(&part("base.protocol"), &part("base.hostname"), place)
}

/// Holds the fields of an object that may be left out against their rules.
fn check(world: &dyn World, argument: Argument<'_>, rules: &[Field]) -> Result<(), Box<Failure>> {
    if world.type_of(argument.path) != Type::Undefined {
        let shown = "options";
        Argument { shown, ..argument }.check(world, &OBJECT)?;
    }
    argument.check_fields(world, rules)
}

/// Whether the page's own headers are none of those that the SDK sets.
fn check_headers(world: &dyn World, has_token: bool) -> Result<(), Box<Failure>> {
    if world.type_of("headers") == Type::Unreadable {
        // What an engine says of a bad one names its value: not ours to show.
        let message = "`headers` holds a name or value that HTTP does not allow: names are tokens, values have no line breaks.";
        return Err(Failure::option("headers", message));
    }
    for (path, option) in OWN_HEADERS {
        let is_own = has_token || *option != "sessionToken";
        if is_own && world.type_of(path) != Type::Undefined {
            let code = Code::InvalidOption;
            let name = path.strip_prefix("headers.").unwrap_or(path);
            let message = "`headers` must not hold `{}`: use the option `{}`.";
            return Err(Failure::new(code, message, &[name, option]).about("headers"));
        }
    }
    Ok(())
}

/// Where one would stand, and the option that sets it.
static OWN_HEADERS: &[(&str, &str)] = &[
    ("headers.x-api-key", "apiKey"),
    ("headers.aurous-version", "apiVersion"),
    ("headers.idempotency-key", "idempotencyKey"),
    ("headers.authorization", "sessionToken"),
];
