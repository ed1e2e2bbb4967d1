//! The options of a client, read and checked at each call: a client is nothing but its options.

use aurous_contract::access::{self, BaseUrl, Place};
use aurous_contract::answer::Through;
use aurous_contract::failure::{Code, Failure};
use aurous_contract::limits::API_ORIGIN;
use aurous_contract::version::is_api_version;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Headers, RequestCredentials, Url};

use crate::attempt::{Attempt, Interrupt};
use crate::call_options::Limits;
use crate::fields::Fields;
use crate::js;
use crate::stop::Stop;
use crate::url;

/// Where a gateway is mounted, unless told otherwise: on the page's own origin.
const DEFAULT_GATEWAY: &str = "/aurous";

pub struct Client {
    /// Absolute, without query and trailing slash.
    pub base: String,
    access: Access,
    headers: Option<Headers>,
    api_version: Option<String>,
    pub credentials: RequestCredentials,
    pub limits: Limits,
}

/// Who is asked, and what lets us in.
enum Access {
    Gateway(Option<SessionToken>),
    Api(String),
}

enum SessionToken {
    Text(String),
    Asked(Function),
}

impl Client {
    pub fn read(options: &JsValue) -> Result<Self, Stop> {
        let options = Fields::of_optional(options, "", Code::InvalidOption)?;
        let key = header_value(&options, "apiKey")?;
        let token = session_token(&options)?;
        let url = base_url(
            &options,
            if key.is_some() {
                API_ORIGIN
            } else {
                DEFAULT_GATEWAY
            },
        )?;
        let parts = (url.protocol(), url.hostname());
        let base = BaseUrl {
            protocol: &parts.0,
            hostname: &parts.1,
            has_userinfo: url::has_userinfo(&url),
        };
        access::check_base_url(base)?;
        let access = match key {
            None => Access::Gateway(token),
            Some(_) if token.is_some() => {
                let message = "`apiKey` goes straight to the API and `sessionToken` to a gateway: give one of them.";
                return Err(Stop::about(Code::InvalidOption, "sessionToken", message));
            }
            Some(key) => {
                access::check_api_key(base, place(options.boolean("dangerouslyAllowBrowser")?))?;
                Access::Api(key)
            }
        };
        url.set_search("");
        url.set_hash("");
        Ok(Self {
            base: url.href().trim_end_matches('/').into(),
            headers: headers(&options, &access)?,
            access,
            api_version: api_version(&options)?,
            credentials: credentials(&options)?,
            limits: Limits::read(&options, Limits::DEFAULT)?,
        })
    }

    pub fn through(&self) -> Through<'_> {
        match self.access {
            Access::Gateway(_) => Through::Gateway(&self.base),
            Access::Api(_) => Through::Api,
        }
    }

    /// Whether asking for the session token again may give another one.
    pub fn can_renew_token(&self) -> bool {
        matches!(self.access, Access::Gateway(Some(SessionToken::Asked(_))))
    }

    /// The headers of an API call: the client's own, and what lets us in.
    pub async fn api_headers(&self, attempt: &Attempt) -> Result<Headers, Stop> {
        let headers = match &self.headers {
            Some(headers) => Headers::new_with_headers(headers),
            None => Headers::new(),
        }
        .map_err(|_| unusable_headers())?;
        let token = match &self.access {
            Access::Api(key) => {
                set(&headers, "X-Api-Key", key)?;
                None
            }
            Access::Gateway(None) => None,
            Access::Gateway(Some(SessionToken::Text(token))) => Some(token.clone()),
            Access::Gateway(Some(SessionToken::Asked(ask))) => {
                Some(ask_for_token(ask, attempt).await?)
            }
        };
        if let Some(token) = token {
            set(&headers, "Authorization", &["Bearer ", &token].concat())?;
        }
        if let Some(version) = &self.api_version {
            set(&headers, "Aurous-Version", version)?;
        }
        Ok(headers)
    }
}

/// Sets a header. Its value was checked where it came in, so that no engine throws here.
pub fn set(headers: &Headers, name: &str, value: &str) -> Result<(), Stop> {
    headers.set(name, value).map_err(|_| unusable_headers())
}

