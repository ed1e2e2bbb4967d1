//! The emulator as a whole: three servers around one state.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use rand::{RngExt, rng};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::{EmulatorConfig, Settings};
use crate::fault::ScriptedFault;
use crate::http::{Shared, api, control, server, upload};
use crate::log::LoggedRequest;
use crate::state::{
    ApiKey, Foundation, KeyChange, MadeCharacter, Secret, Urls, World, new_api_key,
};

/// Where [`EmulatorConfig::open`] serves the API without a key.
pub const OPEN_PATH: &str = "/aurous";

/// A running emulator. It stops when it is dropped; [`Emulator::shutdown`] also waits for that.
pub struct Emulator {
    addresses: Addresses,
    shared: Arc<Shared>,
    servers: Vec<Server>,
}

/// Where an emulator answers, and to which key: what the program prints with `--json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// `http://127.0.0.1:<port>`, without a slash at the end; so are the others.
    pub api: String,
    pub upload: String,
    pub control: String,
    /// A valid API key.
    pub key: String,
}

struct Server {
    /// Dropped or used: the server stops.
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Emulator {
    /// Starts an emulator. Its addresses answer when this returns.
    ///
    /// # Errors
    /// `InvalidInput` where `bind` is not a loopback address; whatever binding a port may end in
    /// (`AddrInUse`, above all).
    pub async fn start(config: EmulatorConfig) -> io::Result<Self> {
        config.check()?;
        let bind = |port| TcpListener::bind(SocketAddr::new(config.bind, port));
        let api = bind(config.api_port).await?;
        let upload = bind(config.upload_port).await?;
        let control = bind(config.control_port).await?;

        let mut api_keys = config.api_keys.clone();
        if api_keys.is_empty() {
            api_keys.push(new_api_key(rng().random()));
        }
        let addresses = Addresses {
            api: url(&api)?,
            upload: url(&upload)?,
            control: url(&control)?,
            key: api_keys.first().cloned().unwrap_or_default(),
        };
        let world = World::new(Foundation {
            urls: Urls {
                api: addresses.api.clone(),
                upload: addresses.upload.clone(),
            },
            secret: Secret::new(rng().random()),
            settings: config.settings(),
            api_keys,
            seed: rng().random(),
        });
        let shared = Arc::new(Shared::new(world, config.open));
        let mut api_routes = api::router(Arc::clone(&shared));
        if config.open {
            api_routes = api_routes.nest(OPEN_PATH, api::open_router(Arc::clone(&shared)));
        }
        let control_routes = control::router(Arc::clone(&shared), addresses.clone());
        let servers = vec![
            Server::start(api, api_routes),
            Server::start(upload, upload::router(Arc::clone(&shared))),
            Server::start(control, control_routes),
        ];
        Ok(Self {
            addresses,
            shared,
            servers,
        })
    }

    /// The API: `http://127.0.0.1:<port>`.
    pub fn api_url(&self) -> &str {
        &self.addresses.api
    }

    /// The upload host: `http://127.0.0.1:<port>`.
    pub fn upload_url(&self) -> &str {
        &self.addresses.upload
    }

    /// The control origin: `http://127.0.0.1:<port>`.
    pub fn control_url(&self) -> &str {
        &self.addresses.control
    }

    /// A key that the API takes: the first of those it was started with.
    pub fn api_key(&self) -> &str {
        &self.addresses.key
    }

    /// All of the above.
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The API without a key and with CORS, as [`EmulatorConfig::open`] serves it, to be nested in
    /// a server of one's own: `Router::new().nest("/aurous", emulator.open_router())`. From the
    /// first call on, pages may PUT to the upload host, as with `open`. Served by [`crate::serve`],
    /// its faults can reset connections.
    pub fn open_router(&self) -> Router {
        self.shared.open();
        api::open_router(Arc::clone(&self.shared))
    }

    /// Every request seen so far, in order of arrival.
    pub fn log(&self) -> Vec<LoggedRequest> {
        self.shared.log.requests()
    }

    /// Forgets the requests seen so far.
    pub fn clear_log(&self) {
        self.shared.log.clear();
    }

    /// Every character that was made and not deleted, of all teams, the oldest first.
    pub fn characters(&self) -> Vec<MadeCharacter> {
        self.shared.world().made()
    }

    /// The clock that everything expires and ripens by.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Adds a fault to those still to come.
    ///
    /// # Panics
    /// Where a made-up answer cannot be sent: a status outside 200 to 599, a header that is none.
    pub fn inject(&self, fault: ScriptedFault) {
        if let Err(why) = fault.fault.check() {
            panic!("this fault cannot happen: {why}");
        }
        self.shared.inject(fault);
    }

    /// The faults still to come.
    pub fn faults(&self) -> Vec<ScriptedFault> {
        self.shared.faults()
    }

    /// Forgets the faults still to come.
    pub fn clear_faults(&self) {
        self.shared.clear_faults();
    }

    /// The switches as they stand.
    pub fn settings(&self) -> Settings {
        self.shared.world().settings().clone()
    }

    /// Turns switches: `emulator.change_settings(|settings| settings.rate_limits = false)`.
    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.settings();
        change(&mut settings);
        self.shared.world().change_settings(settings);
    }

    /// Makes a key, of another team perhaps, or changes one (revokes it, takes scopes away).
    pub fn change_key(&self, change: KeyChange) -> ApiKey {
        self.shared.world().change_key(change)
    }

    /// As freshly started: no uploads, no characters, full buckets, no faults, an empty log, real
    /// time, the switches and keys it was started with. Addresses stay.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Stops, and waits until the ports are free and every connection is closed: at most half a
    /// second for requests that are being handled.
    pub async fn shutdown(self) {
        let (stops, tasks): (Vec<_>, Vec<_>) = self
            .servers
            .into_iter()
            .map(|it| (it.stop, it.task))
            .unzip();
        drop(stops);
        for task in tasks {
            // A server that panicked has stopped as well.
            let _ = task.await;
        }
    }
}

impl Server {
    fn start(listener: TcpListener, router: Router) -> Self {
        let (stop, stopped) = oneshot::channel();
        let stopped = async move {
            // Whether it is told to or the sender is dropped.
            let _ = stopped.await;
        };
        Self {
            stop,
            task: tokio::spawn(server::serve(listener, router, stopped)),
        }
    }
}

fn url(listener: &TcpListener) -> io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}
