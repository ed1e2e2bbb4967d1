//! Get and list.

use aurous_contract::character::Character;
use aurous_contract::error::ErrorCode;
use aurous_contract::limits::{LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX, LIST_LIMIT_MIN};
use serde::Serialize;

use super::context::CallContext;
use crate::state::error::{ApiError, Result};
use crate::state::response::Success;
use crate::state::world::World;

#[derive(Serialize)]
struct CharacterPage {
    object: &'static str,
    data: Vec<Character>,
    has_more: bool,
    next_cursor: Option<String>,
}

impl World {
    /// Responds with the character as it is now. Other calls about a character respond likewise.
    pub(super) fn get(&mut self, id: &str, context: CallContext<'_>) -> Result<Success> {
        let character = self.characters.get(id, context.team, context.now_ms)?;
        let character = character.clone();
        Ok(Success::ok(&self.to_wire(&character, context.now_ms)?))
    }

    pub(super) fn list(
        &mut self,
        query: Option<&str>,
        context: CallContext<'_>,
    ) -> Result<Success> {
        let query = ListQuery::parse(query.unwrap_or_default())?;
        let all = self.characters.of_team(context.team, context.now_ms);
        let start = match &query.starting_after {
            None => 0,
            Some(id) => {
                let found = all.iter().position(|it| it.id == *id);
                found.map(|index| index + 1).ok_or_else(|| {
                    let message = "starting_after names no character";
                    let error = ApiError::new(ErrorCode::InvalidRequest, message);
                    error.with_param("starting_after")
                })?
            }
        };
        let rest = all.into_iter().skip(start);
        // One more than the page holds, to see whether there are more.
        let page = rest.take(query.limit + 1).cloned().collect::<Vec<_>>();
        let shown = page.get(..query.limit).unwrap_or(&page);
        let has_more = shown.len() < page.len();
        let data = shown.iter().map(|it| self.to_wire(it, context.now_ms));
        Ok(Success::ok(&CharacterPage {
            object: "list",
            data: data.collect::<Result<_>>()?,
            has_more,
            next_cursor: shown.last().filter(|_| has_more).map(|it| it.id.clone()),
        }))
    }
}

struct ListQuery {
    limit: usize,
    starting_after: Option<String>,
}

impl ListQuery {
    fn parse(text: &str) -> Result<Self> {
        let mut query = Self {
            limit: LIST_LIMIT_DEFAULT as usize,
            starting_after: None,
        };
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            match name.as_ref() {
                "limit" => query.limit = parse_limit(&value)?,
                "starting_after" => query.starting_after = Some(value.into_owned()),
                _ => {}
            }
        }
        Ok(query)
    }
}

fn parse_limit(text: &str) -> Result<usize> {
    let number = text.parse::<i64>();
    let number = number.map_err(|_| ApiError::format("limit", "an integer"))?;
    let limits = LIST_LIMIT_MIN..=LIST_LIMIT_MAX;
    let within = u32::try_from(number).ok().filter(|it| limits.contains(it));
    within.map(|it| it as usize).ok_or_else(|| {
        let rule = format!("{LIST_LIMIT_MIN} to {LIST_LIMIT_MAX}");
        ApiError::range("limit", &rule)
    })
}
