//! A create whose answer was lost: whether its character is among the newest ones of the team, by its
//! `client_reference_id` (the vendor's changelog of 2026-06-19).

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::vendor_id::VendorId;

const REFERENCE: &str = "client_reference_id";

/// How far the API's clock may be behind the gateway's, in seconds.
const LEEWAY_S: u64 = 60;

/// A create that was sent, and whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LostCreate {
    /// Its `client_reference_id`.
    pub(crate) reference: String,
    /// Whether the gateway made the reference, so that no other create has it.
    pub(crate) is_reference_unique: bool,
    pub(crate) name: String,
    /// The epoch second at which it was sent.
    pub(crate) sent_at_s: u64,
}

/// The most recent characters that creates have made, so that none is taken for that of another create with the
/// same reference.
#[derive(Debug, Default)]
pub(crate) struct RecentCharacters(VecDeque<VendorId>);

/// A team makes at most 30 characters a minute (the vendor's page on rate limits): those of half an hour.
const RECENT_MAX: usize = 1000;

impl RecentCharacters {
    pub(crate) fn add(&mut self, id: VendorId) {
        self.0.truncate(RECENT_MAX - 1);
        self.0.push_front(id);
    }

    fn contains(&self, character: &Map<String, Value>) -> bool {
        let id = character.get("id").and_then(Value::as_str);
        id.is_some_and(|id| self.0.iter().any(|it| it.as_str() == id))
    }
}

/// What a list says of a lost create.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trace {
    /// This is its character.
    Made(Map<String, Value>),
    /// The API has not made a character of it.
    NotMade,
    /// It may be on an older page, which begins behind this character.
    Older(Option<VendorId>),
    /// The list does not tell.
    None,
}

impl LostCreate {
    /// Gives a create that has no reference of its own one that is made from its idempotency key upstream, and
    /// returns what to look for where its answer is lost.
    pub(crate) fn prepare(body: &mut Map<String, Value>, upstream_key: &str, now_s: u64) -> Self {
        let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
        let own = text(REFERENCE);
        let name = text("name").unwrap_or_default();
        let is_reference_unique = own.is_none();
        let reference = own.unwrap_or_else(|| format!("aurous-{upstream_key}"));
        body.insert(REFERENCE.to_owned(), reference.as_str().into());
        Self {
            reference,
            is_reference_unique,
            name,
            sent_at_s: now_s,
        }
    }

    /// Looks for the create's character in the first pages of a list of the API's, the newest first. `made` are
    /// the characters of other creates.
    pub(crate) fn look_in(&self, pages: &[Map<String, Value>], made: &RecentCharacters) -> Trace {
        let characters: Vec<_> = pages.iter().flat_map(characters).collect();
        let mut candidates = characters
            .iter()
            .filter(|it| self.is_it(it) && !made.contains(it));
        match (candidates.next(), candidates.next()) {
            (Some(character), None) => Trace::Made((*character).clone()),
            (None, _) if !tells_references(&characters) => Trace::None,
            (None, _) if self.would_be_in(pages, &characters) => Trace::NotMade,
            (None, _) => Trace::Older(next_page(pages)),
            (Some(_), Some(_)) => Trace::None,
        }
    }

    fn is_it(&self, character: &Map<String, Value>) -> bool {
        let text = |key| character.get(key).and_then(Value::as_str);
        let has_reference = text(REFERENCE) == Some(&self.reference);
        let fits = || {
            text("name") == Some(&self.name)
                && created_at_s(character)
                    .is_some_and(|it| it.saturating_add(LEEWAY_S) >= self.sent_at_s)
        };
        has_reference && (self.is_reference_unique || fits())
    }

    /// Whether the create's character would be in these pages: they reach back to the time before the create.
    fn would_be_in(
        &self,
        pages: &[Map<String, Value>],
        characters: &[&Map<String, Value>],
    ) -> bool {
        let has_more = pages.last().and_then(|it| it.get("has_more"));
        let oldest_s = characters.last().and_then(|it| created_at_s(it));
        has_more == Some(&Value::Bool(false))
            || oldest_s.is_some_and(|it| it.saturating_add(LEEWAY_S) < self.sent_at_s)
    }
}

fn characters(page: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let data = page.get("data").and_then(Value::as_array);
    data.into_iter().flatten().filter_map(Value::as_object)
}

/// Whether the API tells references in lists, which its documentation leaves open.
fn tells_references(characters: &[&Map<String, Value>]) -> bool {
    let has_reference = |it: &&Map<_, _>| it.get(REFERENCE).is_some_and(Value::is_string);
    characters.iter().any(has_reference)
}

