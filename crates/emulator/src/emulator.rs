//! The emulator as a whole: three servers around one state.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use rand::{RngExt, rng};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::addresses::Addresses;
use crate::clock::Clock;
use crate::config::{EmulatorConfig, Settings};
use crate::emulation::Emulation;
use crate::fault::ScriptedFault;
use crate::http::{api, control, server, upload};
use crate::log::LoggedRequest;
use crate::state::signature::Secret;
use crate::state::team::{ApiKey, KeyChange};
use crate::state::world::{Foundation, MadeCharacter, Urls, World, new_api_key};

/// Where [`EmulatorConfig::open`] serves the API without a key.
pub const OPEN_PATH: &str = "/aurous";

/// A running emulator. It stops when it is dropped; [`Emulator::shutdown`] also waits for that.
pub struct Emulator {
    addresses: Addresses,
    emulation: Arc<Emulation>,
    servers: Vec<Server>,
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
        let emulation = Arc::new(Emulation::new(world, config.open));
        let mut api_routes = api::router(Arc::clone(&emulation));
        if config.open {
            api_routes = api_routes.nest(OPEN_PATH, api::open_router(Arc::clone(&emulation)));
        }
        let control_routes = control::router(Arc::clone(&emulation), addresses.clone());
        let servers = vec![
            Server::start(api, api_routes),
            Server::start(upload, upload::router(Arc::clone(&emulation))),
            Server::start(control, control_routes),
        ];
        Ok(Self {
            addresses,
            emulation,
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
        self.emulation.open();
        api::open_router(Arc::clone(&self.emulation))
    }

    /// Every request seen so far, in order of arrival.
    pub fn log(&self) -> Vec<LoggedRequest> {
        self.emulation.log.requests()
    }

    /// Forgets the requests seen so far.
    pub fn clear_log(&self) {
        self.emulation.log.clear();
    }

    /// Every character that was made and not deleted, of all teams, the oldest first.
    pub fn characters(&self) -> Vec<MadeCharacter> {
        self.emulation.world().made()
    }

    /// The clock that everything expires and ripens by.
    pub fn clock(&self) -> &Clock {
        &self.emulation.clock
    }

    /// Adds a fault to those still to come.
    ///
    /// # Panics
    /// Where a made-up answer cannot be sent: a status outside 200 to 599, a header that is none.
    pub fn inject(&self, fault: ScriptedFault) {
        if let Err(why) = fault.fault.check() {
            panic!("this fault cannot happen: {why}");
        }
        self.emulation.inject(fault);
    }

    /// The faults still to come.
    pub fn faults(&self) -> Vec<ScriptedFault> {
        self.emulation.faults()
    }

    /// Forgets the faults still to come.
    pub fn clear_faults(&self) {
        self.emulation.clear_faults();
    }

    /// The switches as they stand.
    pub fn settings(&self) -> Settings {
        self.emulation.world().settings().clone()
    }

    /// Turns switches: `emulator.change_settings(|settings| settings.rate_limits = false)`.
    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.settings();
        change(&mut settings);
        self.emulation.world().change_settings(settings);
    }

    /// Makes a key, of another team perhaps, or changes one (revokes it, takes scopes away).
    pub fn change_key(&self, change: KeyChange) -> ApiKey {
        self.emulation.world().change_key(change)
    }

    /// As freshly started: no uploads, no characters, full buckets, no faults, an empty log, real
    /// time, the switches and keys it was started with. Addresses stay.
    pub fn reset(&self) {
        self.emulation.reset();
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
