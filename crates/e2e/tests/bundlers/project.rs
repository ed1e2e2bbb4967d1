//! Small projects, each a folder made of folders of `bundlers/`.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use aurous_e2e::site::SiteConfig;
use aurous_e2e::testbed::package;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tempfile::TempDir;

use crate::workspace::{bun, copy_all, installed, sources, wasm_files, workspace};

/// How long a server may take to listen.
const START_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub struct Project {
    folder: PathBuf,
    /// The folder, where it is not one of the workspace's.
    _outside: Option<TempDir>,
}

/// A server of a bundler's. Stopped when dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
}

impl Project {
    /// A fresh folder with what is in these, the later ones over the earlier.
    pub fn new(name: &str, parts: &[&str]) -> Result<Self> {
        let folder = workspace()?.join(name);
        fs::create_dir_all(&folder)?;
        for part in parts {
            copy_all(&sources().join(part), &folder)?;
        }
        Ok(Self {
            folder,
            _outside: None,
        })
    }

    /// A fresh folder with the files that a section of `docs/getting-started.md` shows: each begins with a comment
    /// that is its name.
    pub fn of_document(name: &str, section: &str) -> Result<Self> {
        let project = Self::new(name, &[])?;
        let text = include_str!("../../../../docs/getting-started.md");
        let heading = ["\n## ", section, "\n"].concat();
        let section = text.split_once(&heading).context("no such section")?.1;
        let section = section.split("\n## ").next().unwrap_or_default();
        for fence in section.split("\n```").skip(1).step_by(2) {
            let (_, content) = fence.split_once('\n').context("an empty fence")?;
            let first = content.lines().next().unwrap_or_default();
            let is_of_a_comment = |it: char| "/<!- >".contains(it);
            let file = project.folder.join(first.trim_matches(is_of_a_comment));
            fs::create_dir_all(file.parent().context("no folder")?)?;
            // A page begins with its doctype.
            let content = content
                .strip_prefix("<!-- index.html -->\n")
                .unwrap_or(content);
            fs::write(file, content)?;
        }
        Ok(project)
    }

    /// The site that serves one of its folders.
    pub fn site(&self, folder: &str) -> SiteConfig {
        SiteConfig {
            pkg: package(),
            root: Some(self.folder.join(folder)),
            ..SiteConfig::default()
        }
    }

    /// Puts the package's files where the page's server finds them, as `/aurous-web/…`.
    pub fn place_package(&self) -> Result<()> {
        copy_all(&installed()?, &self.folder.join("aurous-web"))
    }

    /// Links a copy of the package into the project, as `npm link` and workspaces do.
    pub fn link_package(&self) -> Result<()> {
        let linked = self.folder.join("linked");
        copy_all(&installed()?, &linked)?;
        let modules = self.folder.join("node_modules");
        fs::create_dir_all(&modules)?;
        Ok(std::os::unix::fs::symlink(
            linked,
            modules.join("aurous-web"),
        )?)
    }

    /// Copies a folder of the project to where no `node_modules` is above it.
    pub fn moved(&self, folder: &str) -> Result<Self> {
        let outside = tempfile::tempdir()?;
        copy_all(&self.folder.join(folder), outside.path())?;
        Ok(Self {
            folder: outside.path().to_owned(),
            _outside: Some(outside),
        })
    }

    pub fn copy_folder(&self, from: &str, to: &str) -> Result<()> {
        copy_all(&self.folder.join(from), &self.folder.join(to))
    }

    pub fn copy_wasm(&self, folder: &str) -> Result<()> {
        let name = "aurous_web_bg.wasm";
        fs::copy(installed()?.join(name), self.folder.join(folder).join(name))?;
        Ok(())
    }

    pub fn copy(&self, file: &str, folder: &str) -> Result<()> {
        fs::copy(self.folder.join(file), self.folder.join(folder).join(file))?;
        Ok(())
    }

    /// Puts a script into the page itself, and gives the page's place.
    pub fn inline(&self, script: &str) -> Result<PathBuf> {
        let page = self.folder.join("index.html");
        let html = fs::read_to_string(&page)?;
        let (before, after) = html
            .split_once(" src=\"./app.js\">")
            .context("the page has no script")?;
        let script = fs::read_to_string(self.folder.join(script))?;
        fs::write(&page, [before, ">", &script, after].concat())?;
        Ok(page)
    }

    /// Runs a program of `node_modules` to its end.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        self.run_with(&[], program, arguments).map(drop)
    }

    /// Runs a program with these variables to its end, and gives what it printed.
    pub fn run_with(
        &self,
        environment: &[(&str, &str)],
        program: &str,
        arguments: &[&str],
    ) -> Result<String> {
        let output = self
            .command(program)?
            .args(arguments)
            .envs(environment.iter().copied())
            .output()
            .with_context(|| format!("{program} cannot be run"))?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(
            output.status.success(),
            "{program} failed:\n{printed}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(printed)
    }

    /// Starts a program of `node_modules` that listens on a port, and waits until it does.
    pub fn serve(
        &self,
        program: &str,
        arguments: &[&str],
        port: u16,
        environment: &[(&str, &str)],
    ) -> Result<Server> {
        let process = self
            .command(program)?
            .args(arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .spawn()?;
        let server = Server { process };
        let deadline = Instant::now() + START_WITHIN;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            ensure!(Instant::now() < deadline, "{program} does not listen");
            thread::sleep(LOOK_EVERY);
        }
        Ok(server)
    }

    /// Fails unless a folder holds, at whatever depth, so many wasm files.
    pub fn has_wasm_files(&self, folder: &str, expected: usize) -> Result<()> {
        let found = wasm_files(&self.folder.join(folder))?;
        ensure!(found == expected, "{folder} has {found} wasm files");
        Ok(())
    }

    fn command(&self, program: &str) -> Result<Command> {
        let mut command = Command::new(match program {
            "bun" => bun()?,
            "node" => "node".into(),
            program => workspace()?.join("node_modules/.bin").join(program),
        });
        command
            .current_dir(&self.folder)
            .env("NEXT_TELEMETRY_DISABLED", "1")
            .stdin(Stdio::null());
        Ok(command)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn free_port() -> Result<u16> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(free.local_addr()?.port())
}

/// Passes requests on to a server on this machine: page and gateway share an origin, as they should.
pub fn before(port: u16) -> Router {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    Router::new().fallback(move |mut request: Request| {
        let client = client.clone();
        async move {
            let path = request.uri().path_and_query().map_or("/", |it| it.as_str());
            match format!("http://127.0.0.1:{port}{path}").parse::<Uri>() {
                Ok(uri) => *request.uri_mut() = uri,
                Err(_) => return StatusCode::BAD_REQUEST.into_response(),
            }
            match client.request(request).await {
                Ok(answer) => answer.map(Body::new).into_response(),
                Err(_) => StatusCode::BAD_GATEWAY.into_response(),
            }
        }
    })
}
