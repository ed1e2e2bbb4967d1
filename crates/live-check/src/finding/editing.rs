//! What a character may hold.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::call::Step;
use crate::interruption::{Interruption, Outcome};
use crate::reply::{Refusal, Reply};

/// The longest name to try, in characters.
const NAME_MAX_CHARS: usize = 1024;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LongestName {
    /// The longest name that was kept as it is, in characters.
    pub longest_kept: usize,
    /// The shortest name that was not; `None` if every name was.
    pub shortest_not_kept: Option<usize>,
    /// How that one was refused; `None` if it was cut instead.
    pub refusal: Option<Refusal>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownAttribute {
    Kept,
    Dropped,
    Refused(Refusal),
}

impl UnknownAttribute {
    /// The key to try.
    pub const KEY: &str = "live_check";

    pub fn read(reply: &Reply) -> Self {
        let body = reply.json();
        let kept = body.get("attributes").and_then(|it| it.get(Self::KEY));
        match kept {
            _ if !reply.is_success() => Self::Refused(reply.refusal()),
            Some(_) => Self::Kept,
            None => Self::Dropped,
        }
    }
}

impl LongestName {
    /// Begins a search above a length that is known to be kept.
    pub const fn above(longest_kept: usize) -> Self {
        Self {
            longest_kept,
            shortest_not_kept: None,
            refusal: None,
        }
    }

    /// Returns the length to try next: the longest, then halfway between what was kept and what was not.
    pub fn next_length(&self) -> Option<usize> {
        let Some(not_kept) = self.shortest_not_kept else {
            return (self.longest_kept < NAME_MAX_CHARS).then_some(NAME_MAX_CHARS);
        };
        let halfway = self.longest_kept.midpoint(not_kept);
        (halfway > self.longest_kept).then_some(halfway)
    }

    pub fn see(&mut self, name: &str, reply: &Reply) -> Outcome<()> {
        let length = name.chars().count();
        let refusal = match reply.status.as_u16() {
            400 | 413 | 422 => Some(reply.refusal()),
            _ if reply.is_success() => None,
            _ => {
                let (step, refusal) = (Step::Update, reply.refusal());
                return Err(Interruption::Refused { step, refusal });
            }
        };
        let kept = reply.json().get("name").and_then(Value::as_str) == Some(name);
        if refusal.is_none() && kept {
            self.longest_kept = length;
        } else {
            self.shortest_not_kept = Some(length);
            self.refusal = refusal;
        }
        Ok(())
    }
}

impl fmt::Display for UnknownAttribute {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept => formatter.write_str("kept"),
            Self::Dropped => formatter.write_str("dropped"),
            Self::Refused(refusal) => write!(formatter, "refused: {refusal}"),
        }
    }
}

impl fmt::Display for LongestName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.longest_kept;
        match (self.shortest_not_kept, &self.refusal) {
            (None, _) => write!(formatter, "{kept} characters or more"),
            (Some(_), None) => write!(formatter, "{kept} characters; a longer one is cut"),
            (Some(_), Some(refusal)) => {
                write!(
                    formatter,
                    "{kept} characters; a longer one is refused: {refusal}"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};
    use serde_json::json;

    use super::*;

    fn reply(status: u16, body: &Value) -> Reply {
        Reply {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::from(body.to_string()),
        }
    }

    fn search(api: impl Fn(&str) -> Reply) -> (LongestName, usize) {
        let (mut search, mut calls) = (LongestName::above(20), 0);
        while let Some(length) = search.next_length() {
            let name = "x".repeat(length);
            search.see(&name, &api(&name)).unwrap();
            calls += 1;
        }
        (search, calls)
    }

    #[test]
    fn the_search_finds_a_limit_in_a_dozen_calls() {
        for limit in [20, 21, 120, 255, 256, 1000, 1023] {
            let (found, calls) = search(|name| match name.len() {
                length if length <= limit => reply(200, &json!({ "name": name })),
                _ => reply(400, &json!({})),
            });
            assert_eq!(
                (found.longest_kept, found.shortest_not_kept),
                (limit, Some(limit + 1))
            );
            assert!(found.refusal.is_some() && calls <= 12, "{calls}");
        }
    }

    #[test]
    fn the_search_sees_that_names_are_cut_or_not_limited() {
        let (cut, _) =
            search(|name| reply(200, &json!({ "name": name.get(..100).unwrap_or(name) })));
        assert_eq!((cut.longest_kept, cut.refusal), (100, None));
        let (unlimited, calls) = search(|name| reply(200, &json!({ "name": name })));
        assert_eq!(
            (unlimited.longest_kept, unlimited.shortest_not_kept),
            (1024, None)
        );
        assert_eq!(calls, 1);
    }

    #[test]
    fn another_refusal_says_nothing_about_the_length() {
        let result = LongestName::above(20).see("x", &reply(404, &json!({})));
        assert!(matches!(result, Err(Interruption::Refused { .. })));
    }
}
