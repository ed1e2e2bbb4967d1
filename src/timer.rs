use std::rc::Rc;
use std::task::{Context, Poll};

use wasm_bindgen::prelude::*;

use crate::slot::Slot;

#[wasm_bindgen]
extern "C" {
    /// In a page the id is a number, in Node an object.
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(callback: &JsValue, ms: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = clearTimeout, catch)]
    fn clear_timeout(id: &JsValue) -> Result<(), JsValue>;
}

/// A timer that is cleared when it is dropped.
pub struct Timer {
    id: JsValue,
    fired: Rc<Slot<()>>,
    _callback: Closure<dyn FnMut(JsValue)>,
}

impl Timer {
    /// Sets a timer.
    pub fn set(ms: u64) -> Self {
        let fired = Rc::new(Slot::new());
        let slot = Rc::clone(&fired);
        let callback = Closure::<dyn FnMut(JsValue)>::new(move |_| slot.put(()));
        Self {
            id: set_timeout(callback.as_ref(), ms as f64).unwrap_or_default(),
            fired,
            _callback: callback,
        }
    }

    pub fn poll_fired(&self, context: &mut Context<'_>) -> Poll<()> {
        self.fired.poll_take(context)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // A page that broke `clearTimeout` keeps a timer whose callback does nothing.
        let _ = clear_timeout(&self.id);
    }
}
