//! A running emulator: three servers around one state.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use aurous_emulator_core::{
    ApiKey, CharacterSnapshot, Emulation, EntryPoint, KeyChange, LoggedRequest, OPEN_PATH,
    RuntimeSettings, ScriptedFault, Setup, Urls,
};
use axum::Router;
use rand::{RngExt, rng};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::addresses::Addresses;
use crate::clock::Clock;
use crate::config::EmulatorConfig;
use crate::http::{origins, server};
use crate::running::Running;

/// A running emulator. Dropping it stops it; [`Emulator::shutdown`] also waits for the end.
pub struct Emulator {
    addresses: Addresses,
    running: Running,
    servers: Vec<Server>,
}

struct Server {
    /// Stops the server when it is used or dropped.
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Emulator {
    /// Starts an emulator. Its addresses accept connections when this returns.
    ///
    /// # Errors
    /// `InvalidInput` where `bind` is not a loopback address; another error where a port cannot be
    /// bound, `AddrInUse` most often.
    pub async fn start(config: impl Into<EmulatorConfig>) -> io::Result<Self> {
        let config = config.into();
        config.check()?;
        let bind = |port| TcpListener::bind(SocketAddr::new(config.bind, port));
        let api = bind(config.api_port).await?;
        let upload = bind(config.upload_port).await?;
        let control = bind(config.control_port).await?;

        let urls = Urls {
            api: url(&api)?,
            upload: url(&upload)?,
        };
        let emulation = Arc::new(Emulation::new(Setup {
            urls: urls.clone(),
            api_keys: config.api_keys.clone(),
            settings: config.settings.clone(),
            seed: rng().random(),
        }));
        let addresses = Addresses {
            api: urls.api,
            upload: urls.upload,
            control: url(&control)?,
            key: emulation.api_key().to_owned(),
        };
        let running = Running {
            clock: Clock::start(Arc::clone(&emulation)),
            emulation,
        };
        let origin = |entry_point| origins::origin(running.clone(), entry_point);
        let mut api_routes = origin(EntryPoint::Api);
        if config.open {
            running.emulation.open();
            api_routes = api_routes.nest(OPEN_PATH, origin(EntryPoint::Open));
        }
        let control_routes = origins::control(running.clone(), addresses.clone());
        let servers = vec![
            Server::start(api, api_routes),
            Server::start(upload, origin(EntryPoint::Upload)),
            Server::start(control, control_routes),
        ];
        Ok(Self {
            addresses,
            running,
            servers,
        })
    }

    /// Returns the URL of the API: `http://127.0.0.1:<port>`.
    pub fn api_url(&self) -> &str {
        &self.addresses.api
    }

    /// Returns the URL of the upload host: `http://127.0.0.1:<port>`.
    pub fn upload_url(&self) -> &str {
        &self.addresses.upload
    }

    /// Returns the URL of the control origin: `http://127.0.0.1:<port>`.
    pub fn control_url(&self) -> &str {
        &self.addresses.control
    }

    /// Returns the first of the keys that the emulator was started with.
    pub fn api_key(&self) -> &str {
        &self.addresses.key
    }

    /// Returns all URLs and the key.
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Returns the API without a key and with CORS, as [`EmulatorConfig::open`] serves it, to nest in
    /// another server: `Router::new().nest("/aurous", emulator.open_router())`. From the first call
    /// on, pages may PUT to the upload host, as with `open`. If [`crate::serve`] serves the router,
    /// faults can reset its connections.
    pub fn open_router(&self) -> Router {
        self.running.emulation.open();
        origins::origin(self.running.clone(), EntryPoint::Open)
    }

    /// Returns every request so far, in order of arrival.
    pub fn log(&self) -> Vec<LoggedRequest> {
        self.running.emulation.log()
    }

    /// Forgets the requests so far.
    pub fn clear_log(&self) {
        self.running.emulation.clear_log();
    }

    /// Returns every character of all teams that was made and not deleted, the oldest first.
    pub fn characters(&self) -> Vec<CharacterSnapshot> {
        self.running.emulation.characters()
    }

    /// Returns the clock by which everything expires and ends.
    pub fn clock(&self) -> &Clock {
        &self.running.clock
    }

    /// Adds a fault to those that are still to come.
    ///
    /// # Panics
    /// A made-up response cannot be sent: its status is not from 200 to 599, or its code or a
    /// header is invalid.
    pub fn inject(&self, fault: ScriptedFault) {
        if let Err(problem) = self.running.emulation.inject(fault) {
            panic!("this fault cannot happen: {problem}");
        }
    }

    /// Returns the faults that are still to come.
    pub fn faults(&self) -> Vec<ScriptedFault> {
        self.running.emulation.faults()
    }

    /// Forgets the faults that are still to come.
    pub fn clear_faults(&self) {
        self.running.emulation.clear_faults();
    }

    /// Returns the current settings.
    pub fn settings(&self) -> RuntimeSettings {
        self.running.emulation.settings()
    }

    /// Changes settings: `emulator.change_settings(|settings| settings.rate_limits = false)`.
    pub fn change_settings(&self, change: impl FnOnce(&mut RuntimeSettings)) {
        let mut settings = self.settings();
        change(&mut settings);
        self.running.emulation.change_settings(settings);
    }

    /// Makes a key, for another team if need be, or changes one: revokes it, or changes its scopes.
    pub fn change_key(&self, change: KeyChange) -> ApiKey {
        self.running.emulation.change_key(change)
    }

    /// Resets the emulator to its start: no uploads, no characters, full buckets, no faults, an empty
    /// log, real time, and the settings and keys of the start. The addresses stay.
    pub fn reset(&self) {
        self.running.emulation.reset();
    }

    /// Stops the emulator, and waits until its ports are free and its connections closed. Requests that
    /// are being handled have half a second to finish.
    pub async fn shutdown(self) {
        let (stops, tasks): (Vec<_>, Vec<_>) = self
            .servers
            .into_iter()
            .map(|it| (it.stop, it.task))
            .unzip();
        drop(stops);
        for task in tasks {
            // An error here means that the server panicked, so it has stopped.
            let _ = task.await;
        }
    }
}

impl Server {
    fn start(listener: TcpListener, router: Router) -> Self {
        let (stop, stopped) = oneshot::channel();
        let stopped = async move {
            // Ends when the sender is used or dropped.
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
