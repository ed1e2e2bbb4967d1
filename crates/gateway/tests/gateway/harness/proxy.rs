//! nginx and Caddy, with configurations of `deploy/` that are changed for a test.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::until;

/// A running proxy, which is killed when it is dropped.
pub struct Proxy {
    child: Child,
    pub address: String,
    folder: TempDir,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Proxy {
    pub fn start(program: &str, config: &str, port: u16, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        fs::write(
            &path,
            config.replace("FOLDER", folder.path().to_str().unwrap()),
        )
        .unwrap();
        let child = Command::new(program)
            .args(arguments)
            .arg(&path)
            .env("HOME", folder.path())
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("stderr")).unwrap())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let address = format!("127.0.0.1:{port}");
        until(&format!("{program} listens"), || {
            std::net::TcpStream::connect(&address).ok()
        });
        Self {
            child,
            address,
            folder,
        }
    }

    /// Starts nginx with this configuration, which listens on this port.
    pub fn start_nginx(config: &str, port: u16) -> Self {
        let config = replace_all(
            config,
            &[
                ("/var/log/nginx/access.log", "FOLDER/access.log"),
                (
                    "events {}",
                    "daemon off; master_process off; pid FOLDER/pid; events {}",
                ),
                (
                    "http {\n",
                    "http {\nclient_body_temp_path FOLDER/a; proxy_temp_path FOLDER/b; fastcgi_temp_path FOLDER/c; uwsgi_temp_path FOLDER/d; scgi_temp_path FOLDER/e;\n",
                ),
            ],
        );
        Self::start("nginx", &config, port, &["-e", "stderr", "-c"])
    }

    /// Returns everything that the proxy wrote to files.
    pub fn written(&self) -> String {
        let read = |path: &Path| fs::read(path).map(|it| String::from_utf8_lossy(&it).into_owned());
        let files = fs::read_dir(self.folder.path()).unwrap();
        let config = self.folder.path().join("config");
        files
            .map(|file| file.unwrap().path())
            .filter(|path| *path != config)
            .filter_map(|path| read(&path).ok())
            .collect()
    }
}

pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Replaces texts, each of which must be there.
pub fn replace_all(text: &str, replacements: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}
