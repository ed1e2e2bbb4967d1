//! nginx, the yardstick of the gateway's program.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Child;
use tokio::time::{Instant, sleep};

use crate::program::on_core;

pub struct Nginx {
    pub url: String,
    // Dropping it kills it.
    _child: Child,
    _folder: TempDir,
}

impl Nginx {
    pub async fn start(program: &Path, core: u32, upstream: SocketAddr) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port().await?;
        let config = folder.path().join("nginx.conf");
        fs::write(&config, nginx_config(folder.path(), port, upstream))?;
        let child = on_core(core, program)
            .arg("-e")
            .arg("/dev/null")
            .arg("-c")
            .arg(&config)
            .spawn()
            .context("cannot start nginx")?;
        wait_for(port).await?;
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            _child: child,
            _folder: folder,
        })
    }
}

async fn wait_for(port: u16) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(5);
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        ensure!(Instant::now() < deadline, "nginx does not listen");
        sleep(Duration::from_millis(10)).await;
    }
    Ok(())
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
