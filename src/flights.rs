//! Identical creates at the same time, of a button that was clicked twice: they are one, and each gets
//! its result.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use aurous_contract::failure::Step;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use crate::api_call::ApiCall;
use crate::attempt::Interrupt;
use crate::call::patient;
use crate::call_options::Signal;
use crate::stop::Stop;
use crate::ticket;

/// A create that is under way.
struct Flight {
    /// The client, the idempotency key that was given, and the body: compared as JavaScript does.
    identity: [JsValue; 3],
    result: Promise,
    /// Ends it when nobody waits any more.
    controller: AbortController,
    waiting: Cell<u32>,
}

thread_local! {
    static FLIGHTS: RefCell<Vec<Rc<Flight>>> = const { RefCell::new(Vec::new()) };
}

/// Makes the create, or waits for the one that is under way. Whoever cancels stops waiting; the last
/// one to do so ends it.
pub async fn share(
    mut call: Box<ApiCall>,
    body: JsValue,
    [client, given_key]: [JsValue; 2],
) -> Result<JsValue, Stop> {
    let signal = call.call.signal.take();
    let wait = patient(signal.as_ref())?;
    let identity = [client, given_key, body];
    let under_way = FLIGHTS.with_borrow(|all| {
        let mut all = all.iter();
        all.find(|it| it.identity == identity).cloned()
    });
    let flight = match under_way {
        Some(flight) => flight,
        None => Flight::start(call, identity)?,
    };
    flight.waiting.set(flight.waiting.get() + 1);
    let result = wait.run(&flight.result).await;
    flight.waiting.set(flight.waiting.get().saturating_sub(1));
    match result {
        Ok(character) => Ok(character),
        Err(Interrupt::Cancelled(stop)) => {
            if flight.waiting.get() == 0 {
                flight.land();
                flight.controller.abort();
            }
            Err(stop)
        }
        Err(Interrupt::Thrown(error)) => Err(Stop::Rejected(error)),
        Err(Interrupt::TimedOut(_)) => Err(Stop::Rejected(JsValue::UNDEFINED)),
    }
}

impl Flight {
    fn start(mut call: Box<ApiCall>, identity: [JsValue; 3]) -> Result<Rc<Self>, Stop> {
        let controller = AbortController::new().map_err(Stop::Rejected)?;
        call.call.signal = Some(Signal::own(controller.signal()));
        let body = identity[2].clone();
        let flight = Rc::new_cyclic(|flight: &std::rc::Weak<Self>| {
            let flight = flight.clone();
            let result = crate::promise(Step::Create, async move {
                let result = call.post(&body).await;
                if let Some(flight) = flight.upgrade() {
                    flight.land();
                }
                if result.is_ok() {
                    ticket::spent(&call.call.upload_ids);
                }
                result
            });
            Self {
                identity,
                result,
                controller,
                waiting: Cell::new(0),
            }
        });
        FLIGHTS.with_borrow_mut(|all| all.push(flight.clone()));
        Ok(flight)
    }

    /// From here on an identical create is another one.
    fn land(&self) {
        FLIGHTS.with_borrow_mut(|all| all.retain(|it| !std::ptr::eq(it.as_ref(), self)));
    }
}
