//! The gateway's real program before an emulator, with requests to send and assertions to make.

use std::cell::RefCell;
use std::process::Command;
use std::sync::Arc;

use aurous_emulator::{Emulator, EntryPoint, LoggedRequest, Operation, RuntimeSettings};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::answer::Answer;
use super::connection::Connection;
use super::program::{self, Program};
use super::request::Request;
use super::spill::Spill;
use super::until;
use super::visitor::{SEALING_SECRETS, SESSION_SECRETS, sealing, session, upload_token};
use crate::target::HAS_METRICS;

pub const PAGE: &str = "https://app.example";
pub const HOST: &str = "app.example";
pub const JPEG: &[u8] = include_bytes!("../../../../../samples/front.jpg");
pub const INIT: &str = "/v1/characters/uploads/init";
pub const CLASSIFY: &str = "/v1/characters/uploads/classify";
pub const CHARACTERS: &str = "/v1/characters";

pub struct Stage {
    program: RefCell<Program>,
    pub spill: Arc<Spill>,
    emulator: Emulator,
    /// The URL that the gateway calls as the API: the emulator's, or another upstream's.
    api_url: String,
    seen: RefCell<Vec<LoggedRequest>>,
    finished: bool,
    /// Last, so that it is dropped after the things that it runs.
    _runtime: Runtime,
}

/// The setup of a stage.
#[derive(Default)]
pub struct Setup<'a> {
    pub flags: &'a [&'a str],
    pub environment: &'a [(&'a str, &'a str)],
    /// The URL of the API and the upload host, in place of the emulator's.
    pub upstream: Option<&'a str>,
    pub emulator: RuntimeSettings,
    /// A line that the gateway's shell carries out before it starts the gateway: `ulimit -n 256`.
    pub shell_line: Option<&'a str>,
    /// Starts the gateway without session secrets, which requires the flag `--allow-anonymous`.
    pub no_sessions: bool,
}

/// A ticket as the gateway issued it.
#[derive(Clone, Debug)]
pub struct Ticket {
    pub upload_id: String,
    pub token: String,
}

impl Stage {
    pub fn new() -> Self {
        Self::with_flags(&[])
    }

    pub fn with_flags(flags: &[&str]) -> Self {
        Self::start(Setup {
            flags,
            ..Setup::default()
        })
    }

    /// Starts the gateway before another API and upload host than the emulator.
    pub fn before(upstream: &str, flags: &[&str]) -> Self {
        Self::start(Setup {
            flags,
            upstream: Some(upstream),
            ..Setup::default()
        })
    }

    pub fn start(setup: Setup<'_>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let emulator = runtime.block_on(Emulator::start(setup.emulator)).unwrap();
        let spill = Arc::new(Spill::default());
        for secret in SESSION_SECRETS.iter().chain(&SEALING_SECRETS) {
            spill.keep_secret(secret);
        }
        spill.keep_secret(emulator.api_key());
        let api_url = setup.upstream.unwrap_or(emulator.api_url()).to_owned();
        let upload_url = setup.upstream.unwrap_or(emulator.upload_url());
        let mut command = command(emulator.api_key());
        if setup.no_sessions {
            command.env_remove("AUROUS_SESSION_SECRETS");
        }
        command.args(["--origin", PAGE, "--api-url", &api_url]);
        command
            .args(["--upload-origin", upload_url])
            .args(setup.flags);
        command.envs(setup.environment.iter().copied());
        if let Some(line) = setup.shell_line {
            command = program::after_shell_line(line, &command);
        }
        Self {
            program: RefCell::new(Program::start(&mut command, &spill)),
            spill,
            emulator,
            api_url,
            seen: RefCell::default(),
            finished: false,
            _runtime: runtime,
        }
    }

    /// Starts another gateway before the same emulator. It ends when it is dropped.
    pub fn start_another(&self, flags: &[&str], environment: &[(&str, &str)]) -> Program {
        self.start_another_at("127.0.0.1:0", flags, environment)
    }

