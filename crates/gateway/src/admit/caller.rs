//! Whose session it is.

use std::net::IpAddr;

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::address;
use crate::config::Config;
use crate::refusal::{Code, Refusal};
use crate::seal::SubjectTag;
use crate::session::{Session, SessionRefused};
use crate::subject::Subject;
use crate::vendor_id::VendorId;

/// Who asks, for one request.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) subject: Subject,
    /// Characters of the team's that the session may use although it did not make them.
    pub(crate) characters: Vec<VendorId>,
    pub(crate) visitor: Visitor,
}

/// Whom limits are counted against.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Visitor {
    Subject(SubjectTag),
    /// Of someone without a session; `None` where the server does not say: all of them together.
    Address(Option<IpAddr>),
}

impl Caller {
    /// # Errors
    /// No session token, or one that is not good. Cookies are not looked at.
    pub(crate) fn of(head: &Parts, config: &Config, now_s: u64) -> Result<Self, Refusal> {
        let mut authorization = head.headers.get_all(AUTHORIZATION).iter();
        let (token, another) = (authorization.next(), authorization.next());
        let session = match (&config.session, token) {
            (Some(keys), Some(token)) if another.is_none() => {
                let token = token.to_str().ok().and_then(bearer).ok_or_else(invalid)?;
                keys.verify(token, now_s).map_err(refused)?
            }
            (Some(_), Some(_)) => return Err(invalid()),
            (_, _) if config.anonymous => Session {
                subject: Subject::Anonymous,
                characters: Vec::new(),
            },
            (_, _) => {
                return Err(Refusal::new(
                    Code::SessionMissing,
                    "No session token came with the request. Give the client a `sessionToken` that the web app's backend signs.",
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

/// Whom limits are counted against where the subject has this tag.
pub(crate) fn visitor(subject: SubjectTag, head: &Parts, config: &Config) -> Visitor {
    if subject == config.sealing.subject_tag(&Subject::Anonymous) {
        Visitor::Address(address::of(head, &config.trusted_proxies))
    } else {
        Visitor::Subject(subject)
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

fn refused(why: SessionRefused) -> Refusal {
    match why {
        SessionRefused::Invalid => invalid(),
        SessionRefused::Expired => Refusal::new(
            Code::SessionExpired,
            "The session token has expired. Give the client a `sessionToken` function: it is asked for a new one.",
        ),
    }
}

fn invalid() -> Refusal {
    Refusal::new(
        Code::SessionInvalid,
        "The session token is not one that the web app's backend signed for this gateway: HS256, a known secret, `aud`, `sub`, and an `exp` at most 24 hours away.",
    )
}
