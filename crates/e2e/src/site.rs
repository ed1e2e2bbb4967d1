//! Serves the page's origin: a folder's files, the package under `/pkg`, pages given as text, and optionally a
//! gateway under `/aurous`.

use std::collections::HashMap;
use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower_http::services::ServeDir;

use crate::interceptor::{Interception, Interceptor};
use crate::recorder::{RecordedRequest, Recorder};

/// What a site serves.
#[derive(Debug, Default)]
pub struct SiteConfig {
    /// The package's folder, served under `/pkg`.
    pub pkg: PathBuf,
    /// The folder of the page itself.
    pub root: Option<PathBuf>,
    /// Further pages: HTML by path, or a script where the path ends in `.js`.
    pub pages: HashMap<String, String>,
    /// Further routes.
    pub others: Option<Router>,
    /// Served under `/aurous`.
    pub gateway: Option<Router>,
}

/// The address of a site that doesn't answer yet: a gateway's configuration contains the page's origin, and so
/// has to be made after the address is known and before the site starts.
#[derive(Debug)]
pub struct SiteListener {
    listener: TcpListener,
    address: SocketAddr,
}
/// A running site. It stops when dropped.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    state: Arc<Mutex<SiteState>>,
    recorder: Recorder,
    interceptor: Interceptor,
    server: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct SiteState {
    /// The paths of the requests so far.
    paths: Vec<String>,
    /// For each path, how many more requests are answered with 404.
    missing: HashMap<String, u32>,
    pages: HashMap<String, String>,
}

impl SiteListener {
    /// Takes a port on loopback; 0 is any free one.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn at(port: u16) -> Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}"))?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts the site.
    ///
    /// # Errors
    /// The package is not built.
    pub fn serve(self, config: SiteConfig) -> Result<Site> {
        ensure_built(&config.pkg)?;
        let state = Arc::new(Mutex::new(SiteState {
            pages: config.pages,
            ..SiteState::default()
        }));
        let recorder = Recorder::default();
        let interceptor = Interceptor::default();
        let mut router = Router::new().nest_service("/pkg", folder(&config.pkg));
        if let Some(root) = config.root {
            router = router.fallback_service(folder(&root));
        }
        if let Some(others) = config.others {
            router = router.merge(others);
        }
        let mut router = router.layer(middleware::from_fn_with_state(state.clone(), answer));
        // Outside the layer: the recorder has the requests to the gateway.
        if let Some(gateway) = config.gateway {
            router = router.nest("/aurous", recorder.before(interceptor.before(gateway)));
        }
        // The emulator's own server, since some of its faults reset connections.
        let server = tokio::spawn(aurous_emulator::serve(self.listener, router, pending()));
        Ok(Site {
            address: self.address,
            state,
            recorder,
            interceptor,
            server,
        })
    }
}

impl Site {
    /// Starts a site on a free port.
    ///
    /// # Errors
    /// The package is not built.
    pub async fn start(config: SiteConfig) -> Result<Self> {
        SiteListener::at(0).await?.serve(config)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Returns the paths of all requests so far, except those under `/aurous`.
    pub fn paths(&self) -> Vec<String> {
        lock(&self.state).paths.clone()
    }

    /// Returns the requests that pages have sent to the gateway under `/aurous`.
    pub fn sent(&self) -> Vec<RecordedRequest> {
        self.recorder.sent()
    }

    /// Answers requests in the gateway's place; `None`: no longer.
    pub fn intercept(&self, interception: Option<Interception>) {
        self.interceptor.set(interception);
    }

    /// Adds a page.
    pub fn add_page(&self, path: &str, html: &str) {
        lock(&self.state)
            .pages
            .insert(path.to_owned(), html.to_owned());
    }

    /// Answers 404 to the next request for this path.
    pub fn lose_once(&self, path: &str) {
        lock(&self.state).missing.insert(path.to_owned(), 1);
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State(state): State<Arc<Mutex<SiteState>>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    if let Some(early) = early_answer(&mut lock(&state), path) {
        return early;
    }
    let mut response = next.run(request).await;
    // A browser always loads what was just built.
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Answers without a file: with 404 if the path is to be lost, or with one of the pages.
fn early_answer(state: &mut SiteState, path: String) -> Option<Response> {
    let missing = state.missing.get_mut(&path).filter(|left| **left > 0);
    let answer = if let Some(left) = missing {
        *left -= 1;
        Some(StatusCode::NOT_FOUND.into_response())
    } else {
        let content_type = match path.ends_with(".js") {
            true => "text/javascript",
            false => "text/html; charset=utf-8",
        };
        let page = state.pages.get(&path).cloned();
        page.map(|text| ([(CONTENT_TYPE, content_type)], text).into_response())
    };
    state.paths.push(path);
    answer
}

/// Serves a folder's files. If there is a file with `.br` added to its name, it is served as the compressed form.
fn folder(path: &Path) -> ServeDir {
    ServeDir::new(path).precompressed_br()
}

fn ensure_built(pkg: &Path) -> Result<()> {
    ensure!(
        pkg.join("index.js").is_file(),
        "{} has no package: run `cargo xtask build`",
        pkg.display()
    );
    Ok(())
}

fn lock(state: &Mutex<SiteState>) -> MutexGuard<'_, SiteState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
