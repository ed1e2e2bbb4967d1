//! Small projects, each a folder made of folders of `bundlers/`, beside one `node_modules` for all, in
//! which the package is what npm packs.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
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

/// How long a server may take to listen.
const START_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub struct Project {
    folder: PathBuf,
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
        Ok(Self { folder })
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
        let output = self
            .command(program)?
            .args(arguments)
            .output()
            .with_context(|| format!("{program} cannot be run"))?;
        ensure!(
            output.status.success(),
            "{program} failed:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }

    /// Starts a program of `node_modules` that listens on a port, and waits until it does.
    pub fn serve(
        &self,
        program: &str,
        arguments: &[&str],
        port: u16,
        gateway: &str,
    ) -> Result<Server> {
        let process = self
            .command(program)?
            .args(arguments)
            .env("GATEWAY", gateway)
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

/// The folder of all projects, made by the first that asks.
fn workspace() -> Result<PathBuf> {
    static WORKSPACE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = WORKSPACE.get_or_init(|| make_workspace().map_err(|error| format!("{error:#}")));
    made.clone().map_err(anyhow::Error::msg)
}

/// Bun's program, from its package for this platform. The package `bun` links to it in an install script,
/// and those are not run.
fn bun() -> Result<PathBuf> {
    let packages = fs::read_dir(workspace()?.join("node_modules/@oven"))?;
    packages
        .filter_map(|package| Some(package.ok()?.path().join("bin/bun")))
        .find(|program| program.is_file())
        .context("npm installed no package of Bun's for this platform")
}

fn installed() -> Result<PathBuf> {
    Ok(workspace()?.join("node_modules/aurous-web"))
}

fn make_workspace() -> Result<PathBuf> {
    let bundlers = std::env::var_os("AUROUS_BUNDLERS")
        .map(PathBuf::from)
        .context("AUROUS_BUNDLERS names no folder: run `cargo xtask e2e bundlers`")?;
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bundlers");
    if workspace.exists() {
        fs::remove_dir_all(&workspace)?;
    }
    fs::create_dir_all(&workspace)?;
    // Hard links where they can be: half a gigabyte.
    let from = bundlers.join("node_modules");
    let linked = quietly(Command::new("cp").arg("-al").arg(&from).arg(&workspace));
    if linked.is_err() {
        quietly(Command::new("cp").arg("-a").arg(&from).arg(&workspace))?;
    }
    fs::copy(
        bundlers.join("package.json"),
        workspace.join("package.json"),
    )?;

    quietly(
        Command::new("npm")
            .args(["pack", "--pack-destination"])
            .arg(&workspace)
            .current_dir(package()),
    )?;
    let tarball = fs::read_dir(&workspace)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|it| it == "tgz"))
        .context("npm packed nothing")?;
    let installed = workspace.join("node_modules/aurous-web");
    fs::create_dir_all(&installed)?;
    quietly(
        Command::new("tar")
            .args(["--extract", "--strip-components=1", "--file"])
            .arg(tarball)
            .arg("--directory")
            .arg(installed),
    )?;
    Ok(workspace)
}

fn quietly(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    ensure!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

fn sources() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/bundlers"))
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("no {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn wasm_files(folder: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            count += wasm_files(&path)?;
        } else if path.extension().is_some_and(|it| it == "wasm") {
            count += 1;
        }
    }
    Ok(count)
}
