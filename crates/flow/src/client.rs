//! The options of a client, read and checked at each call: a client is nothing but its options.

use aurous_contract::header;
use aurous_contract::limits::API_ORIGIN;

use crate::answer::Expected;
use crate::answer::Server;
use crate::failure::{Code, Failure};
use crate::limits::Limits;
use crate::read::{
    ApiVersion, Callback, Fields, FromValue, HeaderValue, Mismatch, Object, Reading, UrlText,
    convert,
};
use crate::request::{Body, Credentials, Header, Method, Request};
use crate::url::Url;
use crate::value::{Value, ValueKind};

/// Where a gateway is mounted by default: on the page's own origin.
pub const DEFAULT_GATEWAY: &str = "/aurous";

/// The options of a client.
#[derive(Clone, Debug)]
pub struct Client<V> {
    /// The URL that paths are put behind, without a slash at its end.
    pub root: String,
    pub access: Access<V>,
    /// The page's own headers for API calls.
    headers: Vec<Header>,
    api_version: Option<ApiVersion>,
    credentials: Credentials,
    pub limits: Limits,
}

/// How a client is let in.
#[derive(Clone, Debug)]
pub enum Access<V> {
    /// Through a gateway, which holds the key.
    Gateway(Option<SessionToken<V>>),
    /// Straight to the API, with the team's key.
    Api(HeaderValue),
}

/// What lets a visitor into a gateway.
#[derive(Clone, Debug)]
pub enum SessionToken<V> {
    Fixed(HeaderValue),
    /// The page's function that gives one, called for each attempt.
    AskedFor(V),
}

/// Where the code runs.
#[derive(Clone, Debug)]
pub struct Surroundings {
    pub place: Place,
    /// What relative URLs start from; none outside a page.
    pub page_url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A page or a worker: each visitor can read what is in it.
    Browser,
    /// A server or a command line.
    Elsewhere,
}

impl<V: Value> Client<V> {
    /// Reads the options of a client; `undefined` is the default client.
    ///
    /// # Errors
    /// `invalid_option`, `api_key_in_browser` or `insecure_base_url`, about the first option at fault.
    pub fn read(options: &V, surroundings: &Surroundings) -> Reading<Self, V> {
        if !options.kind().is_missing() {
            convert::<Object<V>, V>(options, "options", Code::InvalidOption)?;
        }
        let fields = Fields::of(options, "").with_code(Code::InvalidOption);
        let base_url: Option<UrlText> = fields.optional("baseUrl")?;
        let api_key: Option<HeaderValue> = fields.optional("apiKey")?;
        let session_token: Option<SessionToken<V>> = fields.optional("sessionToken")?;
        let headers: Option<PageHeaders> = fields.optional("headers")?;
        let api_version = fields.optional("apiVersion")?;
        let credentials: Option<Credentials> = fields.optional("credentials")?;
        let is_trusted: Option<bool> = fields.optional("dangerouslyAllowBrowser")?;
        let limits = Limits::DEFAULT.overridden(fields)?;

        let access = match (api_key, session_token) {
            (Some(_), Some(_)) => {
                let message = "`apiKey` goes straight to the API and `sessionToken` to a gateway: give one of them.";
                return Err(Failure::option("sessionToken", message).into());
            }
            (Some(key), None) => Access::Api(key),
            (None, token) => Access::Gateway(token),
        };
        let headers = match headers {
            Some(headers) => headers.checked(&access)?,
            None => Vec::new(),
        };
        let url = resolve_base_url(base_url.as_ref(), &access, surroundings)?;
        if matches!(access, Access::Api(_)) {
            let is_trusted = is_trusted.unwrap_or_default();
            check_api_key(&url, surroundings.place, is_trusted)?;
        }
        Ok(Self {
            root: url.root(),
            access,
            headers,
            api_version,
            credentials: credentials.unwrap_or_default(),
            limits,
        })
    }
}

