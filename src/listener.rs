use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

/// A listener that is removed when it is dropped.
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    closure: Closure<dyn FnMut(JsValue)>,
}

impl Listener {
    /// Listens to the events of one kind.
    ///
    /// # Errors
    /// The target is none: what calling it threw.
    pub fn add(
        target: &JsValue,
        kind: &'static str,
        closure: Closure<dyn FnMut(JsValue)>,
    ) -> Result<Self, JsValue> {
        let target: &EventTarget = target.unchecked_ref();
        target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref())?;
        Ok(Self {
            target: target.clone(),
            kind,
            closure,
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        // A target that took the listener and cannot remove it has broken the page's own promise.
        let _ = self
            .target
            .remove_event_listener_with_callback(self.kind, callback);
    }
}
