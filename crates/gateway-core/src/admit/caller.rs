//! The caller of a request.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::address::visitor_address;
use crate::config::{Config, Sessions};
use crate::refusal::{Code, Refusal};
use crate::request::RequestHead;
use crate::seal::SubjectTag;
use crate::session::{Session, SessionError, SessionKeys};
use crate::step::Outside;
use crate::subject::Subject;
use crate::vendor_id::VendorId;

/// The caller of one request.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) subject: Subject,
    /// Characters of the team's that the session names: the caller may use them without having made
    /// them.
    pub(crate) characters: Vec<VendorId>,
    pub(crate) visitor: Visitor,
}

/// The party that limits count against.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Visitor {
    Subject(SubjectTag),
    /// The address of a visitor without a session. `None` where the server does not provide one: then
    /// all such visitors count as one.
    Address(Option<IpAddr>),
}

impl Caller {
    /// Identifies the caller: by the session token, or by asking the web app. Cookies count where the app
    /// reads them, and nowhere else.
    ///
    /// # Errors
    /// There is no session, and visitors may not be anonymous; or the session token does not open one.
    pub(crate) async fn identify(
        head: &RequestHead,
        config: &Config,
        outside: &Outside,
    ) -> Result<Self, Refusal> {
        let (session, remedy) = match &config.sessions {
            Sessions::App => (
                outside.identify().await?,
                "The app does not know the visitor: they must sign in first.",
            ),
            Sessions::Tokens(keys) => (
                read_token(&head.headers, keys, outside.now().epoch_s())?,
                "The request has no session token. Give the client a `sessionToken` that the web app's backend signs.",
            ),
            Sessions::None => (None, ""),
        };
        let session = match session {
            Some(session) => session,
            None if config.allow_anonymous => Session {
                subject: Subject::Anonymous,
                characters: Vec::new(),
            },
            None => return Err(Refusal::new(Code::SessionMissing, remedy)),
        };
        let visitor = visitor(config.sealing.subject_tag(&session.subject), head, config);
        Ok(Self {
            subject: session.subject,
            characters: session.characters,
            visitor,
        })
    }
}

/// Opens the session of a request's token. `None` where there is no token.
fn read_token(
    headers: &HeaderMap,
    keys: &SessionKeys,
    now_s: u64,
) -> Result<Option<Session>, Refusal> {
    let mut authorization = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = authorization.next() else {
        return Ok(None);
    };
    if authorization.next().is_some() {
        return Err(session_invalid("there are two Authorization headers"));
    }
    let token = value.to_str().ok().and_then(bearer_token);
    let token =
        token.ok_or_else(|| session_invalid("Authorization is not `Bearer` and a token"))?;
    keys.verify(token, now_s).map(Some).map_err(refusal_for)
}

/// Returns the party that limits count against for the subject with this tag.
pub(crate) fn visitor(subject: SubjectTag, head: &RequestHead, config: &Config) -> Visitor {
    if subject == SubjectTag::ANONYMOUS {
        Visitor::Address(visitor_address(head, config))
    } else {
        Visitor::Subject(subject)
    }
}

fn bearer_token(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

fn refusal_for(error: SessionError) -> Refusal {
    match error {
        SessionError::Invalid(reason) => session_invalid(reason),
        SessionError::Expired => Refusal::new(
            Code::SessionExpired,
            "The session token has expired. Give the client `sessionToken` as a function, so that it can ask for a new one.",
        ),
    }
}

/// `reason` is for the operator's log. The visitor gets the same sentence for every token.
fn session_invalid(reason: &'static str) -> Refusal {
    Refusal::new(
        Code::SessionInvalid,
        "The session token is not valid here. The web app's backend must sign it with HS256 and a secret that the gateway knows; it needs `aud`, `sub`, and an `exp` at most 24 hours away.",
    )
    .with_reason(reason)
}
