//! A call, from one action to the next.

use std::cell::Cell;

use aurous_contract::call::{Action, Call, Happened, Job, Task};
use aurous_contract::failure::{Failure, Step};
use aurous_contract::image::SNIFF_LENGTH;
use aurous_contract::tickets::Tickets;
use js_sys::Promise;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::host::{Host, object};
use crate::request;

thread_local! {
    /// Of all clients of this page: no two have a ticket in common.
    static TICKETS: Cell<Tickets> = const { Cell::new(Tickets::new()) };
}

/// Reads the arguments of a call, and begins it.
pub fn start(task: Task, host: Host) -> Promise {
    match begin(task, &host) {
        Ok(Some(call)) => spawn_local(run(call, host.clone())),
        Ok(None) => {}
        Err(failure) => host.fail(&failure, task.first_step()),
    }
    host.promise()
}

/// The call, unless it is one with another that is under way.
fn begin(task: Task, host: &Host) -> Result<Option<Box<Call>>, Box<Failure>> {
    let call = Call::read(task, host)?;
    if call.passes_argument_on()
        && let Some(culprit) = host.write_subject()
    {
        return Err(call.unwritable(&culprit));
    }
    let is_new = task != Task::CreateCharacter || host.board();
    Ok(is_new.then_some(call))
}

async fn run(mut call: Box<Call>, host: Host) {
    let mut happened = Happened::Nothing;
    loop {
        let (job, amount) = match next(&mut call, happened, &host) {
            Action::Await => ("", 0.0),
            Action::Begin(job) => prepare(job, &call, &host),
            Action::Finish => {
                let image = call.image().map(|it| object(&it));
                return host.finish(&image.unwrap_or_default());
            }
            Action::Fail(failure) => return host.fail(&failure, call.step()),
        };
        let ms = call.next_check_ms() as f64;
        let event = JsFuture::from(host.perform(job, amount, ms)).await;
        happened = match event.ok().and_then(|it| it.as_f64()) {
            Some(-1.0) => Happened::Done,
            Some(-2.0) => Happened::Threw,
            Some(-3.0) => Happened::TimerFired,
            Some(bytes) => Happened::Sent(bytes),
            // The caller cancelled.
            None => return,
        };
    }
}

fn next(call: &mut Call, happened: Happened, host: &Host) -> Action {
    TICKETS.with(|shared| {
        let mut tickets = shared.take();
        let action = call.next(happened, host, &mut tickets);
        shared.set(tickets);
        action
    })
}

/// A job by its name in `host.js`, and its amount.
fn prepare(job: Job, call: &Call, host: &Host) -> (&'static str, f64) {
    match job {
        Job::Copy => ("copy", 0.0),
        Job::Read => ("read", SNIFF_LENGTH as f64),
        Job::Ask => ("ask", 0.0),
        Job::Wait => ("wait", 0.0),
        Job::WaitForOnline => ("wait", 1.0),
        Job::Send(step) => {
            request::prepare(step, call.body(step, host), host);
            let is_told = step == Step::Put && call.is_watched();
            ("send", if is_told { 1.0 } else { 0.0 })
        }
    }
}
