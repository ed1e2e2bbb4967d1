//! The ways to the upstream that are measured: through the gateway, through nginx, and direct.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::load::{Load, Request, Urls};
use crate::sink::UPLOAD_PATH;

const ORIGIN: &str = "http://127.0.0.1";
const SECRETS: [(&str, &str); 3] = [
    ("AUROUS_API_KEY", "al_live_0123456789abcdef0123456789abcdef"),
    (
        "AUROUS_SESSION_SECRETS",
        "a session secret for measuring only",
    ),
    (
        "AUROUS_SEALING_SECRETS",
        "a sealing secret for measuring only",
    ),
];

/// The tickets to PUT to in turn: so many that none has two PUTs at once.
const TICKETS: usize = 1024;

/// One way to the upstream.
pub struct Way {
    pub name: &'static str,
    json_urls: Urls,
    put_urls: Urls,
    upload_id: String,
}

pub struct Proxies {
    ways: Vec<Way>,
    // Dropping them kills them.
    _children: Vec<Child>,
    _folder: TempDir,
}

impl Way {
    pub fn json(&self) -> Request {
        let body = json!({ "upload_id": self.upload_id }).to_string();
        self.request(
            Method::POST,
            &self.json_urls,
            "application/json",
            body.into(),
        )
    }

    pub fn put(&self, body: &Bytes) -> Request {
        self.request(Method::PUT, &self.put_urls, "image/jpeg", body.clone())
    }

    fn request(&self, method: Method, urls: &Urls, content_type: &str, body: Bytes) -> Request {
        Request {
            method,
            urls: urls.clone(),
            headers: vec![
                ("content-type", content_type.to_owned()),
                ("origin", ORIGIN.to_owned()),
            ],
            body,
        }
    }
}

impl Proxies {
    pub async fn start(
        gateway: &Path,
        nginx: &Path,
        core: u32,
        upstream: SocketAddr,
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port().await?;
        let config = folder.path().join("nginx.conf");
        fs::write(&config, nginx_config(folder.path(), port, upstream))?;
        let nginx = on_core(core, nginx)
            .arg("-e")
            .arg("/dev/null")
            .arg("-c")
            .arg(&config)
            .spawn()
            .context("cannot start nginx")?;
        let (gateway, gateway_url) = start_gateway(gateway, core, upstream).await?;
        let wait_for_nginx = |port| async move {
            let deadline = Instant::now() + Duration::from_secs(5);
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                ensure!(Instant::now() < deadline, "nginx does not listen");
                sleep(Duration::from_millis(10)).await;
            }
            Ok(())
        };
        wait_for_nginx(port).await?;

        let tickets = mint_tickets(&gateway_url).await?;
        let texts = |key: &str| {
            let texts = tickets.iter().filter_map(|it| it[key].as_str());
            texts.map(str::to_owned).collect::<Vec<_>>()
        };
        let upload_urls = texts("upload_url");
        let upload_urls = upload_urls.iter().map(|it| format!("{gateway_url}/{it}"));
        let classify = |base: &str| Urls::new([format!("{base}/v1/characters/uploads/classify")]);
        let without_seal = |name, base: String| Way {
            name,
            json_urls: classify(&base),
            put_urls: Urls::new([format!("{base}{UPLOAD_PATH}")]),
            upload_id: "upl_01HXMQ7Z3K8Y2NABCDEFGHJKMR".to_owned(),
        };
        Ok(Self {
            ways: vec![
                without_seal("direct", format!("http://{upstream}")),
                without_seal("nginx", format!("http://127.0.0.1:{port}")),
                Way {
                    name: "gateway",
                    json_urls: classify(&gateway_url),
                    put_urls: Urls::new(upload_urls.collect::<Vec<_>>()),
                    upload_id: texts("upload_id").swap_remove(0),
                },
            ],
            _children: vec![nginx, gateway],
            _folder: folder,
        })
    }

    pub fn each(&self, request: impl Fn(&Way) -> Request) -> Vec<Request> {
        self.ways.iter().map(request).collect()
    }

    pub fn names(&self) -> Vec<&'static str> {
        self.ways.iter().map(|it| it.name).collect()
    }
}

/// Mints the tickets of all PUTs. Each takes one PUT at a time, and 32 in all.
async fn mint_tickets(gateway_url: &str) -> Result<Vec<Value>> {
    let init = Request {
        method: Method::POST,
        urls: Urls::new([format!("{gateway_url}/v1/characters/uploads/init")]),
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("origin", ORIGIN.to_owned()),
        ],
        body: json!({
            "filename": "front.jpg", "extension": "jpg", "content_type": "image/jpeg",
        })
        .to_string()
        .into(),
    };
    let load = Load::default();
    let mut tickets = Vec::new();
    for _ in 0..TICKETS {
        let ticket = load.send(&init).await;
        let ticket = ticket.context("the gateway gives no ticket")?;
        tickets.push(serde_json::from_slice(&ticket)?);
    }
    Ok(tickets)
}

async fn start_gateway(program: &Path, core: u32, upstream: SocketAddr) -> Result<(Child, String)> {
    let unlimited = "4000000000";
    let mut command = on_core(core, program);
    command
        .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
        .args(["--print-addresses", "--allow-anonymous"])
        .args(["--origin", ORIGIN, "--subject-share", "1/1"])
        .args([
            "--max-uploads",
            "10000",
            "--max-uploads-per-subject",
            "10000",
        ])
        .args([
            "--team-limit",
            &format!("characters_post={unlimited}/{unlimited}"),
        ])
        .args(["--api-url", &format!("http://{upstream}")])
        .args(["--upload-origin", &format!("http://{upstream}")])
        .envs(SECRETS)
        .stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start the gateway")?;
    let out = child.stdout.take().context("the gateway has no output")?;
    let line = BufReader::new(out).lines().next_line().await?;
    let line = line.context("the gateway did not start")?;
    let addresses: Value = serde_json::from_str(&line)?;
    let url = addresses["gateway"].as_str().context("no address")?;
    Ok((child, url.to_owned()))
}

/// Runs a program on one core. Both proxies log each request, to /dev/null.
fn on_core(core: u32, program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command
        .args(["-c", &core.to_string()])
        .arg(program)
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
}

async fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    Ok(listener.local_addr()?.port())
}

fn nginx_config(folder: &Path, port: u16, upstream: SocketAddr) -> String {
    let folder = folder.display();
    format!(
        "daemon off;
master_process off;
pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
    access_log /dev/null combined;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_max_body_size 20m;
    keepalive_requests 1000000000;
    upstream sink {{
        server {upstream};
        keepalive 64;
        keepalive_requests 1000000000;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://sink;
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_request_buffering off;
        }}
    }}
}}
"
    )
}
