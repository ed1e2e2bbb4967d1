//! A real Redis or Valkey server, with the configuration of `deploy/replicas`.

use std::fs;
use std::process::{Child, Command, Stdio};

use redis::{Commands as _, Connection};
use tempfile::TempDir;

use crate::harness::proxy::free_port;
use crate::harness::until;

const CERTIFICATE: &str = "certificate.pem";

const CONFIG: &str = include_str!("../../../../../deploy/replicas/redis.conf");

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
        Self::start_with(tempfile::tempdir().unwrap(), "", None)
    }

    pub fn start_with_password(password: &'static str) -> Self {
        let more = format!("requirepass \"{password}\"");
        Self::start_with(tempfile::tempdir().unwrap(), &more, Some(password))
    }

    /// Starts a server that also takes TLS, with a certificate of its own.
    pub fn start_with_tls() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let (certificate, key) = (
            folder.path().join(CERTIFICATE),
            folder.path().join("key.pem"),
        );
        fs::write(&certificate, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let (certificate, key) = (certificate.display(), key.display());
        let port = free_port();
        let more = format!(
            "tls-port {port}\ntls-cert-file {certificate}\ntls-key-file {key}\ntls-ca-cert-file {certificate}\ntls-auth-clients no"
        );
        let mut server = Self::start_with(folder, &more, None);
        server.url = format!("rediss://127.0.0.1:{port}");
        server
    }

    fn start_with(folder: TempDir, more_config: &str, password: Option<&'static str>) -> Self {
        let config = [CONFIG, more_config].join("\n");
        fs::write(folder.path().join("redis.conf"), config).unwrap();
        let port = free_port().to_string();
        let server = Self {
            child: spawn(&port, &folder),
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

    /// Returns the file with the certificate of a server that takes TLS.
    pub fn certificate(&self) -> String {
        let path = self.folder.path().join(CERTIFICATE);
        path.to_str().unwrap().to_owned()
    }

    /// Kills the server, as a crash does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts the server again where it was, with what its append-only file holds.
    pub fn start_again(&mut self) {
        self.child = spawn(&self.port, &self.folder);
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
        let mut url = url::Url::parse(&format!("redis://127.0.0.1:{}", self.port)).unwrap();
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

fn spawn(port: &str, folder: &TempDir) -> Child {
    let programs = ["redis-server", "valkey-server"];
    let mut child = programs.into_iter().filter_map(|program| {
        Command::new(program)
            .arg(folder.path().join("redis.conf"))
            .args(["--port", port, "--bind", "127.0.0.1", "--dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .ok()
    });
    child.next().expect("redis-server or valkey-server on PATH")
}