async fn ask_for_token(ask: &Function, attempt: &Attempt) -> Result<String, Stop> {
    let failed = |message: &str, cause| {
        Stop::caused(
            Failure::new(Code::SessionTokenFailed, message).about("sessionToken"),
            cause,
        )
    };
    let threw = "`sessionToken` threw or rejected: see `cause`. Nothing was sent.";
    let answer = ask
        .call0(&JsValue::UNDEFINED)
        .map_err(|cause| failed(threw, cause))?;
    let answer = match attempt.run(&Promise::resolve(&answer)).await {
        Ok(answer) => answer,
        Err(Interrupt::Cancelled(stop)) => return Err(stop),
        Err(Interrupt::TimedOut(_)) => {
            return Err(failed(
                "`sessionToken` did not answer in time. Nothing was sent.",
                JsValue::UNDEFINED,
            ));
        }
        Err(Interrupt::Thrown(cause)) => return Err(failed(threw, cause)),
    };
    match answer.as_string() {
        Some(token) if access::is_header_value(&token) => Ok(token),
        _ => Err(failed(
            "`sessionToken` must give a string of printable ASCII. Nothing was sent.",
            JsValue::UNDEFINED,
        )),
    }
}

fn session_token(options: &Fields<'_>) -> Result<Option<SessionToken>, Stop> {
    if let Some(ask) = options.function("sessionToken")? {
        return Ok(Some(SessionToken::Asked(ask)));
    }
    Ok(header_value(options, "sessionToken")?.map(SessionToken::Text))
}

fn header_value(options: &Fields<'_>, name: &str) -> Result<Option<String>, Stop> {
    match options.string(name)? {
        Some(text) if !access::is_header_value(&text) => Err(options.refuse_as(
            name,
            "must be printable ASCII",
            "empty or has other characters",
        )),
        value => Ok(value),
    }
}

fn api_version(options: &Fields<'_>) -> Result<Option<String>, Stop> {
    match options.string("apiVersion")? {
        Some(text) if !is_api_version(&text) => {
            Err(options.refuse_as("apiVersion", "must be a date, YYYY-MM-DD", "another string"))
        }
        version => Ok(version),
    }
}

fn base_url(options: &Fields<'_>, default: &str) -> Result<Url, Stop> {
    let value = options.get("baseUrl")?;
    let text = match value.as_string() {
        Some(text) => text,
        None if value.is_undefined() => default.into(),
        None => js::get_string(&value, "href")
            .ok_or_else(|| options.refuse("baseUrl", "must be a string or a URL", &value))?,
    };
    url::resolve_in_page(&text).ok_or_else(|| {
        options.refuse_as(
            "baseUrl",
            "must be a URL (outside a page: an absolute one)",
            "not one",
        )
    })
}

fn headers(options: &Fields<'_>, access: &Access) -> Result<Option<Headers>, Stop> {
    let value = options.get("headers")?;
    if value.is_undefined() {
        return Ok(None);
    }
    if !value.is_object() {
        return Err(options.refuse("headers", "must be an object of strings", &value));
    }
    // Takes a record, a `Headers` and a list of pairs alike. Its error names the value: not ours to
    // show.
    let headers = Headers::new_with_record_from_str_to_str(value.unchecked_ref())
        .map_err(|_| unusable_headers())?;
    let is_token = matches!(access, Access::Gateway(Some(_)));
    for (name, option) in [
        ("x-api-key", "apiKey"),
        ("aurous-version", "apiVersion"),
        ("idempotency-key", "idempotencyKey"),
        ("authorization", "sessionToken"),
    ] {
        let is_own = name != "authorization" || is_token;
        if is_own && headers.has(name).unwrap_or(true) {
            let message = [
                "`headers` must not hold `",
                name,
                "`: use the option `",
                option,
                "`.",
            ]
            .concat();
            return Err(Stop::about(Code::InvalidOption, "headers", &message));
        }
    }
    Ok(Some(headers))
}

fn unusable_headers() -> Stop {
    let message = "`headers` holds a name or value that HTTP does not allow: names are tokens, values have no line breaks.";
    Stop::about(Code::InvalidOption, "headers", message)
}

fn credentials(options: &Fields<'_>) -> Result<RequestCredentials, Stop> {
    match options.string("credentials")?.as_deref() {
        None | Some("same-origin") => Ok(RequestCredentials::SameOrigin),
        Some("omit") => Ok(RequestCredentials::Omit),
        Some("include") => Ok(RequestCredentials::Include),
        Some(_) => Err(options.refuse_as(
            "credentials",
            "must be \"omit\", \"same-origin\" or \"include\"",
            "another string",
        )),
    }
}

/// A document makes it a page; a `WorkerGlobalScope` with a location, a worker (servers that borrow
/// the worker's names have none).
fn place(trusted: bool) -> Place {
    let global: JsValue = js_sys::global().into();
    let is_page = js::get(&global, "document").is_object();
    let is_worker = js::get(&global, "WorkerGlobalScope").is_function()
        && js::get(&global, "location").is_object();
    match (is_page || is_worker, trusted) {
        (false, _) => Place::Elsewhere,
        (true, true) => Place::TrustedBrowser,
        (true, false) => Place::Browser,
    }
}
