//! The whole gateway: as a router for another server, and as a running one.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::config::{Config, ProgramConfig, ServerLimits};
use crate::http::router::routes;
use crate::http::state::{GatewayState, Surroundings};
use crate::observe::admin;
use crate::observe::trace::Traces;
use crate::open_files::fit_connections;
use crate::server::{self, Listener, WaitLimits};
use crate::store::Store;

/// The most connections that wait in the kernel until the gateway takes them. The kernel drops those above
/// it, whose clients try again after a second. tokio's own 128 are too few for a burst of visitors. Linux
/// allows at most `net.core.somaxconn`.
const ACCEPT_QUEUE: u32 = 4096;

/// Makes the gateway's routes, to nest in an axum server where the pages look for them.
///
/// That server must then do what only the program can: limit the time for headers, the buffers and
/// the connections; wait for creates before it ends; serve health and metrics. The gateway knows a
/// visitor's address if the server provides `ConnectInfo<SocketAddr>`. Otherwise all visitors without
/// a session count as one.
///
/// ```no_run
/// use aurous_gateway::{Config, Settings};
///
/// let settings = Settings {
///     origins: vec!["https://app.example".into()],
///     ..Settings::default()
/// };
/// // AUROUS_API_KEY, AUROUS_SESSION_SECRETS and AUROUS_SEALING_SECRETS
/// let secrets = aurous_gateway::secrets_from_environment(|name| std::env::var(name).ok())?;
/// let config = Config::new(&settings, secrets)?;
/// let app: axum::Router = axum::Router::new().nest("/aurous", aurous_gateway::router(config));
/// # Ok::<(), aurous_gateway::ConfigErrors>(())
/// ```
pub fn router(mut config: Config) -> Router {
    config.mount_at_root();
    // It has no late refusals of its own: a limit on them is one on connections.
    let limits = ServerLimits::default();
    routes(Arc::new(GatewayState::new(
        config,
        limits,
        Surroundings::default(),
    )))
}

/// A running gateway, which is what the program runs. Dropping it stops it at once;
/// [`Gateway::drain`] lets running requests finish.
pub struct Gateway {
    url: String,
    admin_url: String,
    state: Arc<GatewayState>,
    shutdown: watch::Sender<bool>,
    draining: Arc<AtomicBool>,
    server: JoinHandle<()>,
    admin: JoinHandle<()>,
}

impl Gateway {
    /// Starts a gateway. Its addresses accept connections when this returns.
    ///
    /// # Errors
    /// An address cannot be bound: `AddrInUse`, most often. Or this process may have too few open
    /// files.
    pub async fn start(mut config: ProgramConfig) -> io::Result<Self> {
        fit_connections(&mut config.limits)?;
        let listener = bind(config.listen)?;
        let admin_listener = bind(config.admin_listen)?;
        let mount = config.gateway.mount().to_owned();
        // A request for the bare address comes by no foreign name, so it cannot be DNS rebinding.
        config.gateway.add_host(&listener.local_addr()?.to_string());
        let url = format!("http://{}{}", listener.local_addr()?, mount);
        let admin_url = format!("http://{}", admin_listener.local_addr()?);

        let admin_limits = WaitLimits::new(&config.limits, config.gateway.limits());
        let metrics = Arc::default();
        let store = match &config.store {
            Some(store) => Some(Store::open(store, Arc::clone(&metrics)).await),
            None => None,
        };
        let traces = match &config.otlp_endpoint {
            Some(endpoint) => Traces::start(endpoint)?,
            None => Traces::default(),
        };
        let surroundings = Surroundings {
            metrics,
            store,
            traces,
        };
        let state = GatewayState::new(config.gateway, config.limits, surroundings);
        let state = Arc::new(state);
        let router = routes(Arc::clone(&state));
        let draining = Arc::new(AtomicBool::new(false));
        let admin_routes = admin::routes(
            Arc::clone(&state),
            Arc::clone(&draining),
            config.admin_hosts,
        );
        let (shutdown, shutdown_receiver) = watch::channel(false);
        let listener = Listener::new(listener, shutdown_receiver.clone())?;
        let server = server::serve(listener, router, Arc::clone(&state), shutdown_receiver);
        let server = tokio::spawn(server);
        let admin = tokio::spawn(server::serve_admin(
            admin_listener,
            admin_routes,
            admin_limits,
        ));
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            admin_url,
            state,
            shutdown,
            draining,
            server,
            admin,
        })
    }

    /// Returns the URL for clients: `http://127.0.0.1:8080/aurous`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the URL of `/healthz`, `/readyz` and `/metrics`: `http://127.0.0.1:8081`.
    pub fn admin_url(&self) -> &str {
        &self.admin_url
    }

    /// Stops the gateway: is no longer ready, and still serves everything for `--shutdown-delay-ms`. Then
    /// takes no new connection, and waits for running requests and creates, at most for
    /// `--drain-timeout-ms`. Then sends the spans that wait, for at most a second.
    pub async fn drain(&mut self) {
        self.draining.store(true, Ordering::Relaxed);
        sleep(self.state.limits.shutdown_delay).await;
        let _ = self.shutdown.send(true);
        // An error here means that the server panicked, so it has stopped.
        let _ = (&mut self.server).await;
        self.state.traces.finish().await;
    }

    /// Stops the gateway at once, and logs what this cuts off.
    pub fn cut_off(self) {
        self.state.log_cut_off();
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.server.abort();
        self.admin.abort();
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    listen(address).map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // A gateway that starts again must not wait until the system has forgotten its old connections. On
    // Windows, this option would let another program take the address.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    socket.listen(ACCEPT_QUEUE)
}
