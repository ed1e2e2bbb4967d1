//! The emulator's core for tests in JavaScript: converts values, and decides nothing but which of the
//! emulator's origins a URL is of.
//!
//! The shell around it is `pkg-template/testing`. It hands over options, requests and the time, and carries out
//! how an [`Exchange`] ends.
//!
//! | module | what it holds |
//! |---|---|
//! | `exchange` | a request and its ending |
//! | `place` | the origin that a URL is of |
//! | `headers` | headers as lists of texts |

mod exchange;
mod headers;
mod place;

use std::sync::Arc;

use aurous_emulator_core::{Emulation, RequestHead, RuntimeSettings, Setup, Urls};
use http::Method;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

pub use exchange::Exchange;

/// One emulator.
#[wasm_bindgen]
pub struct Emulator {
    emulation: Arc<Emulation>,
    urls: Urls,
}

#[wasm_bindgen]
impl Emulator {
    /// Makes an emulator. Both URLs are origins. Without a key, one is made from the seed. `is_open`: the API
    /// is also there without a key.
    #[wasm_bindgen(constructor)]
    pub fn new(
        api_url: String,
        upload_url: String,
        api_keys: Vec<String>,
        is_open: bool,
        seed: f64,
    ) -> Self {
        let urls = Urls {
            api: api_url,
            upload: upload_url,
        };
        let emulation = Arc::new(Emulation::new(Setup {
            urls: urls.clone(),
            api_keys,
            settings: RuntimeSettings::default(),
            seed: seed as u64,
        }));
        if is_open {
            emulation.open();
        }
        Self { emulation, urls }
    }

    /// Returns the first of the keys that the emulator was started with.
    #[wasm_bindgen(getter, js_name = apiKey)]
    pub fn api_key(&self) -> String {
        self.emulation.api_key().to_owned()
    }

    /// Begins a request to a URL, which comes in its parts; the query is without its `?`. `headers` are names
    /// and values in turn.
    ///
    /// # Errors
    /// The origin is none of the emulator's, or the method is none.
    pub fn begin(
        &self,
        method: &str,
        origin: &str,
        path: String,
        query: Option<String>,
        headers: Vec<String>,
        real_ms: f64,
    ) -> Result<Exchange, JsError> {
        let place = place::find(&self.urls, self.emulation.is_open(), origin, &path);
        let Some((entry_point, prefix_length)) = place else {
            let Urls { api, upload } = &self.urls;
            return Err(JsError::new(&format!(
                "The emulator does not answer for {origin}. Its API is {api}, its upload host {upload}."
            )));
        };
        let head = RequestHead {
            entry_point,
            method: read_method(method)?,
            path,
            prefix_length,
            query,
            headers: headers::from_texts(&headers),
        };
        Ok(Exchange::new(self.emulation.begin(&head, real_ms as u64)))
    }

    /// Answers a request of the control origin, with a list: status, content type and bytes.
    ///
    /// # Errors
    /// The method is none.
    pub fn control(
        &self,
        method: &str,
        path: &str,
        body: &[u8],
        real_ms: f64,
    ) -> Result<Array, JsError> {
        let method = read_method(method)?;
        let reply = self.emulation.control(&method, path, body, real_ms as u64);
        let bytes = Uint8Array::from(reply.body.as_ref());
        Ok(Array::of3(
            &reply.status.into(),
            &reply.content_type.into(),
            &bytes,
        ))
    }
}

fn read_method(text: &str) -> Result<Method, JsError> {
    let method = text.parse();
    method.map_err(|_| JsError::new(&format!("{text:?} is no method of HTTP.")))
}
