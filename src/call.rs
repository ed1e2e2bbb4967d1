//! One call, from its arguments to its result.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use aurous_flow::arguments::Task;
use aurous_flow::call::{Action, Call, Event};
use aurous_flow::client::Client;
use aurous_flow::failure::{Code, Step};
use aurous_flow::options::CallOptions;
use aurous_flow::page::Page;
use aurous_flow::read::{Reading, threw};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use crate::cancellation::Cancellation;
use crate::job::{self, CopyJob, Done, Job};
use crate::output::{error_of, error_of_fault, object_of, result_of};
use crate::promise::promise_of;
use crate::shared_create::{self, CreateKey};
use crate::slot::Slot;
use crate::surroundings::{moment, surroundings};
use crate::timer::Timer;
use crate::value::Js;

/// Reads what a call is to do, for a client and with options that were read.
type TaskReader<'a> = dyn Fn(&Client<Js>, &CallOptions<Js>) -> Reading<Task, Js> + 'a;

thread_local! {
    static PAGE: RefCell<Page> = const { RefCell::new(Page::new()) };
}

#[wasm_bindgen]
extern "C" {
    /// Reports what a listener threw to the page, as an uncaught error. Older runtimes do not have it.
    #[wasm_bindgen(js_name = reportError, catch)]
    fn report_error(error: &JsValue) -> Result<(), JsValue>;
}

/// Reads the arguments and options of a call that begins with `step`, and starts it.
pub fn start(
    step: Step,
    file: &Js,
    options: JsValue,
    client: JsValue,
    read_task: &TaskReader<'_>,
) -> Promise {
    let (options, client) = (Js(options), Js(client));
    match prepare(file, &options, &client, read_task) {
        Ok(result) => result,
        Err(fault) => Promise::reject(&error_of_fault(*fault, step)),
    }
}

/// Reads all that a call needs, and begins it.
fn prepare(
    file: &Js,
    options: &Js,
    client_options: &Js,
    read_task: &TaskReader<'_>,
) -> Reading<Promise, Js> {
    let client = Client::read(client_options, &surroundings())?;
    let options = CallOptions::read(options, client.limits)?;
    let task = read_task(&client, &options)?;
    let cancellation = Cancellation::of(options.signal.as_deref())
        .map_err(|thrown| threw("options.signal", Code::InvalidArgument, Js(thrown)))?;
    let key = CreateKey::of(&task, &client, &options, client_options);
    let is_watched = options.on_progress.is_some();
    let call = Call::new(task, client, options.limits, is_watched);
    let (file, listener) = (file.0.clone(), options.on_progress.or(options.on_update));
    let begin = |cancellation| run(call, file, listener, cancellation);
    Ok(match key {
        Some(key) => shared_create::join(key, cancellation, begin),
        None => begin(Rc::new(cancellation)),
    })
}

/// Carries out a call: hands it each event, and does what it says.
fn run(
    mut call: Call<Js>,
    mut file: JsValue,
    listener: Option<Js>,
    cancellation: Rc<Cancellation>,
) -> Promise {
    promise_of(Box::pin(async move {
        let sent = Rc::new(Slot::new());
        let mut job: Job = job::wait();
        let mut copy: Option<CopyJob> = None;
        let mut cause = JsValue::UNDEFINED;
        let mut event = Event::Started;
        loop {
            let now = moment();
            PAGE.with_borrow_mut(|page| call.handle(event, now, page));
            while let Some(action) = call.poll_action() {
                // A listener that ran just now may have cancelled the call.
                if let Some(reason) = cancellation.take_reason() {
                    return Err(reason);
                }
                match action {
                    Action::ReadFile { start, length } => {
                        job = job::read_file(file.clone(), start, length);
                    }
                    Action::CopyFile => copy = Some(job::copy_file(file.clone())),
                    Action::AskForToken(Js(function)) => {
                        cause = JsValue::UNDEFINED;
                        job = job::ask_for_token(function);
                    }
                    Action::Send(request) => {
                        cause = JsValue::UNDEFINED;
                        job = job::send(request, file.clone(), Rc::clone(&sent));
                    }
                    Action::Wait => job = job::wait(),
                    Action::WaitForOnline => job = job::wait_for_online(),
                    Action::WaitForVisible => job = job::wait_for_visible(),
                    Action::Report(progress) => report(listener.as_ref(), &object_of(&progress)),
                    Action::ReportCharacter(Js(character)) => report(listener.as_ref(), &character),
                    Action::Finish(output) => return Ok(result_of(output)),
                    Action::Fail(failure) => return Err(error_of(&failure, &cause)),
                }
            }
            let timeout_ms = call.timeout_ms(now.now_ms);
            let mut timer = timeout_ms.map(Timer::set);
            let done = poll_fn(|context| {
                if let Poll::Ready(reason) = cancellation.poll_reason(context) {
                    return Poll::Ready(Err(reason));
                }
                if let Poll::Ready(event) = sent.poll_take(context) {
                    return Poll::Ready(Ok(Done::of(event)));
                }
                if let Poll::Ready(done) = job.as_mut().poll(context) {
                    job = job::wait();
                    return Poll::Ready(Ok(done));
                }
                if let Some(running) = &mut copy
                    && let Poll::Ready((copied, done)) = running.as_mut().poll(context)
                {
                    (file, copy) = (copied, None);
                    return Poll::Ready(Ok(done));
                }
                match &mut timer {
                    Some(timer) => timer
                        .poll_fired(context)
                        .map(|()| Ok(Done::of(Event::TimedOut))),
                    None => Poll::Pending,
                }
            })
            .await?;
            if !done.thrown.is_undefined() {
                cause = done.thrown;
            }
            event = done.event;
        }
    }))
}

/// Calls the page's listener. What it throws is an error of the page's own.
fn report(listener: Option<&Js>, news: &JsValue) {
    if let Some(listener) = listener {
        let listener: &Function = listener.unchecked_ref();
        if let Err(thrown) = listener.call1(&JsValue::UNDEFINED, news) {
            let _ = report_error(&thrown);
        }
    }
}
