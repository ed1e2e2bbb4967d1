//! Identical creates at the same time, of a button that was clicked twice, are one.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use aurous_flow::arguments::Task;
use aurous_flow::options::CallOptions;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::cancellation::Cancellation;
use crate::value::Js;

/// What makes two creates identical.
#[derive(PartialEq)]
pub struct CreateKey {
    /// The client's options: the very object.
    client: JsValue,
    /// The idempotency key that the caller gave.
    key: Option<String>,
    /// The request's body.
    json: String,
}

/// A create under way.
struct SharedCreate {
    key: CreateKey,
    result: Promise,
    /// How many callers wait for it.
    waiting: Cell<u32>,
    cancellation: Rc<Cancellation>,
}

thread_local! {
    static UNDER_WAY: RefCell<Vec<Rc<SharedCreate>>> = const { RefCell::new(Vec::new()) };
}

impl CreateKey {
    /// Returns the key of a task, where it is a create.
    pub fn of(task: &Task, options: &CallOptions<Js>, client: &Js) -> Option<Self> {
        match task {
            Task::CreateCharacter(request) => Some(Self {
                client: client.0.clone(),
                key: options.idempotency_key.clone(),
                json: request.json.clone(),
            }),
            _ => None,
        }
    }
}

/// Joins the identical create that is under way, or begins one. Each caller can stop waiting; the last one to
/// do so ends the create.
pub fn join(
    key: CreateKey,
    caller: Cancellation,
    run: impl FnOnce(Rc<Cancellation>) -> Promise,
) -> Promise {
    // Cancelled before it began: it begins nothing, and joins nothing.
    if let Some(reason) = caller.take_reason() {
        return Promise::reject(&reason);
    }
    let shared = find(&key).unwrap_or_else(|| begin(key, run));
    wait(Waiter::of(shared), caller)
}

fn find(key: &CreateKey) -> Option<Rc<SharedCreate>> {
    UNDER_WAY.with_borrow(|creates| creates.iter().find(|it| it.key == *key).cloned())
}

fn begin(key: CreateKey, run: impl FnOnce(Rc<Cancellation>) -> Promise) -> Rc<SharedCreate> {
    let cancellation = Rc::new(Cancellation::none());
    let shared = Rc::new(SharedCreate {
        key,
        result: run(Rc::clone(&cancellation)),
        waiting: Cell::new(0),
        cancellation,
    });
    UNDER_WAY.with_borrow_mut(|creates| creates.push(Rc::clone(&shared)));
    shared
}

fn wait(waiter: Waiter, caller: Cancellation) -> Promise {
    future_to_promise(Box::pin(async move {
        let mut result = JsFuture::from(waiter.0.result.clone());
        poll_fn(|context| match caller.poll_reason(context) {
            Poll::Ready(reason) => Poll::Ready(Err(reason)),
            Poll::Pending => Pin::new(&mut result).poll(context),
        })
        .await
    }))
}

/// One caller that waits for a create.
struct Waiter(Rc<SharedCreate>);

impl Waiter {
    fn of(shared: Rc<SharedCreate>) -> Self {
        shared.waiting.set(shared.waiting.get() + 1);
        Self(shared)
    }
}

impl Drop for Waiter {
    /// From the first result on, or when all callers have cancelled, an identical create is another one.
    fn drop(&mut self) {
        let shared = &self.0;
        shared.waiting.set(shared.waiting.get() - 1);
        if shared.waiting.get() == 0 {
            UNDER_WAY.with_borrow_mut(|creates| creates.retain(|it| !Rc::ptr_eq(it, shared)));
            shared.cancellation.cancel(JsValue::UNDEFINED);
        }
    }
}
