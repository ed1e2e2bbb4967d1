//! Upload tickets: minted, filled, classified, consumed.

use std::collections::HashMap;

use aurous_contract::error::ErrorCode;
use aurous_contract::image::{ContentType, sniff};
use aurous_contract::limits::UPLOAD_TTL_MS;
use aurous_contract::upload::Pose;
use bytes::Bytes;

use super::error::{ApiError, Result};
use super::team::TeamName;

/// One ticket is one image.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) team: TeamName,
    pub(crate) filename: String,
    pub(crate) content_type: ContentType,
    pub(crate) minted_ms: u64,
    /// What the last PUT brought. `None` before the first.
    pub(crate) bytes: Option<Bytes>,
    /// What classify said last.
    pub(crate) pose: Option<Pose>,
    /// A create has used it.
    pub(crate) consumed: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Tickets(HashMap<String, Ticket>);

impl Tickets {
    pub(crate) fn mint(&mut self, id: &str, ticket: Ticket) {
        self.0.insert(id.to_owned(), ticket);
    }

    /// A ticket that a PUT may still fill.
    pub(crate) fn fillable(&mut self, id: &str) -> Option<&mut Ticket> {
        self.0.get_mut(id).filter(|ticket| !ticket.consumed)
    }

    /// A ticket with an image in it, for classify and create. `param` is the field that named it.
    pub(crate) fn filled(
        &mut self,
        id: &str,
        team: &str,
        param: &str,
        now_ms: u64,
    ) -> Result<&mut Ticket> {
        let invalid = |why: &str| {
            ApiError::new(ErrorCode::UploadInvalid, format!("upload {id:?} {why}")).of(param)
        };
        let Some(ticket) = self.0.get_mut(id) else {
            return Err(invalid("is not known"));
        };
        if ticket.team != team {
            return Err(ApiError::not_found("upload").of(param));
        }
        if ticket.consumed {
            return Err(invalid("has been used by a character"));
        }
        if now_ms >= ticket.minted_ms.saturating_add(UPLOAD_TTL_MS) {
            return Err(invalid("has expired"));
        }
        let Some(bytes) = &ticket.bytes else {
            return Err(invalid(
                "has no bytes yet: PUT them to its upload_url first",
            ));
        };
        if sniff(bytes) != Ok(ticket.content_type.format()) {
            let format = ticket.content_type.format().name();
            return Err(invalid(&format!("holds no {format} image")));
        }
        Ok(ticket)
    }
}
