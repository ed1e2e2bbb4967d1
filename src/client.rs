//! The options of a client, read and checked at each call: a client is nothing but its options.

use aurous_contract::access::{self, BaseUrl, Place};
use aurous_contract::answer::Through;
use aurous_contract::argument::CLIENT_OPTIONS;
use aurous_contract::concat;
use aurous_contract::failure::{Code, Failure};
use aurous_contract::limits::API_ORIGIN;
use wasm_bindgen::prelude::*;
use web_sys::{Headers, RequestCredentials};

use crate::argument;
use crate::limits::Limits;
use crate::platform::{self, get_string};
use crate::stop::Stop;

/// Where a gateway is mounted, unless told otherwise: on the page's own origin.
const DEFAULT_GATEWAY: &str = "/aurous";

pub struct Client {
    /// Absolute, without query and trailing slash.
    pub base: String,
    /// Straight to the API with it; without it, through a gateway.
    pub api_key: Option<String>,
    /// A string, or a function that gives one.
    pub session_token: JsValue,
    /// The page's own, a `Headers`.
    headers: JsValue,
    pub api_version: Option<String>,
    pub credentials: RequestCredentials,
    pub limits: Limits,
}

impl Client {
    pub fn read(options: &JsValue) -> Result<Self, Stop> {
        let options = argument::options(options, "", Code::InvalidOption, &CLIENT_OPTIONS)?;
        let [
            base_url,
            api_key,
            session_token,
            headers,
            api_version,
            credentials,
            dangerously_allow_browser,
            limits @ ..,
        ] = &options;
        let api_key = api_key.as_string();
        if api_key.is_some() && !session_token.is_undefined() {
            let message = "`apiKey` goes straight to the API and `sessionToken` to a gateway: give one of them.";
            return Err(Stop::about(Code::InvalidOption, "sessionToken", message));
        }
        let default = if api_key.is_some() {
            API_ORIGIN
        } else {
            DEFAULT_GATEWAY
        };
        let trusted = dangerously_allow_browser.as_bool() == Some(true);
        Ok(Self {
            base: base(base_url, default, api_key.is_some(), trusted)?,
            headers: own_headers(headers, !session_token.is_undefined())?,
            api_key,
            session_token: session_token.clone(),
            api_version: api_version.as_string(),
            credentials: match credentials.as_string().as_deref() {
                Some("omit") => RequestCredentials::Omit,
                Some("include") => RequestCredentials::Include,
                _ => RequestCredentials::SameOrigin,
            },
            limits: Limits::of(limits, &Limits::DEFAULT),
        })
    }

    pub fn through(&self) -> Through<'_> {
        match self.api_key {
            None => Through::Gateway(&self.base),
            Some(_) => Through::Api,
        }
    }

    /// A copy of the page's own headers.
    pub fn headers(&self) -> Result<Headers, Stop> {
        copy(&self.headers)
    }
}

/// The base URL, absolute, where calls may go to it.
fn base(option: &JsValue, default: &str, has_key: bool, trusted: bool) -> Result<String, Stop> {
    let text = option
        .as_string()
        .or_else(|| get_string(option, "href"))
        .unwrap_or_else(|| default.into());
    let url = platform::resolve(&text, None).map_err(|_| {
        let must = "must be a URL (outside a page: an absolute one)";
        Stop::field(Code::InvalidOption, "baseUrl", must, "not one")
    })?;
    let part = |name| get_string(&url, name).unwrap_or_default();
    let (protocol, hostname) = (part("protocol"), part("hostname"));
    let base = BaseUrl {
        protocol: &protocol,
        hostname: &hostname,
        has_userinfo: has_userinfo(&url),
    };
    access::check_base_url(base)?;
    if has_key {
        access::check_api_key(
            base,
            match (platform::is_browser().unwrap_or(true), trusted) {
                (false, _) => Place::Elsewhere,
                (true, true) => Place::TrustedBrowser,
                (true, false) => Place::Browser,
            },
        )?;
    }
    let mut base = concat(&[&part("origin"), &part("pathname")]);
    while base.ends_with('/') {
        base.pop();
    }
    Ok(base)
}

/// Whether a URL holds a user name or password, which no browser fetches.
pub fn has_userinfo(url: &JsValue) -> bool {
    ["username", "password"]
        .iter()
        .any(|name| get_string(url, name).is_none_or(|it| !it.is_empty()))
}

fn own_headers(option: &JsValue, has_token: bool) -> Result<JsValue, Stop> {
    let headers = copy(option)?;
    for (name, option) in [
        ("x-api-key", "apiKey"),
        ("aurous-version", "apiVersion"),
        ("idempotency-key", "idempotencyKey"),
        ("authorization", "sessionToken"),
    ] {
        let is_own = name != "authorization" || has_token;
        if is_own && headers.has(name).unwrap_or(true) {
            let message = [
                "`headers` must not hold `",
                name,
                "`: use the option `",
                option,
                "`.",
            ];
            return Err(Stop::about(
                Code::InvalidOption,
                "headers",
                &concat(&message),
            ));
        }
    }
    Ok(headers.into())
}

/// Of a record, a `Headers` or a list of pairs. An engine's error names the value: not ours to show.
fn copy(headers: &JsValue) -> Result<Headers, Stop> {
    platform::headers(headers).map_err(|_| {
        let message = "`headers` holds a name or value that HTTP does not allow: names are tokens, values have no line breaks.";
        Failure::new(Code::InvalidOption, &[message]).about("headers").into()
    })
}