impl<V> Client<V> {
    /// Returns the server that answers this client's API calls.
    pub fn server(&self) -> Server<'_> {
        match self.access {
            Access::Gateway(_) => Server::Gateway { mount: &self.root },
            Access::Api(_) => Server::Api,
        }
    }

    /// Returns the page's function to ask for a session token, where there is one.
    pub fn token_function(&self) -> Option<&V> {
        match &self.access {
            Access::Gateway(Some(SessionToken::AskedFor(function))) => Some(function),
            _ => None,
        }
    }

    /// Returns an API call to a path below the root, with a body of JSON or none. `token` is the session token
    /// that the page's function gave.
    pub fn api_call(
        &self,
        method: Method,
        path: &str,
        body: Body,
        expected: Expected,
        token: Option<&HeaderValue>,
    ) -> Request {
        let url = [&*self.root, path].concat();
        let has_body = !matches!(body, Body::None);
        let mut request = Request::api(method, url, self.credentials, body, expected);
        request.headers = self.headers.clone();
        let mut set =
            |name: &str, value: &[&str]| request.headers.push((name.to_owned(), value.concat()));
        if has_body {
            set(header::CONTENT_TYPE, &["application/json"]);
        }
        match (&self.access, token) {
            (Access::Api(key), _) => set(header::API_KEY, &[key.as_str()]),
            (Access::Gateway(Some(SessionToken::Fixed(token))), _)
            | (Access::Gateway(_), Some(token)) => {
                set(header::AUTHORIZATION, &["Bearer ", token.as_str()])
            }
            (Access::Gateway(_), None) => {}
        }
        if let Some(ApiVersion(version)) = &self.api_version {
            set(header::VERSION, &[version]);
        }
        request
    }
}

/// Resolves the base URL.
fn resolve_base_url<V: Value>(
    option: Option<&UrlText>,
    access: &Access<V>,
    surroundings: &Surroundings,
) -> Result<Url, Box<Failure>> {
    let default = match access {
        Access::Gateway(_) => DEFAULT_GATEWAY,
        Access::Api(_) => API_ORIGIN,
    };
    let text = option.map_or(default, |it| &it.0);
    let url = V::parse_url(text, surroundings.page_url.as_deref());
    url.filter(Url::is_fetchable).ok_or_else(|| {
        let message = "`baseUrl` must be an http or https URL (outside a page: an absolute one) without a user name or password: a browser refuses to fetch those. Use `sessionToken` or `headers`.";
        Failure::option("baseUrl", message)
    })
}

/// Checks that an API key may go to this URL from this place: over https or to this machine, and never from
/// a page that did not ask for it by name.
fn check_api_key(url: &Url, place: Place, is_trusted: bool) -> Result<(), Box<Failure>> {
    if place == Place::Browser && !is_trusted {
        let message = "`apiKey` is a team secret, and each visitor of this page can read it. Leave it out and let a gateway hold it (`baseUrl`); in an extension or a desktop shell, set `dangerouslyAllowBrowser: true`.";
        return Err(Failure::new(Code::ApiKeyInBrowser, message, &[]).about("apiKey"));
    }
    if !url.is_https() && !url.is_loopback() {
        let message = "An API key goes over https only (plain http: to this machine alone). Change `baseUrl` to https.";
        return Err(Failure::new(Code::InsecureBaseUrl, message, &[]).about("baseUrl"));
    }
    Ok(())
}

impl<V: Value> FromValue<V> for SessionToken<V> {
    const MUST_BE: &'static str = "a string of printable ASCII, or a function that gives one";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        match Callback::from_value(value) {
            Ok(Callback(function)) => Ok(Self::AskedFor(function)),
            Err(_) => HeaderValue::from_value(value).map(Self::Fixed),
        }
    }
}

/// The page's own headers; none where HTTP does not allow one of them.
struct PageHeaders(Option<Vec<Header>>);

/// The headers that the SDK sets itself, and the options that set them.
const OWN_HEADERS: &[(&str, &str)] = &[
    (header::API_KEY, "apiKey"),
    (header::VERSION, "apiVersion"),
    (header::IDEMPOTENCY_KEY, "idempotencyKey"),
    (header::AUTHORIZATION, "sessionToken"),
];

impl<V: Value> FromValue<V> for PageHeaders {
    const MUST_BE: &'static str = "an object of strings";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        match value.kind() {
            ValueKind::Object | ValueKind::Array => Ok(Self(value.to_headers())),
            _ => Err(Mismatch::Kind),
        }
    }
}

impl PageHeaders {
    /// Returns the headers, unless one of them is the SDK's own.
    fn checked<V>(self, access: &Access<V>) -> Result<Vec<Header>, Box<Failure>> {
        let headers = self.0.ok_or_else(|| {
            // What an engine says of a bad header quotes its value, which may be a secret.
            let message = "`headers` holds a name or value that HTTP does not allow: names are tokens, values have no line breaks.";
            Failure::option("headers", message)
        })?;
        // A page may authenticate itself in a way of its own.
        let has_token = matches!(access, Access::Gateway(Some(_)));
        let taken = OWN_HEADERS.iter().find(|(name, option)| {
            (has_token || *option != "sessionToken") && headers.iter().any(|it| it.0 == *name)
        });
        match taken {
            Some((name, option)) => {
                let message = "`headers` must not hold `{}`: use the option `{}`.";
                let failure = Failure::new(Code::InvalidOption, message, &[name, option]);
                Err(failure.about("headers"))
            }
            None => Ok(headers),
        }
    }
}

#[cfg(test)]
mod tests;
