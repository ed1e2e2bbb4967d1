//! A create of a client with a key, whose answer was lost: its character may be among the newest ones. (A gateway
//! looks by itself: it never shows a page the team's list.)

use super::{Action, Call, Moment, Output, Progressed, Stage};
use crate::answer::Server;
use crate::arguments::CreateRequest;
use crate::failure::{Code, Failure};
use crate::page::Page;

/// The path of the newest characters: as many as a page has.
pub(super) const NEWEST_CHARACTERS: &str = "/v1/characters?limit=100";

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
    /// A step has failed for good. Looks for the character of a create where it may have been made, else reports
    /// the failure.
    pub(super) fn report_or_find(
        &mut self,
        failure: Box<Failure>,
        moment: Moment,
        page: &mut Page,
    ) -> Progressed {
        let create = match &self.stage {
            Stage::Create(create) if !create.has_own_reference => Some(create.clone()),
            _ => None,
        };
        let is_unknown = failure.code == Code::CreateOutcomeUnknown.as_str();
        let Some(create) = create.filter(|_| is_unknown && self.client.server() == Server::Api)
        else {
            // A look that failed says nothing of the create.
            return Err(self.lost_create.take().unwrap_or(failure));
        };
        self.lost_create = Some(failure);
        self.begin_step(Stage::Find(create));
        self.first_attempt(moment, page)
    }

    /// The newest characters were looked through.
    pub(super) fn take_found(&mut self, found: Option<V>) -> Progressed {
        let failure = self.lost_create.take();
        match (found, failure) {
            (Some(document), _) => {
                self.end(Action::Finish(Output::Document(document)));
                Ok(())
            }
            (None, Some(failure)) => Err(failure),
            // A look follows a failure.
            (None, None) => Ok(()),
        }
    }
}
