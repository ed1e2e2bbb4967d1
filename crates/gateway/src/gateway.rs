//! The gateway as a whole.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::http::router::routes;
use crate::http::shared::Shared;
use crate::observe::admin;
use crate::server;

/// The gateway's routes, for an axum server of one's own: nest them where the pages look for them.
///
/// What only the program can do is then that server's business: a time for headers, small buffers,
/// a limit on connections, a drain that waits for creates, health and metrics. Addresses are known
/// where the server gives `ConnectInfo<SocketAddr>`; without, all visitors without a session count
/// as one.
///
/// ```
/// use aurous_gateway::{Config, Secret, Secrets, Settings};
///
/// let settings = Settings {
///     origins: vec!["https://app.example".into()],
///     ..Settings::default()
/// };
/// let secrets = Secrets {
///     api_key: Secret::new("al_live_0123456789abcdef"),
///     session: vec![Secret::new("a session secret of 32 bytes or more")],
///     sealing: vec![Secret::new("a sealing secret of 32 bytes or more")],
/// };
/// let config = Config::new(settings, secrets).unwrap();
/// let app: axum::Router = axum::Router::new().nest("/aurous", aurous_gateway::router(config));
/// ```
pub fn router(config: Config) -> Router {
    routes(Arc::new(Shared::new(config)), "/")
}

/// A running gateway: what the program is. Dropped, it stops at once; [`Gateway::drain`] lets what
/// runs come to its end.
pub struct Gateway {
    url: String,
    admin_url: String,
    stop: watch::Sender<bool>,
    draining: Arc<AtomicBool>,
    server: JoinHandle<()>,
    admin: JoinHandle<()>,
}

impl Gateway {
    /// Starts a gateway. Its addresses answer when this returns.
    ///
    /// # Errors
    /// Whatever binding an address may end in, `AddrInUse` above all.
    pub async fn start(mut config: Config) -> io::Result<Self> {
        let listener = bind(config.listen).await?;
        let admin_listener = bind(config.admin_listen).await?;
        let mount = config.mount.clone();
        // Whoever asks for the bare address was not led here by a name of someone else's.
        config.hosts.push(listener.local_addr()?.to_string());
        let url = format!("http://{}{}", listener.local_addr()?, mount);
        let admin_url = format!("http://{}", admin_listener.local_addr()?);

        let shared = Arc::new(Shared::new(config));
        let router = routes(Arc::clone(&shared), &mount);
        let draining = Arc::new(AtomicBool::new(false));
        let admin_routes = admin::routes(Arc::clone(&shared.metrics), Arc::clone(&draining));
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(server::serve(listener, router, shared, stopped));
        let admin = tokio::spawn(async move {
            if let Err(error) = axum::serve(admin_listener, admin_routes).await {
                tracing::error!(%error, "the admin address is not served any more");
            }
        });
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            admin_url,
            stop,
            draining,
            server,
            admin,
        })
    }

    /// Where clients find it: `http://127.0.0.1:8080/aurous`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where `/healthz`, `/readyz` and `/metrics` are: `http://127.0.0.1:8081`.
    pub fn admin_url(&self) -> &str {
        &self.admin_url
    }

    /// Stops: takes nothing new, and waits for what runs, creates included, as long as
    /// `--drain-timeout-ms` allows.
    pub async fn drain(mut self) {
        self.draining.store(true, Ordering::Relaxed);
        let _ = self.stop.send(true);
        // A server that panicked has stopped as well.
        let _ = (&mut self.server).await;
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.server.abort();
        self.admin.abort();
    }
}

async fn bind(address: std::net::SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })
}
