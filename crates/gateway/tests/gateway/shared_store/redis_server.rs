//! A real Redis or Valkey server, with the configuration of `deploy/replicas`.

use std::fs;
use std::process::{Child, Command, Stdio};

use redis::{Commands as _, Connection};
use tempfile::TempDir;

use crate::harness::proxy::free_port;
use crate::harness::until;

/// A server that is killed when it is dropped.
pub struct RedisServer {
    child: Child,
    folder: TempDir,
    port: String,
    url: String,
    password: Option<&'static str>,
}

impl RedisServer {
    pub fn start() -> Self {
        Self::start_with(None)
    }

    pub fn start_with(password: Option<&'static str>) -> Self {
        let port = free_port().to_string();
        let folder = tempfile::tempdir().unwrap();
        let server = Self {
            child: spawn(&port, &folder, password),
            folder,
            url: format!("redis://127.0.0.1:{port}"),
            port,
            password,
        };
        server.until_it_answers();
        server
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Kills the server, as a crash does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts the server again where it was, with what its append-only file holds.
    pub fn start_again(&mut self) {
        self.child = spawn(&self.port, &self.folder, self.password);
        self.until_it_answers();
    }

    /// Suspends the server: it keeps its connections, and answers nothing.
    pub fn suspend(&self) {
        self.signal("STOP");
    }

    pub fn resume(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(status.unwrap().success());
    }

    pub fn connect(&self) -> Connection {
        self.try_connect().unwrap()
    }

    /// Returns every key with its text and the milliseconds that are left of it.
    pub fn entries(&self) -> Vec<(String, String, i64)> {
        let mut connection = self.connect();
        let keys: Vec<String> = connection.keys("*").unwrap();
        let entry = |key: String| {
            let text: Option<String> = connection.get(&key).unwrap();
            let ttl_ms: i64 = connection.pttl(&key).unwrap();
            // It may have expired since.
            Some((key, text?, ttl_ms))
        };
        keys.into_iter().filter_map(entry).collect()
    }

    fn try_connect(&self) -> Option<Connection> {
        let mut url = url::Url::parse(&self.url).unwrap();
        url.set_password(self.password).unwrap();
        let client = redis::Client::open(url).unwrap();
        let mut connection = client.get_connection().ok()?;
        let answer = redis::cmd("PING").query::<String>(&mut connection);
        answer.is_ok().then_some(connection)
    }

    fn until_it_answers(&self) {
        drop(until("the store answers", || self.try_connect()));
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const CONFIG: &str = include_str!("../../../../../deploy/replicas/redis.conf");

fn spawn(port: &str, folder: &TempDir, password: Option<&str>) -> Child {
    let config = folder.path().join("redis.conf");
    fs::write(&config, CONFIG).unwrap();
    let programs = ["redis-server", "valkey-server"];
    let mut child = programs.into_iter().filter_map(|program| {
        Command::new(program)
            .arg(&config)
            .args(["--port", port, "--bind", "127.0.0.1", "--dir"])
            .arg(folder.path())
            .args(password.iter().flat_map(|it| ["--requirepass", *it]))
            .stdout(Stdio::null())
            .spawn()
            .ok()
    });
    child.next().expect("redis-server or valkey-server on PATH")
}
