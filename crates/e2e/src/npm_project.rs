//! A small project in an [`NpmWorkspace`]: its files, and the programs that are run in it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::markdown::{ShownFile, shown_files};
use crate::npm_server::NpmServer;
use crate::npm_workspace::{NpmWorkspace, copy_all};
use crate::site::SiteConfig;
use crate::testbed::package;

#[derive(Debug)]
pub struct NpmProject {
    workspace: NpmWorkspace,
    folder: PathBuf,
    /// The folder, where it is not one of the workspace's.
    _outside: Option<TempDir>,
}

impl NpmProject {
    pub(crate) fn new(workspace: NpmWorkspace, folder: PathBuf) -> Self {
        Self {
            workspace,
            folder,
            _outside: None,
        }
    }

    /// Writes the files that a document in Markdown shows, as they stand.
    ///
    /// # Errors
    /// The document shows none.
    pub fn write_files_of(&self, document: &str) -> Result<()> {
        for ShownFile { name, content } in shown_files(document)? {
            let file = self.folder.join(name);
            fs::create_dir_all(file.parent().context("no folder")?)?;
            fs::write(file, content)?;
        }
        Ok(())
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
    ///
    /// # Errors
    /// They cannot be copied.
    pub fn place_package(&self) -> Result<()> {
        copy_all(&self.workspace.installed(), &self.folder.join("aurous-web"))
    }

    /// Links a copy of the package into the project, as `npm link` and workspaces do.
    ///
    /// # Errors
    /// It cannot be copied or linked.
    pub fn link_package(&self) -> Result<()> {
        let linked = self.folder.join("linked");
        copy_all(&self.workspace.installed(), &linked)?;
        let modules = self.folder.join("node_modules");
        fs::create_dir_all(&modules)?;
        Ok(std::os::unix::fs::symlink(
            linked,
            modules.join("aurous-web"),
        )?)
    }

    /// Has a name mean another package of the workspace: an older version of it, say.
    ///
    /// # Errors
    /// The link cannot be made.
    pub fn link_dependency(&self, name: &str, package: &str) -> Result<()> {
        let modules = self.folder.join("node_modules");
        fs::create_dir_all(&modules)?;
        let link = modules.join(name);
        if link.is_symlink() {
            fs::remove_file(&link)?;
        }
        let package = Path::new("../../node_modules").join(package);
        Ok(std::os::unix::fs::symlink(package, link)?)
    }

    /// Copies a folder of the project to where no `node_modules` is above it.
    ///
    /// # Errors
    /// The folder does not exist.
    pub fn moved(&self, folder: &str) -> Result<Self> {
        let outside = tempfile::tempdir()?;
        copy_all(&self.folder.join(folder), outside.path())?;
        Ok(Self {
            workspace: self.workspace.clone(),
            folder: outside.path().to_owned(),
            _outside: Some(outside),
        })
    }

    /// Copies a folder of the project to another place in it.
    ///
    /// # Errors
    /// The folder does not exist.
    pub fn copy_folder(&self, from: &str, to: &str) -> Result<()> {
        copy_all(&self.folder.join(from), &self.folder.join(to))
    }

    /// Copies the package's wasm into a folder of the project.
    ///
    /// # Errors
    /// The folder does not exist.
    pub fn copy_wasm(&self, folder: &str) -> Result<()> {
        let name = "aurous_web_bg.wasm";
        let wasm = self.workspace.installed().join(name);
        fs::copy(wasm, self.folder.join(folder).join(name))?;
        Ok(())
    }

    /// Copies a file of the project into a folder of it.
    ///
    /// # Errors
    /// The file or the folder does not exist.
    pub fn copy(&self, file: &str, folder: &str) -> Result<()> {
        fs::copy(self.folder.join(file), self.folder.join(folder).join(file))?;
        Ok(())
    }

    /// Writes a file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, file: &str, content: impl AsRef<[u8]>) -> Result<()> {
        Ok(fs::write(self.folder.join(file), content)?)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It does not exist.
    pub fn read(&self, file: &str) -> Result<String> {
        fs::read_to_string(self.folder.join(file)).with_context(|| format!("no {file}"))
    }

    /// Puts a script into the page itself, and gives the page's place.
    ///
    /// # Errors
    /// The page has no such script.
    pub fn inline(&self, script: &str) -> Result<PathBuf> {
        let html = self.read("index.html")?;
        let (before, after) = html
            .split_once(" src=\"./app.js\">")
            .context("the page has no script")?;
        let page = [before, ">", &self.read(script)?, after].concat();
        self.write("index.html", &page)?;
        Ok(self.folder.join("index.html"))
    }

    /// Runs a program of `node_modules` to its end.
    ///
    /// # Errors
    /// It fails.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        self.run_with(&[], program, arguments).map(drop)
    }

    /// Runs a program with these variables to its end, and gives what it printed.
    ///
    /// # Errors
    /// It fails.
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
    ///
    /// # Errors
    /// It does not listen in time.
    pub fn serve(
        &self,
        program: &str,
        arguments: &[&str],
        port: u16,
        environment: &[(&str, impl AsRef<OsStr>)],
    ) -> Result<NpmServer> {
        let mut command = self.command(program)?;
        command.args(arguments);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        NpmServer::start(command, port, self.folder.join("server.log"))
    }

    /// Fails unless a folder holds, at whatever depth, so many wasm files.
    ///
    /// # Errors
    /// It holds another number.
    pub fn has_wasm_files(&self, folder: &str, expected: usize) -> Result<()> {
        let found = wasm_files(&self.folder.join(folder))?;
        ensure!(found == expected, "{folder} has {found} wasm files");
        Ok(())
    }

    fn command(&self, program: &str) -> Result<Command> {
        let mut command = Command::new(self.workspace.program(program)?);
        command
            .current_dir(&self.folder)
            .env("NEXT_TELEMETRY_DISABLED", "1")
            .env("WRANGLER_SEND_METRICS", "false")
            // Nothing of this machine's is asked of Cloudflare.
            .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
            .stdin(Stdio::null());
        Ok(command)
    }
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
