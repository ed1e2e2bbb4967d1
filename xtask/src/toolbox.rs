//! The tools that were found, and the environment that child processes get from them.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project;
use crate::setup::browsers::Browsers;
use crate::setup::python;
use crate::setup::wasm_target::WasmTarget;

#[derive(Default)]
pub struct Toolbox {
    /// Folders of installed programs, to stand before the machine's own.
    pub programs: Vec<PathBuf>,
    /// Present where the command asked for them.
    pub wasm_target: Option<WasmTarget>,
    pub npm: Option<PathBuf>,
    /// A folder whose `node_modules` are bundlers.
    pub bundlers: Option<PathBuf>,
    /// A folder whose `node_modules` the package is compared with.
    pub compared: Option<PathBuf>,
    /// A virtual environment.
    pub python: Option<PathBuf>,
    pub browsers: Browsers,
}

impl Toolbox {
    /// A program of the native build, run from the checkout's root.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        self.with_path(program, &[])
    }

    /// A program of the wasm build: with the toolchain that has the target, and a target folder of
    /// its own, so that two toolchains don't throw away each other's work.
    pub fn wasm_command(&self, program: impl AsRef<OsStr>) -> Command {
        self.wasm_command_with(program, &[])
    }

    /// The same with more flags for rustc.
    pub fn wasm_command_with(&self, program: impl AsRef<OsStr>, rustflags: &[&str]) -> Command {
        let mut command = match &self.wasm_target {
            Some(WasmTarget::Debian(toolchain)) => {
                let mut command = self.with_path(program, &[toolchain.bin()]);
                toolchain.configure(&mut command);
                command
            }
            _ => self.command(program),
        };
        command.env("CARGO_TARGET_DIR", project::target().join("wasm"));
        // A panic's location is in the wasm, and with it the folder of whoever built it.
        let remaps = project::dependency_sources()
            .into_iter()
            .map(|folder| format!("--remap-path-prefix={}=", folder.display()));
        let flags: Vec<String> = remaps
            .chain(rustflags.iter().map(|flag| flag.to_string()))
            .collect();
        command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
        command
    }

    /// A JavaScript program of the npm tools.
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

    /// A module of the Python tools, run as a program.
    pub fn python(&self, module: &str) -> Command {
        let folder = self.python.as_deref().unwrap_or(Path::new(""));
        let mut command = self.command(python::interpreter(folder));
        command.args(["-m", module]);
        command
    }

    /// A program that came with the Python tools, where it is more than a script.
    pub fn python_program(&self, name: &str) -> Command {
        let folder = self.python.as_deref().unwrap_or(Path::new(""));
        self.command(python::interpreter(folder).with_file_name(name))
    }

    fn with_path(&self, program: impl AsRef<OsStr>, first: &[PathBuf]) -> Command {
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
            line("wasm32 target", target.place().as_os_str())?;
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
