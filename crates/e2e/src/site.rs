//! The page's origin: a folder's files, the package under `/pkg` as it is, pages given as text, and,
//! where wanted, a gateway under `/aurous`.

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

use crate::sent::{Recorder, Sent};

/// What a site is made of.
#[derive(Debug, Default)]
pub struct SiteConfig {
    /// The package, served under `/pkg`.
    pub pkg: PathBuf,
    /// The folder of the page itself.
    pub root: Option<PathBuf>,
    /// More pages: path and HTML.
    pub pages: HashMap<String, String>,
    /// What answers where there is no folder, and no page.
    pub others: Option<Router>,
    /// Whether browsers may keep what they get. Else what was just built is what is looked at.
    pub is_cached: bool,
    /// What answers under `/aurous`.
    pub gateway: Option<Router>,
}

/// The address of a site that doesn't answer yet: a gateway has to know its page's origin before the
/// page is there.
#[derive(Debug)]
pub struct Door {
    listener: TcpListener,
    address: SocketAddr,
}

#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    recorder: Recorder,
    server: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    paths: Vec<String>,
    /// Files that answer 404 as often as this.
    missing: HashMap<String, u32>,
    pages: HashMap<String, String>,
    is_cached: bool,
}

impl Door {
    /// 0 takes a free port.
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

    /// # Errors
    /// The package was not built.
    pub fn open(self, config: SiteConfig) -> Result<Site> {
        ensure_built(&config.pkg)?;
        let seen = Arc::new(Mutex::new(Seen {
            pages: config.pages,
            is_cached: config.is_cached,
            ..Seen::default()
        }));
        let recorder = Recorder::default();
        let mut router = Router::new().nest_service("/pkg", ServeDir::new(&config.pkg));
        if let Some(root) = config.root {
            router = router.fallback_service(ServeDir::new(root));
        }
        if let Some(others) = config.others {
            router = router.merge(others);
        }
        let mut router = router.layer(middleware::from_fn_with_state(seen.clone(), answer));
        // Not below the layer: what goes to the gateway is recorded apart.
        if let Some(gateway) = config.gateway {
            router = router.nest("/aurous", recorder.before(gateway));
        }
        // The emulator's own way of serving, since some of its faults reset connections.
        let server = tokio::spawn(aurous_emulator::serve(self.listener, router, pending()));
        Ok(Site {
            address: self.address,
            seen,
            recorder,
            server,
        })
    }
}

impl Site {
    /// On a free port, for pages whose origin nobody needs to know.
    ///
    /// # Errors
    /// The package was not built.
    pub async fn start(config: SiteConfig) -> Result<Self> {
        Door::at(0).await?.open(config)
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

    /// The paths asked for so far, those under `/aurous` apart.
    pub fn paths(&self) -> Vec<String> {
        lock(&self.seen).paths.clone()
    }

    /// What pages sent to the gateway under `/aurous`.
    pub fn sent(&self) -> Vec<Sent> {
        self.recorder.sent()
    }

    /// A page more.
    pub fn add_page(&self, path: &str, html: &str) {
        lock(&self.seen)
            .pages
            .insert(path.to_owned(), html.to_owned());
    }

    /// Answers 404 to the next request for this path.
    pub fn lose_once(&self, path: &str) {
        lock(&self.seen).missing.insert(path.to_owned(), 1);
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(seen): State<Arc<Mutex<Seen>>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if let Some(early) = early_answer(&mut lock(&seen), path) {
        return early;
    }
    let mut response = next.run(request).await;
    let keep = if lock(&seen).is_cached {
        "max-age=3600"
    } else {
        "no-store"
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

fn early_answer(seen: &mut Seen, path: String) -> Option<Response> {
    let missing = seen.missing.get_mut(&path).filter(|left| **left > 0);
    let answer = if let Some(left) = missing {
        *left -= 1;
        Some(StatusCode::NOT_FOUND.into_response())
    } else {
        let page = seen.pages.get(&path).cloned();
        page.map(|html| ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
    };
    seen.paths.push(path);
    answer
}

fn ensure_built(pkg: &Path) -> Result<()> {
    ensure!(
        pkg.join("index.js").is_file(),
        "there is no package in {}: run `cargo xtask build`",
        pkg.display()
    );
    Ok(())
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
