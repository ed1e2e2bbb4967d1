//! A create of a client with a key, whose answer was lost: its character may be among the newest ones. (A gateway
//! looks by itself: it never shows a page the team's list.)

use super::{Action, Call, Moment, Output, Progressed, Stage};
use crate::answer::Server;
use crate::arguments::CreateRequest;
use crate::failure::{Code, Failure};
use crate::page::Page;

/// The path of the newest characters: as many as a page has.
pub(super) const NEWEST_CHARACTERS: &str = "/v1/characters?limit=100";

/// A create whose answer was lost.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LostCreate {
    pub(super) create: CreateRequest,
    /// The failure to report where its character is not found.
    failure: Box<Failure>,
}

impl CreateRequest {
    /// Returns the `client_reference_id` of a create that has none of its own.
    pub(super) fn reference(&self) -> String {
        ["aurous-", &self.idempotency_key].concat()
    }

    /// Gives the create a reference, unless it has one. A key that JSON would have to escape makes none.
    pub(super) fn add_reference(&mut self) {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        self.has_own_reference |= !self.idempotency_key.bytes().all(is_plain);
        if let (false, Some(rest)) = (self.has_own_reference, self.json.strip_prefix('{')) {
            let reference = self.reference();
            self.json = ["{\"client_reference_id\":\"", &reference, "\",", rest].concat();
        }
    }
}

impl<V: Clone> Call<V> {
    /// A create has failed for good. Looks for its character where it may be there, else reports the failure.
    pub(super) fn report_or_find(
        &mut self,
        failure: Box<Failure>,
        moment: Moment,
        page: &mut Page,
    ) -> Progressed {
        match &self.stage {
            Stage::Create(create)
                if failure.code == Code::CreateOutcomeUnknown.as_str()
                    && self.client.server() == Server::Api
                    && !create.has_own_reference =>
            {
                let create = create.clone();
                self.begin_step(Stage::Find(LostCreate { create, failure }));
                self.first_attempt(moment, page)
            }
            Stage::Find(lost) => Err(lost.failure.clone()),
            _ => Err(failure),
        }
    }

    pub(super) fn take_found(
        &mut self,
        found: Option<V>,
        now_ms: u64,
        page: &mut Page,
    ) -> Progressed {
        let Stage::Find(lost) = &self.stage else {
            return Ok(());
        };
        let Some(document) = found else {
            return Err(lost.failure.clone());
        };
        for upload_id in &lost.create.upload_ids {
            page.tickets.remove_spent(upload_id, now_ms);
        }
        self.end(Action::Finish(Output::Character(document)));
        Ok(())
    }
}
