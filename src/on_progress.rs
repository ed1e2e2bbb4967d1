//! `onProgress`: what a page is told of an upload.

use std::cell::Cell;

use aurous_contract::failure::Step;
use aurous_contract::progress::{Event, Phase, Progress};
use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::fields::Fields;
use crate::js;
use crate::json;
use crate::stop::Stop;

pub struct OnProgress {
    callback: Function,
    progress: Cell<Progress>,
}

impl OnProgress {
    /// Reads `options.onProgress`, for a file of `total` bytes.
    pub fn read(options: &Fields<'_>, total: f64) -> Result<Option<Self>, Stop> {
        let value = options.get("onProgress")?;
        if value.is_undefined() {
            return Ok(None);
        }
        let Ok(callback) = value.dyn_into::<Function>() else {
            let found = js::describe(&options.get("onProgress")?);
            return Err(options.refuse_as("onProgress", "must be a function", &found));
        };
        Ok(Some(Self {
            callback,
            progress: Cell::new(Progress::of(total as u64)),
        }))
    }

    /// The file is being read.
    pub fn prepares(&self) {
        self.tell(Phase::Preparing, 1);
    }

    /// An attempt of a step begins.
    pub fn begins(&self, step: Step, attempt: u32) {
        if let Some(phase) = Phase::of(step) {
            self.tell(phase, attempt);
        }
    }

    /// This attempt of the PUT has sent so many bytes.
    pub fn sent(&self, bytes: f64, attempt: u32) {
        self.update(attempt, |it| it.sent(bytes as u64));
    }

    /// The server took the file.
    pub fn answered(&self, attempt: u32) {
        self.update(attempt, Progress::answered);
    }

    /// Tells what is new.
    fn update(&self, attempt: u32, change: impl FnOnce(&mut Progress) -> u64) {
        let mut progress = self.progress.get();
        let before = progress.loaded();
        if change(&mut progress) > before {
            self.progress.set(progress);
            self.tell(Phase::Uploading, attempt);
        }
    }

    fn tell(&self, phase: Phase, attempt: u32) {
        let event = Event::new(phase, self.progress.get(), attempt);
        let Ok(event) = json::object(&event) else {
            return;
        };
        // What the callback throws is its page's to hear of, as from any listener; the upload goes on.
        if let Err(thrown) = self.callback.call1(&JsValue::UNDEFINED, &event) {
            let _ = js::report_error(&thrown);
        }
    }
}
