//! The file: what it is, and whether it can still be read.

use std::mem;

use aurous_contract::image::{SNIFF_LENGTH, sniff};

use super::stage::{Purpose, Stage};
use super::{Action, Activity, Call, Moment, Progressed};
use crate::failure::Failure;
use crate::page::Page;
use crate::progress::Phase;
use crate::refusal;
use crate::retry::LONGEST_WAIT_MS;

impl<V: Clone> Call<V> {
    /// Reads the file, where there is one, or begins the first attempt.
    pub(super) fn start(&mut self, moment: Moment, page: &mut Page) -> Progressed {
        if self.file.is_none() {
            return self.first_attempt(moment, page);
        }
        let still_limit_ms = match self.stage {
            Stage::Prepare(Purpose::Upload) => {
                self.report(Phase::Preparing);
                LONGEST_WAIT_MS
            }
            Stage::Prepare(Purpose::Put(_)) => self.limits.stall_timeout_ms,
            _ => self.limits.timeout_ms,
        };
        self.begin_with_file(Activity::ReadFile, still_limit_ms, moment);
        self.actions.push_back(Action::ReadFile {
            length: SNIFF_LENGTH,
        });
        Ok(())
    }

    /// Finds out what the file is, and begins the step that it is for.
    pub(super) fn look_at_file(
        &mut self,
        first_bytes: &[u8],
        moment: Moment,
        page: &mut Page,
    ) -> Progressed {
        self.restart_deadline();
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let format = sniff(first_bytes).map_err(|kind| refusal::unsupported(&file.name, kind))?;
        file.format = Some(format);
        self.stage = match &mut self.stage {
            Stage::Prepare(Purpose::Put(target)) => {
                if let Some(minted_for) = target.content_type
                    && minted_for.format() != format
                {
                    return Err(refusal::mismatched(&file.name, format, minted_for));
                }
                refusal::check_size(&file.name, file.size, target.max_size)?;
                Stage::Put {
                    url: mem::take(&mut target.url.href),
                    content_type: format.content_type(),
                }
            }
            _ => Stage::init(file, format, self.client.server()),
        };
        if self.upload.as_ref().is_some_and(|it| it.is_copied) {
            // While the ticket is minted: reading 3 MB takes 10 ms.
            file.is_being_copied = true;
            self.actions.push_back(Action::CopyFile);
        }
        self.first_attempt(moment, page)
    }

    /// The copy is complete. The file may have changed since its first bytes were read.
    pub(super) fn take_copy(
        &mut self,
        first_bytes: &[u8],
        size: f64,
        moment: Moment,
        page: &mut Page,
    ) -> Progressed {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        if sniff(first_bytes).ok() != file.format {
            return Err(self.unreadable_file());
        }
        file.is_being_copied = false;
        file.set_size(size);
        if self.activity == Activity::CopyFile {
            self.spend_time(moment);
            return self.attempt(moment, page);
        }
        Ok(())
    }

    pub(super) fn unreadable_file(&self) -> Box<Failure> {
        self.with_attempts(refusal::unreadable_file(self.file_name()))
    }

    pub(super) fn file_not_read_in(&self, ms: u64) -> Box<Failure> {
        self.with_attempts(refusal::not_read_in(self.file_name(), ms))
    }

    fn with_attempts(&self, mut failure: Box<Failure>) -> Box<Failure> {
        failure.attempts = self.attempts_of_step().sent();
        if self.activity == Activity::Send {
            failure.attempts += 1;
        }
        failure
    }

    pub(super) fn file_name(&self) -> &str {
        self.file.as_ref().map_or("", |it| &it.name)
    }
}