/// Returns where the next page begins.
fn next_page(pages: &[Map<String, Value>]) -> Option<VendorId> {
    let cursor = pages.last()?.get("next_cursor")?.as_str()?;
    VendorId::parse(cursor)
}

fn created_at_s(character: &Map<String, Value>) -> Option<u64> {
    let text = character.get("created_at")?.as_str()?;
    let time = text.parse::<Timestamp>().ok()?;
    u64::try_from(time.as_second()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SENT: &str = "2026-11-27T10:00:00Z";

    fn lost(is_reference_unique: bool) -> LostCreate {
        LostCreate {
            reference: "order 17".into(),
            is_reference_unique,
            name: "Aurora".into(),
            sent_at_s: SENT.parse::<Timestamp>().unwrap().as_second() as u64,
        }
    }

    fn character(reference: Value, name: &str, created_at: &str) -> Value {
        json!({ "id": "char_1", "name": name, "created_at": created_at, "client_reference_id": reference })
    }

    fn look(is_reference_unique: bool, data: &[Value], has_more: bool) -> Trace {
        let pages = [page(data, has_more)];
        lost(is_reference_unique).look_in(&pages, &RecentCharacters::default())
    }

    fn page(data: &[Value], has_more: bool) -> Map<String, Value> {
        let page = json!({ "data": data, "has_more": has_more, "next_cursor": "char_9" });
        page.as_object().unwrap().clone()
    }

    fn its_character() -> Value {
        character(json!("order 17"), "Aurora", "2026-11-27T10:00:01Z")
    }

    #[test]
    fn a_character_with_the_creates_reference_is_its_character() {
        let others = character(json!("order 16"), "Aurora", SENT);
        let found = Trace::Made(its_character().as_object().unwrap().clone());
        for is_unique in [true, false] {
            assert_eq!(
                look(is_unique, &[others.clone(), its_character()], true),
                found
            );
        }
    }

    #[test]
    fn a_reference_of_the_callers_own_may_be_that_of_another_create() {
        for other in [
            character(json!("order 17"), "Borealis", "2026-11-27T10:00:01Z"),
            character(json!("order 17"), "Aurora", "2026-11-27T09:58:00Z"),
            character(json!("order 17"), "Aurora", "yesterday"),
        ] {
            let trace = look(false, std::slice::from_ref(&other), true);
            assert!(!matches!(trace, Trace::Made(_)));
            assert!(matches!(look(true, &[other], true), Trace::Made(_)));
        }
        assert_eq!(
            look(false, &[its_character(), its_character()], true),
            Trace::None
        );
    }

    #[test]
    fn the_character_of_another_create_is_not_taken_for_this_ones() {
        let mut made = RecentCharacters::default();
        made.add(VendorId::parse("char_1").unwrap());
        let pages = [page(&[its_character()], false)];
        assert_eq!(lost(false).look_in(&pages, &made), Trace::NotMade);
        for nth in 0..RECENT_MAX {
            made.add(VendorId::parse(&format!("char_of_{nth}")).unwrap());
        }
        assert!(matches!(lost(false).look_in(&pages, &made), Trace::Made(_)));
    }

    #[test]
    fn a_clock_of_the_apis_that_is_a_little_behind_does_no_harm() {
        let made = character(json!("order 17"), "Aurora", "2026-11-27T09:59:01Z");
        assert!(matches!(look(false, &[made], true), Trace::Made(_)));
    }

    #[test]
    fn a_list_that_reaches_back_to_before_the_create_tells_that_it_was_not_made() {
        let older = character(json!("order 16"), "Aurora", "2026-11-27T09:58:00Z");
        let newer = character(json!("order 18"), "Aurora", SENT);
        assert_eq!(look(true, &[newer.clone(), older], true), Trace::NotMade);
        assert_eq!(
            look(true, std::slice::from_ref(&newer), false),
            Trace::NotMade
        );
        let cursor = VendorId::parse("char_9");
        assert_eq!(
            look(true, std::slice::from_ref(&newer), true),
            Trace::Older(cursor)
        );
        let silent = character(Value::Null, "Aurora", SENT);
        let pages = [page(&[newer], true), page(&[silent], false)];
        let made = RecentCharacters::default();
        assert_eq!(lost(true).look_in(&pages, &made), Trace::NotMade);
    }

    #[test]
    fn an_api_that_tells_no_references_tells_nothing() {
        let silent = character(Value::Null, "Aurora", "2026-11-27T09:58:00Z");
        assert_eq!(look(true, &[silent], false), Trace::None);
        assert_eq!(look(true, &[], false), Trace::None);
        let made = RecentCharacters::default();
        assert_eq!(lost(true).look_in(&[Map::new()], &made), Trace::None);
    }
}
