//! A call, from one action to the next.

use std::cell::RefCell;

use aurous_contract::call::{Action, Body, Call, Happened, Job, Notice, Task};
use aurous_contract::failure::{Failure, Step};
use aurous_contract::image::SNIFF_LENGTH;
use aurous_contract::tickets::Tickets;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::host::{Host, object};
use crate::request;

thread_local! {
    /// Of all clients of this page: no two have a ticket in common.
    static TICKETS: RefCell<Tickets> = RefCell::default();
}

/// Reads the arguments of a call, and begins it.
pub fn start(
    task: Task,
    subject: &JsValue,
    file: &JsValue,
    options: &JsValue,
    client: &JsValue,
) -> Promise {
    let host = Host::new(subject, file, options, client);
    begin(task, &host)
        .unwrap_or_else(|failure| Promise::reject(&host.fail(&failure, task.first_step())))
}

fn begin(task: Task, host: &Host) -> Result<Promise, Box<Failure>> {
    let call = Call::read(task, host)?;
    if call.passes_argument_on()
        && let Some(culprit) = host.write_subject()
    {
        return Err(call.unwritable(&culprit));
    }
    if task != Task::CreateCharacter {
        return Ok(future_to_promise(run(call, host.clone())));
    }
    // Identical creates at the same time are one.
    let own = host.board().then(|| future_to_promise(run(call, host.clone())));
    Ok(host.join(own.as_ref()))
}

async fn run(mut call: Box<Call>, host: Host) -> Result<JsValue, JsValue> {
    let mut happened = Happened::Nothing;
    loop {
        let (job, amount) = match act(&mut call, happened, &host) {
            Ok(job) => job,
            Err(result) => return result,
        };
        let ms = call.next_check_ms() as f64;
        let event = JsFuture::from(host.perform(job, amount, ms)).await?;
        happened = match event.as_f64() {
            Some(-1.0) => Happened::Done,
            Some(-2.0) => Happened::Threw,
            Some(bytes) if bytes >= 0.0 => Happened::Sent(bytes),
            _ => Happened::TimerFired,
        };
    }
}

/// Tells what is to be told, and gives the job to perform: none, to go on with the one under way.
///
/// # Errors
/// The end: what the call comes to.
fn act(
    call: &mut Call,
    happened: Happened,
    host: &Host,
) -> Result<(&'static str, f64), Result<JsValue, JsValue>> {
    let mut action = Action::Await;
    // Neither fails here; the ways that say so by a panic cost the page a kilobyte.
    let _ = TICKETS.try_with(|it| {
        if let Ok(mut tickets) = it.try_borrow_mut() {
            action = call.next(happened, host, &mut tickets);
        }
    });
    for notice in call.notices() {
        match notice {
            Notice::Progress(event) => host.tell(&object(&event)),
            Notice::Result(step, url) => host.keep(step.as_str(), url.as_deref()),
        }
    }
    match action {
        Action::Await => Ok(("", 0.0)),
        Action::Begin(job) => {
            prepare(job, call, host).map_err(|failure| Err(host.fail(&failure, call.step())))
        }
        Action::Finish => {
            let image = call.image().map(|it| object(&it));
            Err(Ok(host.finish(&image.unwrap_or_default())))
        }
        Action::Fail(failure) => Err(Err(host.fail(&failure, call.step()))),
    }
}

/// A job by its name in `host.js`, and its amount.
fn prepare(job: Job, call: &Call, host: &Host) -> Result<(&'static str, f64), Box<Failure>> {
    Ok(match job {
        Job::Copy => ("copy", 0.0),
        Job::Read => ("read", SNIFF_LENGTH as f64),
        Job::Ask => ("ask", 0.0),
        Job::Wait => ("wait", 0.0),
        Job::WaitForOnline => ("wait", 1.0),
        Job::Send(step) => {
            match call.body(step, host) {
                Some(Body::InitUpload(body)) => host.write(&object(&body)),
                Some(Body::Classify(body)) => host.write(&object(&body)),
                None => {}
            }
            host.set_request(&request::of(step, call, host)?);
            let is_told = step == Step::Put && call.is_watched();
            ("send", if is_told { 1.0 } else { 0.0 })
        }
    })
}
