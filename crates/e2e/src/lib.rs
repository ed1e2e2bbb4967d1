//! Real browsers against the real parts, over WebDriver: what only a browser can show.
//!
//! What a rule decides is tested natively, beside the rule; what the wasm makes of a JavaScript value,
//! in the SDK's own suites. Here a person's path is walked, and what is asserted is what can be seen
//! from outside: what the page shows, what its script gets, and what the emulator received.
//!
//! | module | what it holds |
//! |---|---|
//! | [`browser`] | a fresh Chromium, Firefox or WebKit, gone when dropped |
//! | [`driver`] | the WebDriver process behind it |
//! | [`display`] | the display of a browser that has no headless mode |
//! | [`script`] | JavaScript run in the page, and conditions waited for |
//! | [`tool`] | where the browsers and their drivers are |
//! | [`site`] | the page's origin: a site, the package under `/pkg`, a gateway under `/aurous` |
//! | [`sent`] | what a page sent to that gateway |
//! | [`gateway`] | how the gateway is set up: its settings, its secrets, session tokens |
//! | [`proxy`] | a proxy in between, whose connection breaks at the worst moment |
//! | [`slow_link`] | a slow uplink |
//! | [`stage`] | emulator, gateway and site together: what a test or the demo starts from |
//! | [`apart`] | the same with the gateway as a program, on an origin of its own |
//! | [`page`] | the example page: what is on it, what is done to it |
//! | [`picture`] | the sample pictures: their bytes, their hash, their true type |
//! | [`put`] | what a PUT must and must not carry, from the browser and from the gateway |
//!
//! The program `aurous-demo` is the demo: for a person, or `--headless` for itself.

pub mod apart;
pub mod browser;
pub mod display;
pub mod driver;
pub mod gateway;
pub mod page;
pub mod picture;
pub mod proxy;
pub mod put;
pub mod script;
pub mod sent;
pub mod site;
pub mod slow_link;
pub mod stage;
pub mod tool;
