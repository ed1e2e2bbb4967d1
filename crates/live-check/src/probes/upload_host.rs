//! What the upload host lets a page do, and how it refuses a PUT.

use url::Url;

use crate::call::{preflight_of_put, put};
use crate::finding::{Cors, Finding, Unknown};
use crate::interruption::Outcome;
use crate::picture::{FRONT, PORTRAIT};
use crate::run::Run;

pub const LEARNS: &[Unknown] = &[
    Unknown::BadSignature,
    Unknown::OtherContentType,
    Unknown::UploadHostCors,
];

pub async fn probe(run: &mut Run) -> Outcome<()> {
    let (ticket, _) = run.mint(&FRONT).await?;
    let (right_type, other_type) = (FRONT.content_type, PORTRAIT.content_type);
    let bad = put(&with_bad_signature(&ticket.url), right_type, FRONT.bytes);
    let verdict = run.try_put(&bad).await?;
    run.journal.learn(Finding::BadSignature(verdict));
    let other = put(&ticket.url, other_type, PORTRAIT.bytes);
    let verdict = run.try_put(&other).await?;
    run.journal.learn(Finding::OtherContentType(verdict));
    let preflight = run.send(&preflight_of_put(&ticket.url)).await?;
    let right = put(&ticket.url, right_type, FRONT.bytes).sent_by_page();
    let response = run.send(&right).await?;
    let cors = Cors::read(&preflight, &response, "PUT", &["content-type"]);
    run.journal.learn(Finding::UploadHostCors(cors));
    Ok(())
}

/// Returns the URL with another signature of the same length and alphabet. None of the true one stays, since
/// the host may quote what it got in its error.
fn with_bad_signature(url: &Url) -> Url {
    let is_signature = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.contains("sig") || name.contains("token")
    };
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let longest = pairs.iter().map(|(_, value)| value.len()).max();
    let named = pairs.iter().any(|(name, _)| is_signature(name));
    let mut bad = url.clone();
    let mut query = bad.query_pairs_mut();
    query.clear();
    for (name, value) in &pairs {
        let is_it = if named {
            is_signature(name)
        } else {
            Some(value.len()) == longest
        };
        query.append_pair(name, &if is_it { forged(value) } else { value.clone() });
    }
    drop(query);
    bad
}

/// Replaces a signature. Of a JSON Web Token, header and claims stay: without them it is no token.
fn forged(signature: &str) -> String {
    let (kept, replaced) = match signature.rsplit_once('.') {
        Some((kept, last)) if kept.contains('.') => (format!("{kept}."), last),
        _ => (String::new(), signature),
    };
    let zero = |it: char| if it.is_ascii_alphanumeric() { '0' } else { it };
    kept + &replaced.chars().map(zero).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(query: &str) -> String {
        let url = Url::parse(&format!("https://up.example/a?{query}")).unwrap();
        with_bad_signature(&url).query().unwrap().to_owned()
    }

    #[test]
    fn a_bad_signature_has_nothing_of_the_true_one() {
        assert_eq!(
            bad("expires=12&signature=a1b2c3"),
            "expires=12&signature=000000"
        );
        assert_eq!(
            bad("X-Amz-Signature=ab%2Bc%3D&e=1"),
            "X-Amz-Signature=00%2B0%3D&e=1"
        );
        assert_eq!(bad("token=ey.claims.c2ln"), "token=ey.claims.0000");
    }

    #[test]
    fn a_signature_without_a_known_name_is_the_longest_value() {
        assert_eq!(bad("e=12&h=a1b2c3"), "e=12&h=000000");
    }
}