    /// Starts another gateway at this address.
    pub fn start_another_at(
        &self,
        address: &str,
        flags: &[&str],
        environment: &[(&str, &str)],
    ) -> Program {
        let mut command = command(self.emulator.api_key());
        command
            .args(["--origin", PAGE, "--api-url", &self.api_url])
            .args(["--upload-origin", self.emulator.upload_url()])
            .args(flags)
            .envs(environment.iter().copied());
        Program::start_at(address, &mut command, &self.spill)
    }

    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    pub fn program(&self) -> std::cell::RefMut<'_, Program> {
        self.program.borrow_mut()
    }

    /// Returns the sealing keys of this deployment.
    pub fn sealing(&self) -> aurous_gateway::seal::SealingKeys {
        sealing(&SEALING_SECRETS, &self.api_url)
    }

    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    // Requests that a page sends.

    pub fn bare(&self, method: &str, path: &str) -> Request {
        Request::new(method, &format!("/aurous{path}"))
            .header("Host", HOST)
            .header("Connection", "close")
            .header("Origin", PAGE)
    }

    /// Makes a request of Alice's.
    pub fn request(&self, method: &str, path: &str) -> Request {
        self.bare(method, path)
            .header("Authorization", &self.bearer("alice"))
    }

    pub fn bearer(&self, subject: &str) -> String {
        self.bearing(&session(subject))
    }

    pub fn bearing(&self, token: &str) -> String {
        self.spill.keep_secret(token);
        format!("Bearer {token}")
    }

    pub fn init(&self) -> Request {
        self.request("POST", INIT).json(
            &json!({ "filename": "front.jpg", "extension": "jpg", "content_type": "image/jpeg" }),
        )
    }

    /// Makes an init that announces the bytes of the file.
    pub fn init_of(&self, size: &Value) -> Request {
        self.request("POST", INIT).json(&json!({
            "filename": "front.jpg",
            "extension": "jpg",
            "content_type": "image/jpeg",
            "size": size,
        }))
    }

    pub fn put(&self, token: &str, bytes: impl Into<Vec<u8>>) -> Request {
        self.bare("PUT", &format!("/uploads/{token}"))
            .body("image/jpeg", bytes)
    }

    /// Sends half of a PUT on this connection, and returns once the upload host has its head.
    #[track_caller]
    pub fn begin_put(&self, mut connection: Connection, put: &Request) -> Connection {
        let puts = |seen: &[LoggedRequest]| {
            let puts = seen.iter().filter(|it| it.operation == Operation::Put);
            puts.count()
        };
        let before = puts(&self.upstream());
        connection.send(&put.head()).unwrap();
        connection.send(&put.body[..put.body.len() / 2]).unwrap();
        self.until_upstream("a PUT", |seen| puts(seen) > before);
        connection
    }

    /// Sends the other half.
    #[track_caller]
    pub fn end_put(&self, connection: &mut Connection, put: &Request) {
        connection.send(&put.body[put.body.len() / 2..]).unwrap();
    }

    pub fn classify(&self, upload_id: &str) -> Request {
        let body = json!({ "upload_id": upload_id });
        self.request("POST", CLASSIFY).json(&body)
    }

    pub fn create(&self, key: &str, upload_ids: &[&str]) -> Request {
        self.create_of(key, &json!({ "name": "Aurora", "upload_ids": upload_ids }))
    }

    pub fn create_of(&self, key: &str, body: &Value) -> Request {
        self.request("POST", CHARACTERS)
            .header("Idempotency-Key", key)
            .json(body)
    }

    pub fn get(&self, id: &str) -> Request {
        self.request("GET", &format!("{CHARACTERS}/{id}"))
    }

    pub fn save(&self, id: &str) -> Request {
        self.request("POST", &format!("{CHARACTERS}/{id}/save"))
            .header("Content-Length", "0")
    }

    /// Makes a good request that leads to this operation upstream.
    pub fn leading_to(&self, operation: Operation) -> Request {
        match operation {
            Operation::Init => self.init(),
            Operation::Put => self.put(&self.ticket().token, JPEG),
            Operation::Classify => self.classify(&self.uploaded()),
            Operation::Create => self.create("a-key-of-more-than-16", &[&self.uploaded()]),
            Operation::Get => self.get(&self.character()),
            Operation::Save => self.save(&self.character()),
            operation => panic!("no request for {operation:?}"),
        }
    }

    // Preparations.

    #[track_caller]
    pub fn ticket(&self) -> Ticket {
        self.ticket_by(&self.init())
    }

    #[track_caller]
    pub fn ticket_by(&self, init: &Request) -> Ticket {
        self.read_ticket(&self.send(init))
    }

    /// Reads the ticket of a response to an init.
    #[track_caller]
    pub fn read_ticket(&self, answer: &Answer) -> Ticket {
        answer.assert_status(201);
        let url = answer.text("/upload_url");
        Ticket {
            upload_id: answer.text("/upload_id"),
            token: url.strip_prefix("uploads/").unwrap().to_owned(),
        }
    }

    /// Mints a ticket for a file of this many bytes.
    #[track_caller]
    pub fn ticket_of(&self, size: usize) -> Ticket {
        self.ticket_by(&self.init_of(&json!(size)))
    }

    /// Uploads bytes as Alice, and returns the upload's id.
    #[track_caller]
    pub fn uploaded(&self) -> String {
        self.uploaded_by("alice")
    }

    #[track_caller]
    pub fn uploaded_by(&self, subject: &str) -> String {
        let init = self.init().with("Authorization", &self.bearer(subject));
        let ticket = self.ticket_by(&init);
        self.send(&self.put(&ticket.token, JPEG)).assert_status(200);
        ticket.upload_id
    }

    /// Makes a character as Alice, and returns its id.
    #[track_caller]
    pub fn character(&self) -> String {
        self.character_by("alice")
    }

    #[track_caller]
    pub fn character_by(&self, subject: &str) -> String {
        let create = self.create("the-key-of-a-character", &[&self.uploaded_by(subject)]);
        let answer = self.send(&create.with("Authorization", &self.bearer(subject)));
        answer.assert_status(201).text("/id")
    }

    /// Makes an upload token of this deployment's for any URL.
    pub fn token_for(&self, url: &str) -> String {
        let token = upload_token(&self.sealing(), url, super::visitor::now() + 600);
        self.spill.keep_secret(&token);
        token
    }

    // Sending.

    pub fn connect(&self) -> Connection {
        Connection::open(&self.program().gateway, &self.spill).unwrap()
    }

    #[track_caller]
    pub fn send(&self, request: &Request) -> Answer {
        self.connect().exchange(request)
    }

    /// Returns the body of a 2xx response of the admin address.
    pub fn admin(&self, path: &str) -> Option<String> {
        admin(&self.program().admin, path)
    }

    /// Returns the value of a metric, 0 where there is none. `name` has all labels:
    /// `aurous_gateway_connections`.
    pub fn metric(&self, name: &str) -> u64 {
        let metrics = self.admin("/metrics").unwrap();
        let mut lines = metrics.lines();
        let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.map_or(0, |value| value.parse().unwrap())
    }

    // Results.

    /// Returns the requests upstream since the last [`Self::forget_upstream`].
    pub fn upstream(&self) -> Vec<LoggedRequest> {
        self.emulator.log()
    }

    pub fn forget_upstream(&self) {
        self.seen.borrow_mut().extend(self.emulator.log());
        self.emulator.clear_log();
    }

    #[track_caller]
    pub fn assert_upstream(&self, operations: &[Operation]) {
        let seen: Vec<_> = self.upstream().iter().map(|it| it.operation).collect();
        assert_eq!(seen, operations);
    }

    /// Asserts a refusal of the gateway's, with the common headers and a line in the log.
    #[track_caller]
    pub fn assert_refused(&self, answer: &Answer, status: u16, code: &str) {
        answer.assert_refusal(status, code);
        self.assert_logged(answer, code);
    }

    /// Asserts the common headers and a line in the log. `code` is empty for a response of the API's.
    #[track_caller]
    pub fn assert_logged(&self, answer: &Answer, code: &str) {
        answer.assert_common_headers(PAGE);
        let line = self.program().logged(answer.header("aurous-request-id"));
        assert_eq!(line["status"], answer.status, "{line}");
        assert_eq!(line["code"], code, "{line}");
    }

    /// Asserts that the one request of this method and status was logged and counted as one whose client
    /// has gone.
    #[track_caller]
    pub fn assert_client_gone(&self, method: &str) {
        let is_it = |line: &Value| line["code"] == "gateway_client_gone";
        let line = self.program().find(is_it).expect("a line in the log");
        assert_eq!(
            (&line["status"], &line["method"]),
            (&json!(499), &json!(method)),
            "{line}"
        );
        if HAS_METRICS {
            let metrics = self.admin("/metrics").unwrap();
            let counted = metrics.lines().find(|it| it.contains("status=\"499\""));
            let counted = counted.expect("a counter");
            assert!(
                counted.contains("code=\"gateway_client_gone\"") && counted.ends_with(" 1"),
                "{counted}"
            );
        }
        let answered = self.program().lines().into_iter();
        let puts = answered.filter(|it| it["method"] == method && it["status"] != 201);
        assert_eq!(puts.count(), 1, "each request has one line");
    }

    #[track_caller]
    pub fn until_upstream(&self, what: &str, is_so: impl Fn(&[LoggedRequest]) -> bool) {
        until(what, || is_so(&self.upstream()).then_some(()));
    }

    /// Ends a test: asserts that no secret appeared, and that nothing went upstream but the allowed
    /// headers.
    #[track_caller]
    pub fn finish(mut self) {
        self.finished = true;
        if self.program().is_running() {
            let metrics = self.admin("/metrics").unwrap();
            self.spill.record_output(&metrics);
        }
        self.program().stop();
        self.forget_upstream();
        for request in self.seen.borrow().iter() {
            self.assert_allowed_headers(request);
            // The signature in its query is a secret of upstream's.
            for (_, value) in
                form_urlencoded::parse(request.query.as_deref().unwrap_or("").as_bytes())
            {
                if request.entry_point == EntryPoint::Upload && value.len() >= 32 {
                    self.spill.keep_secret(&value);
                }
            }
        }
        self.spill.assert_no_secret();
        let panicked = self.program().lines();
        let panicked = panicked
            .iter()
            .find(|it| it.to_string().contains("panicked"));
        assert!(panicked.is_none(), "{panicked:?}");
    }

    /// Asserts that a request upstream has no headers but the allowed ones.
    #[track_caller]
    fn assert_allowed_headers(&self, request: &LoggedRequest) {
        let allowed: &[&str] = match request.entry_point {
            EntryPoint::Upload => &["host", "content-type", "content-length"],
            _ => &[
                "host",
                "accept",
                "user-agent",
                "x-api-key",
                "content-type",
                "content-length",
                "aurous-version",
                "idempotency-key",
            ],
        };
        for (name, value) in headers_of_the_gateway(request) {
            assert!(allowed.contains(&name.as_str()), "{request:?}");
            let is_key = value.contains(self.emulator.api_key());
            assert_eq!(is_key, name == "x-api-key", "{request:?}");
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let is_failing = std::thread::panicking();
        assert!(self.finished || is_failing, "a test ends with finish()");
    }
}

/// Returns the headers of a request upstream, without those that the runtime adds by itself.
pub fn headers_of_the_gateway(request: &LoggedRequest) -> impl Iterator<Item = &(String, String)> {
    let is_added = |name: &str, value: &str| {
        let mut added = crate::target::ADDED_UPSTREAM.iter();
        added.any(|(it, values)| *it == name && values.contains(&value))
    };
    let headers = request.headers.iter();
    headers.filter(move |(name, value)| !is_added(name, value))
}

/// Returns the program's command with its secrets and no flags.
pub fn command(api_key: &str) -> Command {
    let mut command = program::command();
    command
        .env("AUROUS_API_KEY", api_key)
        .env("AUROUS_SESSION_SECRETS", SESSION_SECRETS.join(","))
        .env("AUROUS_SEALING_SECRETS", SEALING_SECRETS.join("\n"));
    command
}

/// Returns the body of a 2xx response of the admin address.
pub fn admin(address: &str, path: &str) -> Option<String> {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).ok()?;
    let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    head.starts_with("HTTP/1.1 2").then(|| body.to_owned())
}
