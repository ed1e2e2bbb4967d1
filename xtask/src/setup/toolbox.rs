//! The tools that were found, and the environment that child processes get from them.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::browsers::Browsers;
use super::python;
use super::wasm_target::WasmTarget;
use crate::project;

#[derive(Default)]
pub struct Toolbox {
    /// Folders of installed programs. They come first on PATH.
    pub programs: Vec<PathBuf>,
    pub wasm_target: Option<WasmTarget>,
    /// The folder whose `node_modules` has the build's tools.
    pub npm: Option<PathBuf>,
    /// The folder whose `node_modules` has the bundlers.
    pub bundlers: Option<PathBuf>,
    /// The folder whose `node_modules` has the libraries that the package is compared with.
    pub compared: Option<PathBuf>,
    /// A virtual environment.
    pub python: Option<PathBuf>,
    pub browsers: Browsers,
}

impl Toolbox {
    /// Makes a command of the native build, run from the checkout's root.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        self.command_with_path(program, &[])
    }

    /// Makes a command of the wasm build. It uses the toolchain that has the target, and a target folder
    /// of its own: in a shared one, two toolchains would discard each other's work.
    pub fn wasm_command(&self, program: impl AsRef<OsStr>) -> Command {
        self.wasm_command_with(program, &[])
    }

    /// Makes a command of the wasm build, with additional flags for rustc.
    pub fn wasm_command_with(&self, program: impl AsRef<OsStr>, rustflags: &[&str]) -> Command {
        let mut command = match &self.wasm_target {
            Some(WasmTarget::Debian(toolchain)) => {
                let mut command = self.command_with_path(program, &[toolchain.bin()]);
                toolchain.configure(&mut command);
                command
            }
            _ => self.command(program),
        };
        command.env("CARGO_TARGET_DIR", project::target().join("wasm"));
        // The wasm contains the locations of panics, and with them the builder's folders.
        let remaps = project::dependency_sources()
            .into_iter()
            .map(|folder| format!("--remap-path-prefix={}=", folder.display()));
        let flags: Vec<String> = remaps
            .chain(rustflags.iter().map(|flag| flag.to_string()))
            .collect();
        command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
        command
    }

    /// Makes a command that runs a script of the npm tools.
    pub fn node(&self, script: &str) -> Command {
        let mut command = self.command("node");
        command.arg(
            self.npm
                .as_deref()
                .unwrap_or(Path::new(""))
                .join("node_modules")
                .join(script),
        );
        command
    }

    /// Makes a command that runs a module of the Python tools.
    pub fn python(&self, module: &str) -> Command {
        let mut command = self.command(self.python_interpreter());
        command.args(["-m", module]);
        command
    }

    /// Makes a command that runs a binary which a Python tool brought along.
    pub fn python_program(&self, name: &str) -> Command {
        self.command(self.python_interpreter().with_file_name(name))
    }

    fn python_interpreter(&self) -> PathBuf {
        python::interpreter(self.python.as_deref().unwrap_or(Path::new("")))
    }

    fn command_with_path(&self, program: impl AsRef<OsStr>, first: &[PathBuf]) -> Command {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = first
            .iter()
            .chain(&self.programs)
            .cloned()
            .chain(env::split_paths(&inherited));
        let path = env::join_paths(folders).unwrap_or(inherited.clone());

        let mut command = Command::new(program);
        command
            .current_dir(project::root())
            .env("PATH", path)
            .env("AUROUS_PKG", project::pkg());
        command.envs(self.browsers.variables());
        if let Some(folder) = &self.bundlers {
            command.env("AUROUS_BUNDLERS", folder);
        }
        command
    }
}

impl fmt::Display for Toolbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |name: &str, place: &OsStr| writeln!(f, "{name:<20} {}", place.display());
        if let Some(target) = &self.wasm_target {
            line("wasm32 target", target.folder().as_os_str())?;
        }
        for folder in &self.programs {
            line("programs", folder.as_os_str())?;
        }
        if let Some(folder) = &self.npm {
            line("npm tools", folder.as_os_str())?;
        }
        if let Some(folder) = &self.bundlers {
            line("bundlers", folder.as_os_str())?;
        }
        if let Some(folder) = &self.python {
            line("Python tools", folder.as_os_str())?;
        }
        for (name, path) in self.browsers.variables() {
            line(name, &OsString::from(path))?;
        }
        Ok(())
    }
}
