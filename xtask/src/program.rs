//! Running our own programs beside a test: each prints one line of JSON, its addresses, when it is
//! ready.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::toolbox::Toolbox;
use crate::{demo, process, project};

/// Stopped when dropped.
pub struct Program {
    child: Child,
    pub addresses: Value,
}

impl Program {
    pub fn start(
        name: &str,
        tools: &Toolbox,
        configure: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Result<Program> {
        let path = project::target().join(name).with_extension("log");
        fs::create_dir_all(project::target())?;
        let log =
            File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        let mut command = tools.command(demo::program(name)?);
        configure(&mut command)
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
        let output = program.child.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        program.addresses = serde_json::from_str(&line)
            .with_context(|| format!("{name} did not start: see {}", path.display()))?;
        Ok(program)
    }

    pub fn address(&self, name: &str) -> Result<&str> {
        let address = self.addresses[name].as_str();
        address.with_context(|| format!("a program that does not say its {name}"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
