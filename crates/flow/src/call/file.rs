//! The file: what it is, and whether it can still be read.

use std::mem;

use aurous_contract::image::{
    FileKind, ImageFormat, Markers, SNIFF_LENGTH, read_first_markers, read_markers, sniff,
};

use super::stage::{Purpose, Stage};
use super::{Action, Activity, Call, FileState, Moment, Progressed};
use crate::failure::Failure;
use crate::page::Page;
use crate::progress::Phase;
use crate::refusal;
use crate::retry::LONGEST_WAIT_MS;

/// The most reads on the way to the frame header of a JPEG. Each skips a segment of up to 64 KB; photos with a
/// preview, a color profile and extended XMP have about ten of them.
const MAX_READS: u32 = 100;

impl FileState {
    /// Looks at bytes of the file. Returns its format, once the bytes that decide it were read.
    fn look_at(&mut self, bytes: &[u8]) -> Result<Option<ImageFormat>, FileKind> {
        self.reads += 1;
        let markers = match self.format {
            None => {
                let format = sniff(bytes)?;
                self.format = Some(format);
                if format != ImageFormat::Jpeg {
                    return Ok(Some(format));
                }
                read_first_markers(bytes)?
            }
            Some(_) => read_markers(bytes)?,
        };
        match markers {
            Markers::ContinueAt(offset)
                if bytes.len() >= SNIFF_LENGTH && self.reads < MAX_READS =>
            {
                self.read_from = self.read_from.saturating_add(offset as u64);
                Ok(None)
            }
            // A picture that is cut off is sent all the same.
            _ => Ok(self.format),
        }
    }
}

impl<V: Clone> Call<V> {
    /// Reads the file, where there is one, or begins the first attempt.
    pub(super) fn start(&mut self, moment: Moment, page: &mut Page) -> Progressed {
        if self.file.is_none() {
            return self.first_attempt(moment, page);
        }
        if self.stage == Stage::Prepare(Purpose::Upload) {
            self.report(Phase::Preparing);
        }
        self.read_file(0, moment);
        Ok(())
    }

    fn read_file(&mut self, start: u64, moment: Moment) {
        let still_limit_ms = match self.stage {
            Stage::Prepare(Purpose::Upload) => LONGEST_WAIT_MS,
            Stage::Prepare(Purpose::Put(_)) => self.limits.stall_timeout_ms,
            _ => self.limits.timeout_ms,
        };
        self.begin_with_file(Activity::ReadFile, still_limit_ms, moment);
        self.actions.push(Action::ReadFile {
            start,
            length: SNIFF_LENGTH,
        });
    }

    /// Finds out what the file is, and begins the step that it is for.
    pub(super) fn look_at_file(
        &mut self,
        bytes: &[u8],
        moment: Moment,
        page: &mut Page,
    ) -> Progressed {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let looked_at = file.look_at(bytes);
        let format = looked_at.map_err(|kind| refusal::unsupported(file.name.as_str(), kind))?;
        let Some(format) = format else {
            let start = file.read_from;
            self.read_file(start, moment);
            return Ok(());
        };
        self.restart_deadline();
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        self.stage = match &mut self.stage {
            Stage::Prepare(Purpose::Put(target)) => {
                if let Some(minted_for) = target.content_type
                    && minted_for.format() != format
                {
                    return Err(refusal::mismatched(file.name.as_str(), format, minted_for));
                }
                refusal::check_size(file.name.as_str(), file.size, target.max_size)?;
                Stage::Put {
                    url: mem::take(&mut target.url),
                    content_type: format.content_type(),
                }
            }
            _ => Stage::init(file, format, self.client.server()),
        };
        if self.upload.as_ref().is_some_and(|it| it.is_copied) {
            // While the ticket is minted: reading 3 MB takes 10 ms.
            file.is_being_copied = true;
            self.actions.push(Action::CopyFile);
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
        self.file.as_ref().map_or("", |it| it.name.as_str())
    }
}
