//! Runs real browsers against the real parts, over WebDriver: tests for what only a browser can show.
//!
//! Rules are tested natively, beside their code; the SDK's own suites test how the wasm reads JavaScript
//! values. The tests here do what a person or a page does, and assert what is visible from outside: the page,
//! the results that its script gets, and the requests that the emulator receives.
//!
//! | module | contents |
//! |---|---|
//! | [`testbed`] | an emulator, a gateway and a site, started together for a test or the demo |
//! | [`site`] | the page's origin: a site, the package under `/pkg`, a gateway under `/aurous` |
//! | [`recorder`] | records the requests that pages send to that gateway |
//! | [`interceptor`] | answers in that gateway's place, as something in between does |
//! | [`gateway`] | the gateway's settings and secrets, and session tokens |
//! | [`browser`] | starts a fresh Chromium, Firefox or WebKit; it ends when dropped |
//! | [`driver`] | the WebDriver process behind a browser |
//! | [`display`] | a virtual display, for the browser that has no headless mode |
//! | [`external_program`] | where the drivers and the display are |
//! | [`script`] | runs JavaScript in the page, and waits for conditions |
//! | [`page`] | reads the example page, and uses it as a person does |
//! | [`accessibility`] | whether everyone can use what the page shows |
//! | [`picture`] | the sample pictures: their bytes, their hash, their true type |
//! | [`put`] | the headers that a PUT may carry, from the browser and from the gateway |
//! | [`breaking_proxy`] | a proxy whose connection breaks at the worst moment |
//! | [`slow_link`] | a slow uplink |
//! | [`markdown`] | the files that a document shows |
//! | [`npm_workspace`] | the packed package beside the bundlers and servers that it is tried with |
//! | [`npm_project`] | a small project of theirs |
//! | [`npm_server`] | a server that such a project runs |
//! | [`bench`] | what the benchmarks share: an emulated network, the median |
//!
//! The program `aurous-demo` is the demo, for a person, or with `--headless` for a test.

pub mod accessibility;
pub mod bench;
pub mod breaking_proxy;
pub mod browser;
pub mod display;
pub mod driver;
pub mod external_program;
pub mod gateway;
pub mod interceptor;
pub mod markdown;
pub mod npm_project;
pub mod npm_server;
pub mod npm_workspace;
pub mod page;
pub mod picture;
pub mod put;
pub mod recorder;
pub mod script;
pub mod site;
pub mod slow_link;
pub mod testbed;
