//! The rules for the claims of a session token. Each says for the log what breaks it.

use serde_json::{Map, Value};

use super::name::{NameProblem, check_name};
use super::{CHARACTERS_MAX, LEEWAY_S, LIFETIME_MAX_S, SUBJECT_MAX_CHARS, Session, SessionError};
use crate::subject::Subject;
use crate::vendor_id::VendorId;

/// The time from which on a number must be milliseconds: in seconds it is the year 5138, in
/// milliseconds 1973.
const MILLISECONDS_FROM: f64 = 1e11;

type Claims = Map<String, Value>;

/// Returns the session that the claims describe at the epoch second `now_s`.
///
/// # Errors
/// A claim breaks a rule.
pub(super) fn check(claims: &Claims, audience: &str, now_s: u64) -> Result<Session, SessionError> {
    let session = read_session(claims, audience);
    let seconds_left = check_times(claims, now_s);
    let session = session.map_err(SessionError::Invalid)?;
    if seconds_left.map_err(SessionError::Invalid)? <= -(LEEWAY_S as f64) {
        return Err(SessionError::Expired);
    }
    Ok(session)
}

fn read_session(claims: &Claims, audience: &str) -> Result<Session, &'static str> {
    check_audience(claims.get("aud"), audience)?;
    Ok(Session {
        subject: Subject::Visitor(read_subject(claims.get("sub"))?),
        characters: read_characters(claims.get("characters"))?,
    })
}

fn check_audience(claim: Option<&Value>, audience: &str) -> Result<(), &'static str> {
    let named: Option<Vec<_>> = match claim {
        None => return Err("it has no `aud`"),
        Some(Value::Array(all)) => all.iter().map(Value::as_str).collect(),
        Some(one) => one.as_str().map(|it| vec![it]),
    };
    match named {
        None => Err("its `aud` is neither a text nor a list of texts"),
        Some(named) if named.contains(&audience) => Ok(()),
        Some(_) => Err("its `aud` is another one than --audience"),
    }
}

fn read_subject(claim: Option<&Value>) -> Result<String, &'static str> {
    let subject = match claim {
        None => return Err("it has no `sub`"),
        Some(Value::String(subject)) => subject,
        Some(Value::Number(_)) => return Err("its `sub` is a number, and must be a text"),
        Some(_) => return Err("its `sub` is not a text"),
    };
    if subject.chars().count() > SUBJECT_MAX_CHARS {
        return Err("its `sub` has more than 128 characters");
    }
    match check_name(subject) {
        Ok(()) => Ok(subject.clone()),
        Err(NameProblem::Empty) => Err("its `sub` is empty"),
        Err(NameProblem::SpaceAtAnEnd) => Err("its `sub` begins or ends with a space"),
        Err(NameProblem::Invisible) => Err("its `sub` has a character that cannot be seen"),
    }
}

fn read_characters(claim: Option<&Value>) -> Result<Vec<VendorId>, &'static str> {
    let characters = match claim {
        None => return Ok(Vec::new()),
        Some(Value::Array(characters)) => characters,
        Some(_) => return Err("its `characters` are not a list"),
    };
    if characters.len() > CHARACTERS_MAX {
        return Err("its `characters` are more than 120");
    }
    let ids = characters.iter().map(|id| VendorId::parse(id.as_str()?));
    ids.collect::<Option<_>>().ok_or(
        "one of its `characters` is not an id of the API's, which has no signature behind a dot",
    )
}

/// Returns the seconds until the token expires, which are negative once it has.
fn check_times(claims: &Claims, now_s: u64) -> Result<f64, &'static str> {
    // An f64 is exact for the whole seconds of the next million years.
    let (now, leeway) = (now_s as f64, LEEWAY_S as f64);
    let expiry = match claims.get("exp") {
        None => return Err("it has no `exp`"),
        Some(expiry) => expiry.as_f64().ok_or("its `exp` is not a number")?,
    };
    if expiry >= MILLISECONDS_FROM {
        return Err("its `exp` is in milliseconds, and must be in seconds");
    }
    if expiry - now > LIFETIME_MAX_S as f64 + leeway {
        return Err("its `exp` is more than 24 hours away");
    }
    for (claim, no_number, later) in [
        (
            "nbf",
            "its `nbf` is not a number",
            "its `nbf` lies in the future: compare the clocks",
        ),
        (
            "iat",
            "its `iat` is not a number",
            "its `iat` lies in the future: compare the clocks",
        ),
    ] {
        let time = claims.get(claim).map(|time| time.as_f64().ok_or(no_number));
        if time.transpose()?.is_some_and(|time| time - now > leeway) {
            return Err(later);
        }
    }
    Ok(expiry - now)
}
