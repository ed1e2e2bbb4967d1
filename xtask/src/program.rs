//! Runs the workspace's own programs beside a test. Each prints one line of JSON, its addresses, when it is
//! ready.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::setup::toolbox::Toolbox;
use crate::{process, project};

/// Returns where a program of the workspace is: cargo puts it beside the one that is running.
pub fn path(name: &str) -> Result<PathBuf> {
    let own = env::current_exe().context("cannot tell where cargo put xtask")?;
    Ok(own
        .with_file_name(name)
        .with_extension(env::consts::EXE_EXTENSION))
}

/// A running program. It is stopped when dropped.
pub struct Program {
    child: Child,
    pub addresses: Value,
}

impl Program {
    /// Starts a program of the workspace, and waits until it is ready.
    pub fn start(
        name: &str,
        tools: &Toolbox,
        configure: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Result<Program> {
        let mut command = tools.command(path(name)?);
        configure(&mut command);
        Program::start_command(name, command)
    }

    /// Starts any program that prints its addresses, and waits until it is ready. `name` names its log.
    pub fn start_command(name: &str, mut command: Command) -> Result<Program> {
        let log_path = project::target().join(name).with_extension("log");
        fs::create_dir_all(project::target())?;
        let log = File::create(&log_path)
            .with_context(|| format!("cannot write {}", log_path.display()))?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", process::shown(&command)))?;
        let mut program = Program {
            child,
            addresses: Value::Null,
        };
        let output = program
            .child
            .stdout
            .take()
            .context("the program has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        program.addresses = serde_json::from_str(&line)
            .with_context(|| format!("{name} did not start: see {}", log_path.display()))?;
        Ok(program)
    }

    pub fn address(&self, name: &str) -> Result<&str> {
        let address = self.addresses[name].as_str();
        address.with_context(|| format!("the program printed no address named {name}"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
