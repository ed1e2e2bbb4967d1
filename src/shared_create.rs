//! Identical creates at the same time, of a button that was clicked twice, are one.
//!
//! Those under way are known to the whole page: two bundles, or a module that was reloaded, bring two copies of
//! this package, and one button may call both.

use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use aurous_flow::arguments::Task;
use aurous_flow::client::Client;
use aurous_flow::create_identity::CreateIdentity;
use aurous_flow::options::CallOptions;
use js_sys::{Array, Function, Object, Promise, Reflect, Symbol};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::cancellation::Cancellation;
use crate::promise::promise_of;
use crate::value::Js;

/// The page's list of creates under way, in the global symbol registry. A change of [`SharedCreate`] needs
/// another number.
const REGISTRY: &str = "aurous-web.creates/1";

#[wasm_bindgen]
extern "C" {
    /// A create under way, as every copy of this package sees it: a plain object of ours, whose fields do not
    /// throw.
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    type SharedCreate;

    #[wasm_bindgen(method, getter)]
    fn identity(this: &SharedCreate) -> String;
    #[wasm_bindgen(method, setter)]
    fn set_identity(this: &SharedCreate, text: &str);

    /// The client's options: the very object. `undefined` where any client's create is the same.
    #[wasm_bindgen(method, getter)]
    fn client(this: &SharedCreate) -> JsValue;
    #[wasm_bindgen(method, setter)]
    fn set_client(this: &SharedCreate, client: &JsValue);

    #[wasm_bindgen(method, getter)]
    fn result(this: &SharedCreate) -> Promise;
    #[wasm_bindgen(method, setter)]
    fn set_result(this: &SharedCreate, result: &Promise);

    /// How many callers wait for it.
    #[wasm_bindgen(method, getter)]
    fn waiting(this: &SharedCreate) -> u32;
    #[wasm_bindgen(method, setter)]
    fn set_waiting(this: &SharedCreate, waiting: u32);

    /// Ends it: called once, when no caller waits any more.
    #[wasm_bindgen(method, getter)]
    fn cancel(this: &SharedCreate) -> Function;
    #[wasm_bindgen(method, setter)]
    fn set_cancel(this: &SharedCreate, cancel: &JsValue);
}

/// What makes two creates identical, in this page.
pub struct CreateKey {
    identity: String,
    client: JsValue,
}

impl CreateKey {
    /// Returns the key of a task, where it is a create.
    pub fn of(
        task: &Task,
        client: &Client<Js>,
        options: &CallOptions<Js>,
        client_options: &Js,
    ) -> Option<Self> {
        let Task::CreateCharacter(request) = task else {
            return None;
        };
        let identity = CreateIdentity::of(request, client, options);
        let client = if identity.is_of_one_client {
            client_options.0.clone()
        } else {
            JsValue::UNDEFINED
        };
        Some(Self {
            identity: identity.text,
            client,
        })
    }

    fn is_of(&self, create: &SharedCreate) -> bool {
        create.identity() == self.identity && create.client() == self.client
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
    let under_way = registry();
    let creates = under_way.iter().map(JsCast::unchecked_into);
    let create = creates
        .into_iter()
        .find(|it| key.is_of(it))
        .unwrap_or_else(|| begin(key, &under_way, run));
    wait(Waiter::of(create, under_way), caller)
}

/// Returns the creates that are under way in this page.
fn registry() -> Array {
    let (global, name) = (js_sys::global(), Symbol::for_(REGISTRY));
    if let Ok(known) = Reflect::get(&global, &name)
        && Array::is_array(&known)
    {
        return known.unchecked_into();
    }
    let fresh = Array::new();
    // In a page that froze its globals, each create is alone.
    let _ = Reflect::set(&global, &name, &fresh);
    fresh
}

fn begin(
    key: CreateKey,
    under_way: &Array,
    run: impl FnOnce(Rc<Cancellation>) -> Promise,
) -> SharedCreate {
    let cancellation = Rc::new(Cancellation::none());
    let create: SharedCreate = Object::new().unchecked_into();
    create.set_identity(&key.identity);
    create.set_client(&key.client);
    create.set_result(&run(Rc::clone(&cancellation)));
    create.set_waiting(0);
    let cancel = Closure::once_into_js(move || cancellation.cancel(JsValue::UNDEFINED));
    create.set_cancel(&cancel);
    under_way.push(&create);
    create
}

fn wait(waiter: Waiter, caller: Cancellation) -> Promise {
    promise_of(Box::pin(async move {
        let mut result = JsFuture::from(waiter.create.result());
        poll_fn(|context| match caller.poll_reason(context) {
            Poll::Ready(reason) => Poll::Ready(Err(reason)),
            Poll::Pending => Pin::new(&mut result).poll(context),
        })
        .await
    }))
}

/// One caller that waits for a create.
struct Waiter {
    create: SharedCreate,
    under_way: Array,
}

impl Waiter {
    fn of(create: SharedCreate, under_way: Array) -> Self {
        create.set_waiting(create.waiting().saturating_add(1));
        Self { create, under_way }
    }
}

impl Drop for Waiter {
    /// From the first result on, or when all callers have cancelled, an identical create is another one.
    fn drop(&mut self) {
        let Self { create, under_way } = self;
        create.set_waiting(create.waiting().saturating_sub(1));
        if create.waiting() > 0 {
            return;
        }
        let place = under_way.index_of(create, 0);
        let last = under_way.pop();
        if let Ok(place) = u32::try_from(place)
            && place < under_way.length()
        {
            under_way.set(place, last);
        }
        let _ = create.cancel().call0(&JsValue::UNDEFINED);
    }
}
