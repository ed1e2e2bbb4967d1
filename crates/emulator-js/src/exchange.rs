//! A request and its ending.

use std::mem;

use aurous_emulator_core as core;
use aurous_emulator_core::{Ending, LogEntry, Reading, Reply, Work};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::headers;

/// A request. The shell calls `receive` for each piece of its body, `received` at its end, and `carryOut` after
/// the delay.
#[wasm_bindgen]
pub struct Exchange(Stage);

enum Stage {
    Receiving(Box<core::Exchange>),
    /// The entry is gone once the client is.
    Decided(Option<LogEntry>, Box<Work>),
    Ended(Option<Reply>),
}

impl Exchange {
    pub(crate) fn new(exchange: core::Exchange) -> Self {
        Self(Stage::Receiving(Box::new(exchange)))
    }

    fn take(&mut self) -> Stage {
        mem::replace(&mut self.0, Stage::Ended(None))
    }

    fn reply(&self) -> Option<&Reply> {
        match &self.0 {
            Stage::Ended(reply) => reply.as_ref(),
            _ => None,
        }
    }
}

#[wasm_bindgen]
impl Exchange {
    /// Returns how much of the body to read: `nothing`, `firstBytes` or `whole`.
    pub fn reading(&self) -> String {
        let reading = match &self.0 {
            Stage::Receiving(exchange) => exchange.reading(),
            _ => Reading::Nothing,
        };
        match reading {
            Reading::Nothing => "nothing",
            Reading::FirstBytes => "firstBytes",
            Reading::Whole => "whole",
        }
        .to_owned()
    }

    /// Takes bytes of the body.
    pub fn receive(&mut self, piece: &[u8]) {
        if let Stage::Receiving(exchange) = &mut self.0 {
            exchange.receive(piece);
        }
    }

    /// Decides what to do, now that the body has been read as far as it is to be. Returns how long to wait
    /// before it is carried out, in milliseconds.
    pub fn received(&mut self, real_ms: f64) -> f64 {
        let Stage::Receiving(exchange) = self.take() else {
            return 0.0;
        };
        let (entry, work) = exchange.received(real_ms as u64);
        let delay_ms = work.delay().as_millis() as f64;
        self.0 = Stage::Decided(Some(entry), Box::new(work));
        delay_ms
    }

    /// Records that the client has gone. What was decided is still carried out.
    #[wasm_bindgen(js_name = clientGone)]
    pub fn client_gone(&mut self) {
        match self.take() {
            Stage::Receiving(_) => {}
            Stage::Decided(_, work) => self.0 = Stage::Decided(None, work),
            ended @ Stage::Ended(_) => self.0 = ended,
        }
    }

    /// Carries out what was decided. Returns how the request ends: `respond`, `respondWithoutEnd`,
    /// `respondTruncated`, `hang` or `reset`.
    #[wasm_bindgen(js_name = carryOut)]
    pub fn carry_out(&mut self, real_ms: f64) -> String {
        let Stage::Decided(entry, work) = self.take() else {
            return "hang".to_owned();
        };
        let ending = work.carry_out(real_ms as u64);
        if let Some(entry) = entry {
            entry.end(&ending);
        }
        let (name, reply) = match ending {
            Ending::Respond(reply) => ("respond", Some(reply)),
            Ending::RespondWithoutEnd(reply) => ("respondWithoutEnd", Some(reply)),
            Ending::RespondTruncated(reply) => ("respondTruncated", Some(reply)),
            Ending::Hang => ("hang", None),
            Ending::Reset => ("reset", None),
        };
        self.0 = Stage::Ended(reply);
        name.to_owned()
    }

    /// Returns the status of the response.
    #[wasm_bindgen(getter)]
    pub fn status(&self) -> u16 {
        self.reply().map_or(0, |it| it.status.as_u16())
    }

    /// Returns the headers of the response: names and values in turn.
    #[wasm_bindgen(getter)]
    pub fn headers(&self) -> Vec<String> {
        let headers = self.reply().map(|it| headers::to_texts(&it.headers));
        headers.unwrap_or_default()
    }

    /// Returns the body of the response.
    #[wasm_bindgen(getter)]
    pub fn body(&self) -> Uint8Array {
        let body = self.reply().map(|it| it.body.as_ref());
        Uint8Array::from(body.unwrap_or_default())
    }
}
