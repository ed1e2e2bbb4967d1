//! The caller of a request.

use std::net::IpAddr;

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::address::visitor_address;
use crate::config::Config;
use crate::refusal::{Code, Refusal};
use crate::seal::SubjectTag;
use crate::session::{Session, SessionError};
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
    /// Identifies the caller by the session token. Cookies never count.
    ///
    /// # Errors
    /// There is no session token, or it does not open a session.
    pub(crate) fn identify(head: &Parts, config: &Config, now_s: u64) -> Result<Self, Refusal> {
        let mut authorization = head.headers.get_all(AUTHORIZATION).iter();
        let (token, another) = (authorization.next(), authorization.next());
        let session = match (&config.session, token) {
            (Some(keys), Some(token)) if another.is_none() => {
                let token =
                    token.to_str().ok().and_then(bearer_token).ok_or_else(|| {
                        session_invalid("Authorization is not `Bearer` and a token")
                    })?;
                keys.verify(token, now_s).map_err(refusal_for)?
            }
            (Some(_), Some(_)) => {
                return Err(session_invalid("there are two Authorization headers"));
            }
            (_, _) if config.allow_anonymous => Session {
                subject: Subject::Anonymous,
                characters: Vec::new(),
            },
            (_, _) => {
                return Err(Refusal::new(
                    Code::SessionMissing,
                    "The request has no session token. Give the client a `sessionToken` that the web app's backend signs.",
                ));
            }
        };
        let visitor = visitor(config.sealing.subject_tag(&session.subject), head, config);
        Ok(Self {
            subject: session.subject,
            characters: session.characters,
            visitor,
        })
    }
}

/// Returns the party that limits count against for the subject with this tag.
pub(crate) fn visitor(subject: SubjectTag, head: &Parts, config: &Config) -> Visitor {
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
