use aurous_contract::character as wire;
use aurous_contract::error::ErrorCode;
use aurous_contract::limits::{LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX, LIST_LIMIT_MIN};
use serde::Serialize;

use super::context::Context;
use crate::state::answer::Success;
use crate::state::error::{ApiError, Result};
use crate::state::world::World;

#[derive(Serialize)]
struct Page {
    object: &'static str,
    data: Vec<wire::Character>,
    has_more: bool,
    next_cursor: Option<String>,
}

impl World {
    pub(super) fn get(&mut self, id: &str, context: Context<'_>) -> Result<Success> {
        self.answer(id, context)
    }

    /// The character as it is now.
    pub(super) fn answer(&mut self, id: &str, context: Context<'_>) -> Result<Success> {
        let character = self.characters.get(id, context.team, context.now_ms)?;
        let character = character.clone();
        Ok(Success::ok(&self.wire(&character, context.now_ms)?))
    }

    pub(super) fn list(&mut self, query: Option<&str>, context: Context<'_>) -> Result<Success> {
        let query = Query::parse(query.unwrap_or_default())?;
        let all = self.characters.of_team(context.team, context.now_ms);
        let start = match &query.starting_after {
            None => 0,
            Some(id) => {
                let found = all.iter().position(|it| it.id == *id);
                found.map(|index| index + 1).ok_or_else(|| {
                    let message = "starting_after names no character";
                    ApiError::new(ErrorCode::InvalidRequest, message).of("starting_after")
                })?
            }
        };
        let rest = all.into_iter().skip(start);
        // One more than asked for tells whether there are more.
        let page = rest.take(query.limit + 1).cloned().collect::<Vec<_>>();
        let shown = page.get(..query.limit).unwrap_or(&page);
        let has_more = shown.len() < page.len();
        let data = shown.iter().map(|it| self.wire(it, context.now_ms));
        Ok(Success::ok(&Page {
            object: "list",
            data: data.collect::<Result<_>>()?,
            has_more,
            next_cursor: shown.last().filter(|_| has_more).map(|it| it.id.clone()),
        }))
    }
}

struct Query {
    limit: usize,
    starting_after: Option<String>,
}

impl Query {
    fn parse(text: &str) -> Result<Self> {
        let mut query = Self {
            limit: LIST_LIMIT_DEFAULT as usize,
            starting_after: None,
        };
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            match name.as_ref() {
                "limit" => query.limit = limit(&value)?,
                "starting_after" => query.starting_after = Some(value.into_owned()),
                _ => {}
            }
        }
        Ok(query)
    }
}

fn limit(text: &str) -> Result<usize> {
    let number = text.parse::<i64>();
    let number = number.map_err(|_| ApiError::format("limit", "an integer"))?;
    let limits = LIST_LIMIT_MIN..=LIST_LIMIT_MAX;
    let within = u32::try_from(number).ok().filter(|it| limits.contains(it));
    within.map(|it| it as usize).ok_or_else(|| {
        let rule = format!("{LIST_LIMIT_MIN} to {LIST_LIMIT_MAX}");
        ApiError::range("limit", &rule)
    })
}
