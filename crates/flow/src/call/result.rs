//! Answers to the request of a step: a success leads to the next step, or to the result of the call.

use aurous_contract::image::ImageFacts;

use super::{Action, Call, Moment, Output, Progressed, Stage, Upload};
use crate::answer::{
    Answer, Content, Ticket, Unreadable, accepted_put, redirected, refused, refused_put,
    unusable_body,
};
use crate::character_call::Operation;
use crate::failure::Failure;
use crate::page::Page;
use crate::progress::Phase;
use crate::refusal;

impl<V: Clone> Call<V> {
    /// Tells a success from a failure.
    pub(super) fn judge(&self, answer: Answer<V>) -> Result<Content<V>, Box<Failure>> {
        let Answer { head, content } = answer;
        let (step, server) = (self.step(), self.client.server());
        if head.is_redirect() {
            return Err(redirected(&head));
        }
        if let Stage::Put { url, .. } = &self.stage {
            if !head.is_success() {
                let envelope = content.into_envelope();
                return Err(refused_put(server, url, &head, envelope));
            }
            accepted_put(server, url, &head)?;
            return Ok(content);
        }
        match content {
            content if !head.is_success() => {
                Err(refused(step, server, &head, content.into_envelope()))
            }
            Content::NotJson => Err(unusable_body(step, server, &head, Unreadable::NotJson)),
            Content::WrongShape | Content::Error(_) | Content::Unread => {
                Err(unusable_body(step, server, &head, Unreadable::WrongShape))
            }
            content => Ok(content),
        }
    }

    /// The step has succeeded: begins the next one, or ends the call.
    pub(super) fn take_result(
        &mut self,
        content: Content<V>,
        moment: Moment,
        page: &mut Page,
    ) -> Progressed {
        let now_ms = moment.now_ms;
        match (&self.stage, content) {
            (Stage::Init(_), Content::Ticket(ticket)) => {
                let url = ticket.url.clone();
                page.tickets
                    .add_minted(ticket.upload_id.clone(), url, now_ms);
                self.take_ticket(ticket, moment, page)?;
            }
            (Stage::Put { url, .. }, _) => {
                page.tickets.mark_filled(url);
                self.take_put(moment, page)?;
            }
            (Stage::Find(create), Content::Referred(found)) => {
                if found.is_some() {
                    for upload_id in &create.upload_ids {
                        page.tickets.remove_spent(upload_id, now_ms);
                    }
                }
                return self.take_found(found);
            }
            (Stage::Character(call), Content::Synthesizing(document))
                if call.operation == Operation::Wait =>
            {
                self.actions.push(Action::ReportCharacter(document));
                return self.look_again(moment);
            }
            (stage, Content::Document(document) | Content::Synthesizing(document)) => {
                if let Stage::Create(request) = stage {
                    for upload_id in &request.upload_ids {
                        page.tickets.remove_spent(upload_id, now_ms);
                    }
                }
                let output = match self.uploaded() {
                    Some(mut upload) => {
                        upload.classification = Some(document);
                        Output::Upload(upload)
                    }
                    None => Output::Document(document),
                };
                self.end(Action::Finish(output));
            }
            // An answer is read as what the stage's request expects: there is no other pair.
            _ => {}
        }
        Ok(())
    }

    fn take_ticket(&mut self, ticket: Ticket<V>, moment: Moment, page: &mut Page) -> Progressed {
        let format = self.format();
        let (Some(upload), Some(format)) = (&mut self.upload, format) else {
            self.end(Action::Finish(Output::Ticket(ticket)));
            return Ok(());
        };
        let (minted_for, content_type) = (ticket.content_type, format.content_type());
        let (url, max_size) = (ticket.url.clone(), ticket.max_size);
        upload.ticket = Some(ticket);
        self.begin_step(Stage::Put { url, content_type });
        if minted_for != content_type {
            let mut failure = refusal::mismatched(self.file_name(), format, minted_for);
            failure.attempts = self.put_attempts.sent();
            return Err(failure);
        }
        if let Some(file) = &self.file {
            refusal::check_size(file.name.as_str(), file.size, max_size)?;
        }
        self.attempt(moment, page)
    }

    fn take_put(&mut self, moment: Moment, page: &mut Page) -> Progressed {
        if self.file.as_mut().is_some_and(|it| it.bytes.complete()) {
            self.report(Phase::Uploading);
        }
        match self.uploaded() {
            None => self.end(Action::Finish(Output::Put)),
            Some(uploaded) if self.upload.as_ref().is_some_and(|it| it.classify) => {
                self.begin_step(Stage::Classify(uploaded.ticket.upload_id));
                return self.first_attempt(moment, page);
            }
            Some(uploaded) => self.end(Action::Finish(Output::Upload(uploaded))),
        }
        Ok(())
    }

    /// Returns the result of an upload whose file was PUT; `None` for any other call.
    fn uploaded(&self) -> Option<Box<Upload<V>>> {
        let ticket = self.upload.as_ref()?.ticket.clone()?;
        let size = self.file.as_ref()?.size;
        Some(Box::new(Upload {
            ticket,
            image: ImageFacts::of(self.format()?, size),
            classification: None,
        }))
    }
}
